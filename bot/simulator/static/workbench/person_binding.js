// Who has no phone bound may be bound to a pretend member of the shop, or to a number where there is no shop.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { tr } from "../words.js";
import { choice, why } from "./person_edit.js";

export function binding(person, { bound = [], may }) {
  if (!may || bound.some((one) => one.kind === "phone")) return [];
  const notice = el("p", "edit-notice bad", { role: "alert" });
  const field = may.shop ? choice([["", tr("Reading")]]) : el("input", "", { inputMode: "tel", autocomplete: "off", maxLength: 40, placeholder: "0912345678" });
  const bind = async (event) => {
    event.preventDefault();
    notice.textContent = "";
    await person.act({ binds: field.value }).catch((trouble) => (notice.textContent = why(trouble)));
  };
  const label = may.shop ? tr("Which member (no code is asked for)") : tr("Which phone (no code is asked for)");
  const form = el("form", "edit-one", { noValidate: true, onsubmit: bind }, el("label", "", {}, el("span", "", {}, label), field), el("div", "edit-acts", {}, el("button", "primary small", { type: "submit" }, tr("Bind"))), notice);
  const opened = ({ target }) => target.open && may.shop && readMembers(field, may.shop);
  return [el("details", "fact", { ontoggle: opened }, el("summary", "", {}, tr("Bind a member")), form)];
}

/** The members are read when one is to be chosen: they may have been changed beside. */
async function readMembers(field, shop) {
  field.disabled = true;
  try {
    const { members } = await call("GET", `shop/${encodeURIComponent(shop)}/members`);
    const some = members.filter(({ phone }) => phone);
    field.replaceChildren(...choice(some.map(({ name, number, phone }) => [phone, `${name || tr("No name")} · ${number} · ${phone}`])).children);
    field.disabled = !some.length;
    if (!some.length) field.append(el("option", "", { value: "" }, tr("No member of the shop has a phone")));
    else field.focus();
  } catch {
    field.replaceChildren(el("option", "", { value: "" }, tr("This part cannot be read. Everything else is still here.")));
  }
}
