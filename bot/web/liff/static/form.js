// What a form has beside its questions: how far one is, the ways back and past, and all answers before they are sent.

import { el } from "./elements.js";
import { inWords } from "./fields.js";
import { words } from "./words.js";

/** How far one is in the form. */
export function progress({ number, of }) {
  const text = words().formStep(number, of);
  const bar = el("progress", "", { value: number, max: of, "aria-hidden": "true" });
  return el("div", "progress", {}, bar, el("span", "", {}, text));
}

/** What is said to somebody who left the form, and comes back to where that was. */
export function welcomeBack({ resumed }) {
  return resumed ? el("p", "resumed", { id: "resumed" }, words().formResumed) : null;
}

/** The ways back to the field before, past one that may be left out, and on with what is chosen already. */
export function ways({ number, optional }, act, chosen) {
  const w = words();
  const way = (text, onclick) => el("button", "link", { type: "button", onclick }, text);
  return [
    number > 1 ? way(w.formBack, () => act("back")) : null,
    optional ? way(w.formSkip, () => act("skip")) : null,
    chosen ? way(w.formForward, () => chosen.click()) : null,
  ];
}

/** All answers, each with a way to change it, and the button that sends them. */
export class Review {
  #button;

  constructor(screen, { act, language }) {
    const w = words();
    const { rows, button } = screen.form;
    this.#button = el("button", "button main", { type: "button", lang: language, onclick: () => act("send") }, button);
    this.element = el(
      "section",
      "screen review",
      {},
      welcomeBack(screen.form),
      el("h1", "", { tabIndex: -1, "aria-describedby": screen.form.resumed ? "resumed" : null }, w.formReview),
      el("dl", "given", {}, ...rows.map((row) => given(row, act, language))),
      this.#button,
    );
  }

  get tapped() {
    return this.#button;
  }

  get waiting() {
    return words().working.other;
  }
}

function given(row, act, language) {
  const w = words();
  const label = w.formChangeOf(row.question);
  const change = el("button", "link", { type: "button", "aria-label": label, onclick: () => act("change", row.key) }, w.formChange);
  const text = row.text === undefined ? el("dd", "none", {}, w.formNone) : el("dd", "", {}, inWords(row));
  return el("div", "given-row", {}, el("dt", "", { lang: language }, row.question), text, change);
}
