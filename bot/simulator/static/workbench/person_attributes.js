// The attributes of a person, by the playbook's titles: what is known, and changed by what each of them takes.

import { el } from "../elements.js";
import { currentLanguage, tr } from "../words.js";
import { attempt, choice, doer, editor, opener, slot } from "./person_edit.js";
import { typedInput } from "./typed_input.js";

/** Those that are known, and folded those that are not; at most so many of each. */
export function attributes(person, { attributes: known = [], may }, most) {
  const is = new Map(known.map((one) => [one.name, one]));
  const declared = may?.attributes ?? [];
  const named = new Set(declared.map(({ name }) => name));
  const others = known.filter(({ name }) => !named.has(name)).map(({ name }) => ({ name, title: "", writable: false }));
  const all = [...declared, ...others];
  const there = all.filter(({ name }) => is.has(name));
  const missing = all.filter(({ name }) => !is.has(name));
  const list = (some) => el("ul", "attributes", {}, ...some.slice(0, most).map((one) => row(person, one, is.get(one.name), may)));
  const parts = [there.length ? list(there) : el("p", "empty", {}, tr("Nothing is known yet"))];
  if (there.length > most) parts.push(el("p", "empty", {}, tr("and {number} more", { number: there.length - most })));
  if (missing.length) {
    const open = person.more || missing.some(({ name }) => person.open === `attribute ${name}`);
    parts.push(el("details", "more-attributes", { open, ontoggle: (event) => (person.more = event.target.open) }, el("summary", "", {}, tr("Not filled in yet ({number})", { number: missing.length })), list(missing)));
  }
  return parts;
}

function row(person, info, known, may) {
  const { name, writable } = info;
  const title = info.title || name;
  const key = `attribute ${name}`;
  const hidden = known?.private && !person.seen.has(name);
  const value = known?.private ? person.seen.get(name) : known?.value;
  const shown = hidden ? tr("not shown (private)") : value === undefined || value === null ? "—" : String(value);
  const see = hidden ? doer(tr("Show"), tr("Show {name}", { name: title }), () => person.see(name)) : [];
  const change = writable && info.type ? opener(person, key, tr("Change"), tr("Change {name}", { name: title }), () => attributeEditor(person, info, value, may)) : null;
  const names = el("span", "attribute-name", {}, el("bdi", "", {}, title), title === name ? null : el("code", "", {}, name));
  const line = el("div", "attribute-line", {}, names, el("bdi", hidden || value === undefined ? "attribute-value muted" : "attribute-value", {}, shown), el("span", "attribute-acts", {}, ...see, change ?? (info.type ? el("span", "muted", {}, tr("the shop's")) : null)));
  return el("li", "attribute", { "data-attribute": name }, line, slot(person, key));
}

/** What an attribute takes: one of its values, yes or no, a number, a day, a time, a text. */
function attributeEditor(person, info, value, may) {
  const { name, field: takes, values } = info;
  const options = values?.map((one) => [one, one]) ?? (takes === "yes_no" ? [["是", tr("yes")], ["否", tr("no")]] : null);
  const notice = value === undefined || value === null ? "" : String(value);
  const field = options
    ? choice(options, notice)
    : el("input", "", { dir: "auto", autocomplete: "off", spellcheck: false, maxLength: may.longest, ...typedInput(takes, notice) });
  const clear = (place) => (notice || info.private ? el("button", "plain", { type: "button", onclick: () => attempt(person, place, () => person.act({ set: { [name]: null } })) }, tr("Clear")) : null);
  return editor(person, tr("{name} ({type})", { name: info.title || name, type: info.called[currentLanguage()] }), field, () => person.act({ set: { [name]: field.value } }), clear);
}
