// A sheet that comes up from the phone's lower edge and takes its place until it is closed.

import { $, el, icon } from "../elements.js";
import { tr } from "../words.js";
import { focusField } from "./focus.js";

const TOAST = 2600; // milliseconds, as the animation in sheets.css
let close = null;

/** Open a sheet with a title and what it holds; a sheet that is open gives way. Returns the function that closes it. */
export function openSheet(title, body, { classes = "", onclose } = {}) {
  close?.();
  const came = document.activeElement;
  const shut = el("button", "round", { type: "button", "aria-label": tr("Close"), onclick: () => end() }, icon("close"));
  const head = el("header", "sheet-head", {}, el("h2", "", { id: "sheet-title", dir: "auto" }, title), shut);
  const sheet = el("div", `sheet ${classes}`, { role: "dialog", "aria-modal": "true", "aria-labelledby": "sheet-title" }, head, body);
  const cover = el("div", "cover", { onclick: (event) => event.target === cover && end() }, sheet);
  cover.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key === "Tab") around(event, sheet);
  });
  const end = () => {
    if (close !== end) return;
    close = null;
    cover.remove();
    $("screen").inert = false;
    if (came instanceof HTMLElement && came.isConnected && came.checkVisibility()) came.focus({ preventScroll: true });
    else focusField();
    onclose?.();
  };
  close = end;
  $("screen").inert = true;
  $("phone").append(cover);
  (sheet.querySelector("[data-first]") ?? shut).focus();
  return end;
}

/** A line at the bottom of the phone that goes by itself: what has just been done. */
export function toast(text) {
  $("phone").querySelector(".toast")?.remove();
  const line = el("p", "toast", { role: "status" }, text);
  $("phone").append(line);
  setTimeout(() => line.remove(), TOAST);
}

/** Tab goes round inside the sheet. */
function around(event, sheet) {
  const stops = [...sheet.querySelectorAll("a[href], button:not(:disabled), input, select, textarea, video, audio")].filter((e) => e.checkVisibility());
  const edge = event.shiftKey ? stops[0] : stops.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? stops.at(-1) : stops[0]).focus();
}
