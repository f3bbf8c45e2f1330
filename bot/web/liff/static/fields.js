// The field of a question, by the type of its answer: `{element, input?, value, focus, clear}`, or `byTap` without a button.

import { el } from "./elements.js";
import { caretIn, phoneText } from "./phone_text.js";
import { tr } from "./sentences.js";

const CODE_LENGTH = 6;
const YES_NO = ["是", "否"]; // as the server understands them, and says what was answered

/** The field for an answer of this type; `ready(text)` sends it, `changed(text)` gets what is typed. */
export function fieldFor(screen, begun, { ready, changed }) {
  const make = MAKERS[screen.answer];
  if (make) return make(screen, begun, { ready, changed });
  return line({ type: "text" }, begun, changed);
}

const MAKERS = {
  phone: (_, begun, { changed }) => phone(begun, changed),
  code: (_, __, { ready }) => code(ready),
  email: (_, begun, { changed }) => line({ type: "text", inputMode: "email", autocomplete: "email" }, begun, changed),
  number: (_, begun, { changed }) => line({ type: "text", inputMode: "decimal" }, begun, changed),
  date: (screen, begun, { changed }) => line({ type: "date", ...limits(screen, "9999-12-31") }, begun, changed),
  time: (screen, begun, { changed }) => line({ type: "time", ...limits(screen) }, begun, changed),
  date_time: (screen, begun, { changed }) => line({ type: "datetime-local", ...limits(screen, "9999-12-31T23:59") }, begun, changed),
  choice: (screen, _, { ready }) => buttons(screen.choices, ready, screen.choices, screen.choices.indexOf(screen.form?.given)),
  choices: (screen) => several(screen.choices, screen.form?.given),
  yes_no: (screen, _, { ready }) => buttons([tr("Yes"), tr("No")], ready, YES_NO, YES_NO.indexOf(screen.form?.given)),
  consent: (screen, _, { ready }) => buttons([tr("I agree"), tr("I do not agree")], ready, ["同意", "不同意"], YES_NO.indexOf(screen.form?.given)),
  image: () => elsewhere(),
  location: () => elsewhere(),
  any: () => elsewhere(),
};

/** What may be chosen; what is answered all the same is judged by the bot. `last`: so that no year has five digits. */
function limits(screen, last = "") {
  return { min: screen.at_least ?? "", max: screen.at_most ?? last };
}

function line(properties, begun, changed, tidy = () => {}) {
  const input = el("input", "field", { autocomplete: "off", enterKeyHint: "send", value: begun, ...properties });
  const onInput = () => {
    tidy(input);
    changed(input.value);
  };
  input.addEventListener("input", (event) => event.isComposing || onInput());
  input.addEventListener("compositionend", onInput);
  return field(input, input, () => input.value.trim());
}

function field(element, input, value) {
  const clear = () => {
    input.value = "";
    input.dispatchEvent(new Event("input"));
  };
  return { element, input, value, clear, focus: () => input.focus({ preventScroll: false }) };
}

function phone(begun, changed) {
  const properties = { type: "tel", inputMode: "tel", autocomplete: "tel", placeholder: tr("e.g. 0912 345 678") };
  return line(properties, begun, changed, (input) => {
    const [before, caret] = [input.value, input.selectionStart ?? input.value.length];
    const after = phoneText(before);
    if (after === before) return;
    input.value = after;
    const place = caretIn(before, caret, after);
    input.setSelectionRange(place, place);
  });
}

/** Six cells that are one input: the telephone fills it from the SMS, and the sixth digit sends it. */
function code(ready) {
  const input = el("input", "code-input", {
    type: "text",
    inputMode: "numeric",
    autocomplete: "one-time-code",
    pattern: "[0-9]*",
    enterKeyHint: "done",
  });
  const cells = Array.from({ length: CODE_LENGTH }, () => el("i", "cell"));
  const element = el("div", "code", {}, el("div", "cells", { "aria-hidden": "true" }, ...cells), input);
  let sent = "";
  const draw = () => {
    for (const [place, cell] of cells.entries()) {
      cell.textContent = input.value[place] ?? "";
      cell.classList.toggle("next", place === Math.min(input.value.length, CODE_LENGTH - 1));
    }
  };
  const tidy = () => {
    const digits = input.value.normalize("NFKC").replace(/\D/g, "").slice(0, CODE_LENGTH);
    if (digits !== input.value) input.value = digits;
    draw();
    if (digits.length === CODE_LENGTH && digits !== sent) ready((sent = digits));
    if (digits.length < CODE_LENGTH) sent = "";
  };
  input.addEventListener("input", (event) => event.isComposing || tidy());
  input.addEventListener("compositionend", tidy);
  draw();
  return field(element, input, () => input.value);
}

/** What is chosen with a tap; `meant` is what is answered, where it is another word; `chosen` was answered before. */
function buttons(labels, ready, meant = labels, chosen = -1) {
  const made = labels.map((label, place) => {
    const was = place === chosen;
    const look = `button choice${was ? " chosen" : ""}`;
    return el("button", look, { type: "button", "aria-pressed": was ? "true" : null, onclick: () => ready(meant[place]) }, label);
  });
  return { element: el("div", "choices", {}, ...made), byTap: true, focus: () => made[0]?.focus() };
}

function several(labels, given = "") {
  const ticked = given.split("、");
  const boxes = labels.map((label) => el("input", "box", { type: "checkbox", value: label, checked: ticked.includes(label) }));
  const rows = boxes.map((box) => el("label", "choice-row", {}, box, el("span", "", {}, box.value)));
  const value = () => boxes.filter((box) => box.checked).map((box) => box.value).join("、");
  return { element: el("div", "choices", {}, ...rows), value, clear() {}, focus: () => boxes[0]?.focus() };
}

function elsewhere() {
  return { element: el("p", "help", {}, tr("This is answered in the chat. Please go back to the chat.")), byTap: true, focus() {} };
}

/** An answer as people read it. */
export function inWords({ answer, text }) {
  const language = document.documentElement.lang;
  switch (answer) {
    case "yes_no":
      return text === "是" ? tr("Yes") : tr("No");
    case "consent":
      return text === "是" ? tr("I agree") : tr("I do not agree");
    case "date":
      return new Date(`${text}T00:00`).toLocaleDateString(language, { dateStyle: "long" });
    case "date_time":
      return new Date(text).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    case "phone":
      return text.replace(/^\+8860?(9\d{2})(\d{3})(\d{3})$/, "0$1 $2 $3");
    default:
      return text || tr("none of them");
  }
}
