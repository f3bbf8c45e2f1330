// The tags of a person: since when and through what, taken off and put on by staff.

import { el, icon } from "../elements.js";
import { dayAndTime, phrase, span, tr } from "../words.js";
import { choice, doer, editor, opener, slot } from "./person_edit.js";
import { titled } from "./titles.js";

const THROUGH = {
  rules: phrase("by a rule"),
  rich_menus: phrase("by a rich menu"),
  cards: phrase("by a card's button"),
  member_card: phrase("by the member card"),
  audiences: phrase("by an audience"),
  shop: phrase("by the shop's records"),
  staff: phrase("by staff"),
  given: phrase("by the scenario"),
};

export function tags(person, list, now) {
  return el("ul", "chips tags", {}, ...list.map((tag) => tagChip(person, tag, now)));
}

tags.adder = (person, { tags: on = [], may }) => {
  const left = may.tags.filter((name) => !on.some((tag) => tag.name === name));
  if (!left.length) return null;
  const make = () => {
    const field = choice(left.map((name) => [name, name]));
    return editor(person, tr("Which tag"), field, () => person.act({ add_tag: field.value }));
  };
  return slot(person, "tag") ?? opener(person, "tag", tr("Add a tag"), tr("Add a tag"), make);
};

/** Since when, through what, how often, until when. */
function tagChip(person, { name, at, by, times, last, expires }, now) {
  const chip = el("li", "chip", {}, el("bdi", "", {}, name));
  if (expires) chip.append(el("span", "chip-more", { title: dayAndTime(expires, now) }, expires > now ? tr("expires in {left}", { left: span(expires - now) }) : tr("expired")));
  const [off, notice] = doer(icon("close", 18), tr("Take the tag {name} off", { name }), () => person.act({ remove_tag: name }), "quiet chip-off");
  chip.append(off);
  const how = [at && dayAndTime(at), by && throughWhat(by), times > 1 && tr("{times} times, last {last}", { times, last: dayAndTime(last) })].filter(Boolean).join(" · ");
  if (how) chip.append(el("span", "chip-how", { dir: "auto" }, how));
  chip.append(notice);
  return chip;
}

/** What has put a tag on, in words: a step of a flow, a link, a rule, somebody. */
function throughWhat(by) {
  const [part, name, , state] = by.replace(/\[\d+\]/g, "").split("."); // rules[4].do[0].add_tags
  if (part === "flows" && state) return tr("flow {flow} at {state}", { flow: titled("flow", name), state: titled("state", state, name) });
  if (part === "links" && name) return tr("link {code}", { code: titled("link", name) });
  if (part === "forms" && name) return tr("form {form}", { form: titled("form", name) });
  if (part === "broadcasts" && name) return tr("broadcast {name}", { name: by.slice(part.length + 1) }); // a name may have dots
  if (by.startsWith("command:")) return tr("staff, by a command ({user})", { user: by.slice("command:".length) });
  return THROUGH[part]?.() ?? tr("by {name}", { name: by });
}
