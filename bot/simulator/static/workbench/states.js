// What a panel shows while it reads, and when it could not.

import { el } from "../elements.js";
import { currentLanguage, tr } from "../words.js";

/** Grey lines in the place of what comes; nothing that turns. */
export function skeleton() {
  return el("div", "lines", { role: "status", "aria-label": tr("Reading") }, el("i"), el("i"), el("i"));
}

/** What went wrong (`offline` or any other code), that nothing else is lost, and how to try again. */
export function problem(code, again) {
  return el("div", "problem", { role: "alert" }, el("p", "", {}, code === "offline" ? tr("The connection to the simulator is lost; reconnecting. Was the bot in the terminal stopped? What you have typed stays.") : tr("This part cannot be read. Everything else is still here.")), el("button", "plain", { type: "button", onclick: again }, tr("Try again")));
}

/** Keep `place` showing the state of a reading: `reading`, a trouble's code, or nothing (null). Drawn when it changes, as it is announced. */
export function showStanding(place, what, again) {
  const stamp = `${currentLanguage()} ${what}`;
  if (place.dataset.stamp === stamp) return;
  place.dataset.stamp = stamp;
  place.replaceChildren(what === null ? "" : what === "reading" ? skeleton() : problem(what, again));
}
