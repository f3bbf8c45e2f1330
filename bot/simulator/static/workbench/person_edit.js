// One thing of a person, being changed as staff would: a small form, and the one sentence that says why not.

import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, tr } from "../words.js";

/** Why it was refused, in the page's language. */
export function why({ said, code }) {
  return said?.[currentLanguage()] ?? refusal(code);
}

/** Do it, and close; where it is refused, say so at the field. */
export async function attempt(person, notice, work) {
  notice.textContent = "";
  try {
    await work();
    person.edit(null);
  } catch (trouble) {
    notice.textContent = why(trouble);
  }
}

/** A form of a labelled `field`; `send()` does it, `more` are further buttons. */
export function editor(person, label, field, send, ...more) {
  const notice = el("p", "edit-notice bad", { role: "alert" });
  const form = el("form", "edit-one", { noValidate: true, onsubmit: (event) => (event.preventDefault(), attempt(person, notice, send)) },
    el("label", "", {}, el("span", "", {}, label), field),
    el("div", "edit-acts", {}, el("button", "primary small", { type: "submit" }, tr("Save")), ...more.map((make) => make(notice)), el("button", "plain", { type: "button", onclick: () => person.edit(null) }, tr("Cancel"))),
    notice);
  form.addEventListener("keydown", (event) => event.key === "Escape" && (event.stopPropagation(), person.edit(null)));
  return form;
}

/** A button that opens the editor of `key`; it has the focus again afterwards. */
export function opener(person, key, text, label, make) {
  return el("button", "quiet act", { type: "button", "data-edits": key, "aria-label": label, onclick: () => person.edit(key, make) }, text);
}

/** The place of the editor of `key`, if it is the one that is open. */
export const slot = (person, key) => (person.open === key ? el("div", "", { "data-editor": key }) : null);

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
