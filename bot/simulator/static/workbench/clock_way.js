// How far a move of the clock has come, and the button that ends it where it is.

import { el } from "../elements.js";
import { dayAndTime, number, words } from "../words.js";

/** `show({from, to, turns}, now)` draws it; nothing (null) hides it. */
export function clockWay(stop) {
  const w = words();
  const told = el("p", "clock-way-told");
  const bar = el("progress", "", { max: 100, "data-label": "clockWay", "aria-label": w.clockWay });
  const button = el("button", "plain", { type: "button", "data-word": "clockStop", onclick: stop }, w.clockStop);
  const element = el("div", "clock-way", { hidden: true }, told, bar, button);
  const show = (way, now) => {
    if (element.contains(document.activeElement) && !way) element.parentElement.querySelector(".clock-controls button:not(:disabled)")?.focus();
    element.hidden = !way;
    if (!way) return;
    const at = Math.min(now, way.to);
    bar.value = way.to > way.from ? Math.round((100 * (at - way.from)) / (way.to - way.from)) : 100;
    told.textContent = words().clockAt(dayAndTime(at), dayAndTime(way.to, at), number(way.turns));
  };
  return { element, show };
}
