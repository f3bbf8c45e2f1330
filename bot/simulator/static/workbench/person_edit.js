// What staff do to a person, or with the brake: a button or a choice, and the one sentence that says why not.

import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage } from "../words.js";

/** Why it was refused, in the page's language. */
export function why({ said, code }) {
  return said?.[currentLanguage()] ?? refusal(code);
}

/** A button that does something at once; the reason for a refusal is shown beside it. */
export function doer(text, label, work, classes = "quiet act") {
  const notice = el("span", "edit-notice bad", { role: "alert" });
  const act = async () => {
    notice.textContent = "";
    button.disabled = true;
    await work().catch((trouble) => (notice.textContent = why(trouble)));
    button.disabled = false;
  };
  const button = el("button", classes, { type: "button", "aria-label": label, onclick: act }, text);
  return [button, notice];
}

export function choice(options, chosen) {
  return el("select", "", {}, ...options.map(([value, text]) => el("option", "", { value, selected: value === chosen }, text)));
}
