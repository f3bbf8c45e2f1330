// How far a move of the clock has come, and the button that ends it where it is.

import { el } from "../elements.js";
import { dayAndTime, labelProps, number, textProps, tr } from "../words.js";

/** `show({from, to, turns}, now)` draws it; nothing (null) hides it. */
export function clockWay(stop) {
  const notice = el("p", "clock-way-notice");
  const bar = el("progress", "", { max: 100, ...labelProps("How far time has come") });
  const button = el("button", "plain", { type: "button", ...textProps("Stop here"), onclick: stop });
  const element = el("div", "clock-way", { hidden: true }, notice, bar, button);
  const show = (way, now) => {
    if (element.contains(document.activeElement) && !way) element.parentElement.querySelector(".clock-controls button:not(:disabled)")?.focus();
    element.hidden = !way;
    if (!way) return;
    const at = Math.min(now, way.to);
    bar.value = way.to > way.from ? Math.round((100 * (at - way.from)) / (way.to - way.from)) : 100;
    notice.textContent = tr("At {at}, on the way to {to} ({turns} things happened)", { at: dayAndTime(at), to: dayAndTime(way.to, at), turns: number(way.turns) });
  };
  return { element, show };
}
