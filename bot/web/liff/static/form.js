// What a form has beside its questions: how far one is, the ways back and past, and all answers before they are sent.

import { el } from "./elements.js";
import { inWords } from "./fields.js";
import { tr } from "./sentences.js";

/** How far one is in the form. */
export function progress({ number, of }) {
  const text = tr("Question {number} of {of}", { number, of });
  const bar = el("progress", "", { value: number, max: of, "aria-hidden": "true" });
  return el("div", "progress", {}, bar, el("span", "", {}, text));
}

/** The text for somebody who resumes a form that they had left. */
export function welcomeBack({ resumed }) {
  return resumed ? el("p", "resumed", { id: "resumed" }, tr("Welcome back. Your answers are still here; just go on.")) : null;
}

/** The ways back to the field before, past one that may be left out, and on with what is chosen already. */
export function ways({ number, optional }, act, chosen) {
  const way = (text, onclick) => el("button", "link", { type: "button", onclick }, text);
  return [
    number > 1 ? way(tr("Back"), () => act("back")) : null,
    optional ? way(tr("Leave this out"), () => act("skip")) : null,
    chosen ? way(tr("Next"), () => chosen.click()) : null,
  ];
}

/** All answers, each with a way to change it, and the button that sends them. */
export class Review {
  #button;

  constructor(screen, { act, language }) {
    const { rows, button } = screen.form;
    this.#button = el("button", "button main", { type: "button", lang: language, onclick: () => act("send") }, button);
    this.element = el(
      "section",
      "screen review",
      {},
      welcomeBack(screen.form),
      el("h1", "", { tabIndex: -1, "aria-describedby": screen.form.resumed ? "resumed" : null }, tr("Please check your answers")),
      el("dl", "given", {}, ...rows.map((row) => given(row, act, language))),
      this.#button,
    );
  }

  get tapped() {
    return this.#button;
  }

  get waiting() {
    return tr("Sending, one moment…");
  }
}

function given(row, act, language) {
  const label = tr("Change: {question}", { question: row.question });
  const change = el("button", "link", { type: "button", "aria-label": label, onclick: () => act("change", row.key) }, tr("Change"));
  const text = row.text === undefined ? el("dd", "none", {}, tr("left out")) : el("dd", "", {}, inWords(row));
  return el("div", "given-row", {}, el("dt", "", { lang: language }, row.question), text, change);
}
