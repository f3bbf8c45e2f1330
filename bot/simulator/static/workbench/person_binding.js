// What a person is bound to: a phone (masked), the shop's login, a clerk; undone by staff, or bound to a pretend member.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { dayAndTime, tr } from "../words.js";
import { choice, doer, editor, opener, slot } from "./person_edit.js";
import { bindingName } from "./step_words.js";

export function bindings(person, contact) {
  return el("ul", "attributes", {}, ...contact.bound.map((one) => row(person, contact, one)));
}

function row(person, contact, binding) {
  const { kind, at, name } = typeof binding === "string" ? { kind: binding } : binding;
  const phone = kind === "phone" ? (person.seen.get("") ?? contact.phone) : null;
  const more = [phone, kind !== "clerk" && contact.member_no && tr("member {id}", { id: contact.member_no }), name].filter(Boolean).join(" · ");
  const see = phone && !person.seen.has("") ? doer(tr("Show"), tr("Show {name}", { name: bindingName("phone") }), () => person.see("")) : [];
  const undo = contact.may ? doer(tr("Unbind"), tr("Undo the binding: {kind}", { kind: bindingName(kind) }), () => person.act({ unbinds: kind })) : [];
  const title = el("span", "attribute-name", {}, bindingName(kind), at ? el("small", "", {}, dayAndTime(at)) : null);
  return el("li", "attribute", {}, el("div", "attribute-line", {}, title, el("bdi", "attribute-value", {}, more), el("span", "attribute-acts", {}, ...see, ...undo)));
}

/** Who has no phone bound may be bound to a member of the shop, or to a number where there is no shop. */
bindings.adder = (person, { bound = [], may }) => {
  if (!may || bound.some((one) => one.kind === "phone")) return null;
  return slot(person, "bind") ?? opener(person, "bind", tr("Bind a member"), tr("Bind a member"), () => (may.shop ? toMember(person, may.shop) : toNumber(person)));
};

function toNumber(person) {
  const field = el("input", "", { inputMode: "tel", autocomplete: "off", maxLength: 40, placeholder: "0912345678" });
  return editor(person, tr("Which phone (no code is asked for)"), field, () => person.act({ binds: field.value }));
}

/** The members are read when one is to be chosen: they may have been changed beside. */
function toMember(person, shop) {
  const field = choice([["", tr("Reading")]]);
  field.disabled = true;
  call("GET", `shop/${encodeURIComponent(shop)}/members`).then(({ members }) => {
    const some = members.filter(({ phone }) => phone);
    field.replaceChildren(...choice(some.map(({ name, number, phone }) => [phone, `${name || tr("No name")} · ${number} · ${phone}`])).children);
    field.disabled = !some.length;
    if (!some.length) field.append(el("option", "", { value: "" }, tr("No member of the shop has a phone")));
    else field.focus();
  }, () => field.replaceChildren(el("option", "", { value: "" }, tr("This part cannot be read. Everything else is still here."))));
  return editor(person, tr("Which member (no code is asked for)"), field, () => person.act({ binds: field.value }));
}
