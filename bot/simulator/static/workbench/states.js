// What a panel shows while it reads, and when it could not.

import { el } from "../elements.js";
import { currentLanguage, words } from "../words.js";

/** Grey lines in the place of what comes; nothing that turns. */
export function skeleton() {
  return el("div", "lines", { role: "status", "aria-label": words().reading }, el("i"), el("i"), el("i"));
}

/** What went wrong (`offline` or any other code), that nothing else is lost, and how to try again. */
export function problem(code, again) {
  const w = words();
  return el("div", "problem", { role: "alert" }, el("p", "", {}, code === "offline" ? w.offline : w.cannotRead), el("button", "plain", { type: "button", onclick: again }, w.again));
}

/** Keep `place` saying how a reading stands: `reading`, a trouble's code, or nothing (null). Drawn when it changes, as it is announced. */
export function showStanding(place, what, again) {
  const stamp = `${currentLanguage()} ${what}`;
  if (place.dataset.stamp === stamp) return;
  place.dataset.stamp = stamp;
  place.replaceChildren(what === null ? "" : what === "reading" ? skeleton() : problem(what, again));
}
