// An edit of the playbook: what is wrong with one that was not taken over, and for a moment that one was.

import { $, el, icon } from "../elements.js";
import { currentLanguage, words } from "../words.js";

const CONFIRMED_MS = 5000;

let known = null; // how many edits had been taken over when this was last drawn
let confirmed = null; // the timer that ends the confirmation

/** What there is to say above the panels. `playbook`: `refused` by language, or null; `taken`. `again()` draws anew. */
export function showEdit(playbook, again) {
  const refused = playbook?.refused ?? null;
  meet(playbook, again);
  const place = $("edit");
  const report = refused?.[currentLanguage()] ?? refused?.en ?? null;
  const stamp = JSON.stringify([currentLanguage(), report, isConfirmed()]);
  if (place.dataset.stamp === stamp) return;
  place.dataset.stamp = stamp;
  place.hidden = report === null && !isConfirmed();
  place.classList.toggle("good", report === null);
  if (report) place.replaceChildren(refusal(report, place.querySelector("details")?.open ?? true));
  else place.replaceChildren(...(isConfirmed() ? [el("p", "edit-taken", {}, icon("check", 18), words().editTaken)] : []));
}

/** Whether it is said just now that an edit was taken over. */
export const isConfirmed = () => confirmed !== null;

/** Notice that one more was taken over, unless the page has only begun to look. */
function meet(playbook, again) {
  const taken = playbook?.taken ?? 0;
  const isNews = known !== null && taken > known && !playbook.refused;
  known = taken;
  if (playbook?.refused || isNews) clearTimeout(confirmed);
  if (playbook?.refused) confirmed = null;
  if (!isNews) return;
  confirmed = setTimeout(() => {
    confirmed = null;
    again();
  }, CONFIRMED_MS);
}

function refusal({ counted, problems }, open) {
  const title = el("summary", "", {}, icon("alert", 18), el("span", "", {}, words().editRefused, counted ? el("small", "", {}, counted) : null));
  return el("details", "", { open }, title, el("ol", "edit-problems", { tabIndex: 0 }, ...problems.map(problem)));
}

function problem({ level, message, place, source, below }) {
  const head = el("p", "edit-head", {}, el("span", `edit-level ${level}`, {}, words().editLevel[level]), place ? el("code", "mono", { dir: "ltr" }, place) : null);
  const line = source ? el("code", "mono edit-source", { dir: "auto" }, source[0].trimStart(), el("mark", "", {}, source[1] || " "), source[2]) : null;
  return el("li", "edit-problem", {}, head, el("p", "", { dir: "auto" }, message), line, ...below.map((told) => el("p", "edit-below", { dir: "auto" }, told)));
}
