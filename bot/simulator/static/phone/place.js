// A place: a card with a drawn map, which asks no map service.

import { copied } from "../clipboard.js";
import { el, icon, shape } from "../elements.js";
import { phrase, tr } from "../words.js";
import { openSheet, toast } from "./sheet.js";

export const CALLED_PLACE = phrase("location");
export const DRAWN = { location: { called: CALLED_PLACE, draw: place } };

/** A location message; a tap shows where it is. */
function place(content) {
  const title = content.title ?? CALLED_PLACE();
  const summary = [el("p", "spot-title", { dir: "auto" }, title), el("p", "spot-address", { dir: "auto" }, content.address ?? where(content))];
  return el("button", "spot", { type: "button", onclick: () => open(title, content) }, map(content.latitude, content.longitude), el("span", "spot-words", {}, ...summary));
}

const where = (content) => `${coordinate(content.latitude)}, ${coordinate(content.longitude)}`;
const coordinate = (value) => (Number.isFinite(Number(value)) ? Number(value).toFixed(5) : "?");

function open(title, content) {
  const copy = async () => toast((await copied(where(content))) ? tr("Copied") : tr("The browser does not let the page copy"));
  const lines = [content.address, where(content)].filter(Boolean).map((line) => el("p", "", { dir: "auto" }, line));
  const button = el("button", "wide-button", { type: "button", "data-first": "", onclick: copy }, icon("copy", 20), tr("Copy coordinates"));
  openSheet(title, el("div", "sheet-body", {}, map(content.latitude, content.longitude), ...lines, button));
}

/** Streets, a park and a river that depend on the place only, and a pin in the middle. */
export function map(latitude, longitude) {
  let seed = Math.abs(Math.round((Number(latitude) || 0) * 7919 + (Number(longitude) || 0) * 104729)) % 99991;
  const chance = () => (seed = (seed * 1103 + 12345) % 99991) / 99991;
  const road = (d, width) => shape("path", { d, "stroke-width": width, class: "road" });
  const across = [0, 1, 2, 3].map((i) => road(`M-10 ${18 + i * 36 + chance() * 14}L270 ${8 + i * 38 + chance() * 16}`, i === 1 ? 9 : 4));
  const down = [0, 1, 2, 3, 4].map((i) => road(`M${20 + i * 54 + chance() * 18} -10L${10 + i * 56 + chance() * 22} 150`, i === 3 ? 9 : 4));
  const bank = 20 + chance() * 60;
  return shape(
    "svg",
    { viewBox: "0 0 260 140", class: "map", "aria-hidden": "true", preserveAspectRatio: "xMidYMid slice" },
    shape("rect", { width: 260, height: 140, class: "land" }),
    shape("rect", { x: 20 + chance() * 120, y: 14 + chance() * 60, width: 60, height: 42, rx: 6, class: "park" }),
    shape("path", { d: `M-10 ${bank + 40}C70 ${bank} 150 ${bank + 80} 270 ${bank + 20}`, class: "river" }),
    ...across,
    ...down,
    shape("ellipse", { cx: 130, cy: 83, rx: 9, ry: 3, fill: "#0003" }),
    shape("path", { d: "M130 82c-10-13-17-20-17-29a17 17 0 0 1 34 0c0 9-7 16-17 29Z", class: "pin" }),
    shape("circle", { cx: 130, cy: 53, r: 6.5, fill: "#fff" }),
  );
}
