// Choosing a place to send: a few of Taiwan, or any coordinates.

import { el, icon } from "../elements.js";
import { tr } from "../words.js";
import { CALLED_PLACE } from "./place.js";
import { openSheet } from "./sheet.js";

const PLACES = [
  { title: "台北 101", address: "台北市信義區信義路五段 7 號", latitude: 25.033964, longitude: 121.564468 },
  { title: "西門町", address: "台北市萬華區成都路 10 號", latitude: 25.042233, longitude: 121.508135 },
  { title: "板橋車站", address: "新北市板橋區縣民大道二段 7 號", latitude: 25.014051, longitude: 121.463815 },
  { title: "台中車站", address: "台中市中區台灣大道一段 1 號", latitude: 24.136781, longitude: 120.685006 },
  { title: "赤崁樓", address: "台南市中西區民族路二段 212 號", latitude: 22.997467, longitude: 120.202541 },
  { title: "駁二藝術特區", address: "高雄市鹽埕區大勇路 1 號", latitude: 22.620162, longitude: 120.281578 },
  { title: "花蓮車站", address: "花蓮縣花蓮市國聯一路 100 號", latitude: 23.993058, longitude: 121.601138 },
];

/** Ask for a place; resolves to the content of a location message, or to null. */
export function openPlaces() {
  return new Promise((settle) => {
    const choose = (content) => {
      settle(content);
      close();
    };
    const rows = PLACES.map((content, i) => {
      const notice = el("span", "", {}, el("b", "", {}, content.title), el("small", "", {}, content.address));
      return el("button", "list-row", { type: "button", onclick: () => choose(content), ...(i === 0 ? { "data-first": "" } : {}) }, icon("pin"), notice);
    });
    const close = openSheet(tr("Send a location"), el("div", "sheet-body", {}, ...rows, coordinates(choose)), { onclose: () => settle(null) });
  });
}

function coordinates(choose) {
  const field = (label, limit) => el("input", "", { type: "number", step: "any", min: String(-limit), max: String(limit), required: true, inputMode: "decimal", "aria-label": label, placeholder: label });
  const [latitude, longitude] = [field(tr("Latitude"), 90), field(tr("Longitude"), 180)];
  const form = el("form", "coordinates", {}, latitude, longitude, el("button", "wide-button", { type: "submit" }, tr("Send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const at = { latitude: Number(latitude.value), longitude: Number(longitude.value) };
    choose({ title: CALLED_PLACE(), address: `${at.latitude}, ${at.longitude}`, ...at });
  });
  return form;
}
