// One member of the pretend shop, as a form.

import { el, icon } from "../elements.js";
import { refusal } from "../refusals.js";
import { phrase, tr } from "../words.js";

const LABELS = {
  number: phrase("Member number"),
  name: phrase("Name"),
  phone: phrase("Phone (as the shop keeps it)"),
  birthday: phrase("Birthday"),
  tier: phrase("Tier"),
  tier_until: phrase("Tier until"),
  orders: phrase("Orders"),
  line: phrase("LINE user id of the shop's LINE login"),
};
const REFUSED = {
  unknown: phrase("This member is gone."),
  full: phrase("Too many members: a shop has at most 1,000."),
};
const NUMBER = /^[1-9]\d{0,11}$/;

/** A form of the member, or of a new one (null); `friend` is who is being played. `acts`: save(number, body), remove(number), taken(number),
 * close(number of what changed, or nothing). */
export function memberForm(member, friend, acts) {
  const is = member ?? { number: "", name: "", phone: "", phone_proven: true, birthday: null, tier: null, tier_until: null, points: [], orders: 0, marketing: false, line: null, line_at: null };
  const text = (name, more = {}) => el("input", "", { name, dir: "auto", autocomplete: "off", spellcheck: false, maxLength: 200, value: is[name] ?? "", ...more });
  const id = text("number", { value: is.number, inputMode: "numeric", maxLength: 12, disabled: Boolean(member) });
  const fields = {
    name: text("name"),
    phone: text("phone", { inputMode: "tel" }),
    birthday: text("birthday", { type: "date" }),
    tier: text("tier"),
    tier_until: text("tier_until", { type: "date" }),
    orders: text("orders", { type: "number", min: 0, step: 1 }),
    line: text("line"),
  };
  const ticks = { phone_proven: tick(tr("Phone is verified"), is.phone_proven), marketing: tick(tr("Takes marketing messages"), is.marketing) };
  const points = grants(is.points);
  const sentence = el("p", "record-notice bad", { role: "alert" });

  const body = () => ({
    ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim() || null])),
    name: fields.name.value.trim(),
    orders: Number(fields.orders.value || 0),
    ...Object.fromEntries(Object.entries(ticks).map(([name, { field }]) => [name, field.checked])),
    points: points.value(),
  });

  const attempt = async (work) => {
    sentence.textContent = "";
    try {
      await work();
      acts.close(id.value.trim());
    } catch (trouble) {
      sentence.textContent = trouble.code === "invalid" ? tr("Not saved: {why}", { why: trouble.sentence }) : refusal(trouble.code, REFUSED);
    }
  };

  const save = (event) => {
    event.preventDefault();
    const wanted = id.value.trim();
    if (!NUMBER.test(wanted)) sentence.textContent = tr("A member number is 1 to 12 digits and does not begin with 0.");
    else if (!member && acts.taken(wanted)) sentence.textContent = tr("Member {id} is there already. Take another number, or change that one.", { id: wanted });
    else attempt(() => acts.save(wanted, body()));
  };

  const label = (name, field) => el("label", "", {}, el("span", "", {}, LABELS[name]()), field);
  const remove = member ? el("button", "plain bad", { type: "button", onclick: () => attempt(() => acts.remove(is.number)) }, tr("Delete member")) : null;
  const written = is.line_at ? el("p", "empty mono", {}, `${tr("LINE user id written by the bot:")} ${is.line_at}`) : null;
  const put = friend ? el("button", "quiet", { type: "button", onclick: () => (fields.line.value = friend.id) }, tr("This is {name}: the shop knows their LINE login", { name: friend.name })) : null;
  const form = el("form", "member-form", { noValidate: true, onsubmit: save },
    el("h3", "", {}, member ? is.name || tr("No name") : tr("Add a member")),
    el("div", "member-fields", {}, label("number", id), ...Object.entries(fields).map(([name, field]) => label(name, field))),
    put, written, el("div", "member-ticks", {}, ticks.phone_proven.label, ticks.marketing.label), points.element, sentence,
    el("div", "member-acts", {}, el("button", "primary small", { type: "submit" }, tr("Save")), el("button", "plain", { type: "button", onclick: () => acts.close() }, tr("Cancel")), remove));
  form.addEventListener("keydown", (event) => event.key === "Escape" && acts.close());
  return form;
}

function tick(text, checked) {
  const field = el("input", "", { type: "checkbox", checked });
  return { field, label: el("label", "record-person", {}, field, el("span", "", {}, text)) };
}

/** Grants of points, each with its last day: rows to add and take away. */
function grants(given) {
  const rows = el("div", "grants");
  const add = ({ left = 0, until = null } = {}) => {
    const amount = el("input", "", { type: "number", step: 1, value: left, "aria-label": tr("Points") });
    const day = el("input", "", { type: "date", value: until ?? "", "aria-label": tr("Last day") });
    const away = el("button", "quiet", { type: "button", "aria-label": tr("Take these points away"), onclick: () => (row.remove(), more.focus()) }, icon("close", 20));
    const row = el("div", "grant", {}, amount, day, away);
    rows.append(row);
    return amount;
  };
  const more = el("button", "plain", { type: "button", onclick: () => add().focus() }, tr("Add points"));
  for (const one of given) add(one);
  const value = () => [...rows.children].map((row) => ({ left: Math.trunc(Number(row.children[0].value || 0)), until: row.children[1].value || null }));
  return { element: el("fieldset", "member-grants", {}, el("legend", "part-title", {}, tr("Points and their last day")), rows, more), value };
}
