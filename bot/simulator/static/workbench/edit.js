// An edit of the playbook that was not taken over: what is wrong, and that the last good one goes on.

import { $, el, icon } from "../elements.js";
import { currentLanguage, words } from "../words.js";

/** Say so above the panels, for as long as it is so. `refused`: the report by language, or null. */
export function showEdit(refused) {
  const place = $("edit");
  const report = refused?.[currentLanguage()] ?? refused?.en ?? null;
  const stamp = JSON.stringify([currentLanguage(), report]);
  if (place.dataset.stamp === stamp) return;
  place.dataset.stamp = stamp;
  place.hidden = report === null;
  if (report === null) return place.replaceChildren();
  const open = place.querySelector("details")?.open ?? true;
  const title = el("summary", "", {}, icon("alert", 18), el("span", "", {}, words().editRefused));
  place.replaceChildren(el("details", "", { open }, title, el("pre", "mono", { tabIndex: 0, dir: "auto" }, report.trim())));
}
