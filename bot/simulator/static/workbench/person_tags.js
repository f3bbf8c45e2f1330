// The tags of a person: since when and through what, taken off and put on by staff.

import { el, icon } from "../elements.js";
import { dayAndTime, span, words } from "../words.js";
import { choice, doer, editor, opener, slot } from "./person_edit.js";
import { titled } from "./titles.js";

export function tags(person, list, now) {
  return el("ul", "chips tags", {}, ...list.map((tag) => tagChip(person, tag, now)));
}

tags.adder = (person, { tags: on = [], may }) => {
  const w = words();
  const left = may.tags.filter((name) => !on.some((tag) => tag.name === name));
  if (!left.length) return null;
  const make = () => {
    const field = choice(left.map((name) => [name, name]));
    return editor(person, w.tagWhich, field, () => person.act({ add_tag: field.value }));
  };
  return slot(person, "tag") ?? opener(person, "tag", w.tagAdd, w.tagAdd, make);
};

/** Since when, through what, how often, until when. */
function tagChip(person, { name, at, by, times, last, expires }, now) {
  const w = words();
  const chip = el("li", "chip", {}, el("bdi", "", {}, name));
  if (expires) chip.append(el("span", "chip-more", { title: dayAndTime(expires, now) }, expires > now ? w.expiresIn(span(expires - now)) : w.expired));
  const [off, told] = doer(icon("close", 18), w.tagOff(name), () => person.act({ remove_tag: name }), "quiet chip-off");
  chip.append(off);
  const how = [at && dayAndTime(at), by && throughWhat(by), times > 1 && w.tagAgain(times, dayAndTime(last))].filter(Boolean).join(" · ");
  if (how) chip.append(el("span", "chip-how", { dir: "auto" }, how));
  chip.append(told);
  return chip;
}

/** What has put a tag on, in words: a step of a flow, a link, a rule, somebody. */
function throughWhat(by) {
  const { through } = words();
  const [part, name, , state] = by.replace(/\[\d+\]/g, "").split("."); // rules[4].do[0].add_tags
  if (part === "flows" && state) return through.flow(titled("flow", name), titled("state", state, name));
  if (part === "links" && name) return through.link(titled("link", name));
  if (part === "forms" && name) return through.form(titled("form", name));
  if (part === "broadcasts" && name) return through.broadcast(by.slice(part.length + 1)); // a name may have dots
  if (by.startsWith("command:")) return through.command(by.slice("command:".length));
  return through.others[part] ?? through.who(by);
}
