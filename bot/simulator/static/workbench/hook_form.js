// The answer of a web hook as a form: one field for each thing that the playbook reads of it.

import { el } from "../elements.js";
import { currentLanguage, tr } from "../words.js";
import { typedInput, writtenOf } from "./typed_input.js";

const LONGEST = 2000; // characters, as the server has it
const NUMBER = /^[-+]?\d+(\.\d+)?$/;

/** `given`: values by field; `send(values)` gets those that are filled in; `saved`: they are what is used already. */
export function hookForm(fields, given, label, send, saved = false) {
  const notice = el("p", "record-notice bad", { role: "alert" });
  const inputs = new Map(fields.map((field) => [field, input(field, given[field.name])]));
  const submit = (event) => {
    event.preventDefault();
    notice.textContent = "";
    for (const control of inputs.values()) control.removeAttribute("aria-invalid");
    const values = {};
    for (const [field, control] of inputs) {
      const wrong = mistake(field, control);
      if (wrong) {
        notice.textContent = wrong;
        control.setAttribute("aria-invalid", "true");
        return control.focus();
      }
      if (control.value.trim() !== "") values[field.name] = valueOf(field, control.value.trim());
    }
    send(values);
  };
  const row = ([field, control]) => el("label", "", {}, el("span", "", {}, el("bdi", "mono", {}, field.name), ` ${field.called[currentLanguage()]}`, savesTo(field)), control, suggestions(field, control));
  const note = fields.length ? el("p", "empty hook-note", {}, saved ? tr("These values are what it answers now. A field left empty is one that the other system did not give.") : tr("A field left empty is one that the other system did not give.")) : null;
  const acts = el("div", "hook-acts", {}, el("button", "primary small", { type: "submit", "data-part": "send" }, label));
  return el("form", "hook-form", { noValidate: true, onsubmit: submit }, el("div", "member-fields", {}, ...[...inputs].map(row)), note, notice, acts);
}

/** Which attributes take it. */
function savesTo({ saves }) {
  return saves.length ? el("span", "muted", {}, ` ${tr("→ attribute {names}", { names: saves.join(", ") })}`) : null;
}

let lists = 0;

function suggestions({ values }, control) {
  if (!values.length) return null;
  const id = `hook-values-${++lists}`;
  control.setAttribute("list", id);
  return el("datalist", "", { id }, ...values.map((value) => el("option", "", { value })));
}

function input({ name, field }, value) {
  const more = { name, autocomplete: "off", "data-part": `field ${name}` };
  if (field === "yes_no") {
    const options = [["", ""], ["true", tr("Yes")], ["false", tr("No")]];
    return el("select", "shop-choice", more, ...options.map(([is, text]) => el("option", "", { value: is, selected: String(value ?? "") === is }, text)));
  }
  return el("input", "", { ...more, dir: "auto", spellcheck: false, ...typedInput(field, String(value ?? "")) });
}

/** What is wrong with the value of a field, in words; null where nothing is. */
function mistake({ name, field, asked }, control) {
  const text = control.value.trim();
  if (control.validity?.badInput || (field === "decimal" && text && !NUMBER.test(text))) return tr("“{name}” is {asked}.", { name, asked: asked[currentLanguage()] });
  return text.length > LONGEST ? tr("“{name}” has at most {most} characters; now it has {is}.", { name, most: LONGEST, is: text.length }) : null;
}

function valueOf({ field }, text) {
  if (field === "decimal") return Number(text);
  return field === "yes_no" ? text === "true" : writtenOf(field, text);
}
