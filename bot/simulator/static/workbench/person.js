// Who is it that the bot talks to? What it knows of the chosen friend.

import { call } from "../connection.js";
import { el, face } from "../elements.js";
import { toast } from "../phone/sheet.js";
import { dayAndTime, span, words } from "../words.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";
import { timerWords } from "./step_words.js";

const MOST = 200;

export class Person {
  /** `now()` is the simulator's moment in ms. */
  constructor(changed, now) {
    this.friend = null;
    this.now = now;
    this.reading = new Reading(() => this.friend && `friends/${encodeURIComponent(this.friend)}/contact`, changed);
    this.known = el("div", "person-known");
    this.element = el("div", "panel", {}, this.known);
  }

  meet(friend) {
    this.friend = friend;
    this.reading.forget();
  }

  hear({ chat }) {
    if (chat === this.friend) this.reading.stale = true;
  }

  draw(state) {
    const w = words();
    const { friend } = state;
    if (!friend) {
      this.known.replaceChildren(el("div", "empty-state", {}, el("p", "empty-title", {}, w.nobodyTitle), el("p", "empty", {}, w.nobody)));
      return;
    }
    this.reading.fresh();
    const { value, trouble } = this.reading;
    const name = el("div", "person-head", {}, face(friend.name, friend.id), el("div", "", {}, el("h3", "", { dir: "auto" }, friend.name), el("p", "mono", {}, friend.id)));
    const parts = [name];
    if (trouble === "unknown") parts.push(el("p", "empty", {}, w.notMet));
    else if (trouble) parts.push(problem(trouble, () => this.reading.again()));
    else if (!value) parts.push(skeleton());
    if (value) parts.push(...this.facts(value));
    const drawn = el("div", "person-known", {}, ...parts);
    // Drawn every second: what reads the same stays, with what is selected in it.
    if (drawn.textContent === this.known.textContent && drawn.childElementCount === this.known.childElementCount) return;
    this.known.replaceWith(drawn);
    this.known = drawn;
  }

  /** Staff take the conversation, or hand it back; what comes of it is told by the stream. */
  staffButton(staff) {
    const path = `friends/${encodeURIComponent(this.friend)}/staff`;
    const act = () => call("POST", path, { takes_over: !staff }).catch((trouble) => toast(words().errors[trouble.code] ?? words().errors.other));
    return el("button", "plain staff-act", { type: "button", onclick: act }, staff ? words().staffBack : words().staffTakes);
  }

  facts(contact) {
    const w = words();
    const now = this.now();
    const parts = [];
    if (contact.staff) parts.push(el("p", "staff-sign", {}, w.withStaff));
    parts.push(this.staffButton(contact.staff));
    const part = (title, list, draw, none) => {
      const items = list?.length ? draw(list.slice(0, MOST)) : el("p", "empty", {}, none);
      const rest = list?.length > MOST ? el("p", "empty", {}, w.moreItems(list.length - MOST)) : null;
      parts.push(el("section", "fact", {}, el("h4", "part-title", {}, title), items, rest ?? ""));
    };
    part(w.tags, contact.tags, (tags) => el("ul", "chips tags", {}, ...tags.map((tag) => tagChip(tag, now))), w.noTags);
    part(w.flows, contact.flows, (flows) => el("ul", "flows", {}, ...flows.map((flow) => flowCard(flow, now))), w.noFlows);
    part(w.timers, contact.timers, (timers) => el("ul", "timers", {}, ...timers.map((timer) => timerRow(timer, now))), w.noTimers);
    part(w.attributes, contact.attributes, pairs, w.noAttributes);
    const also = [{ name: w.menuNow, value: menuWords(contact) }, { name: w.marketing, value: w.marketingIs[String(contact.marketing ?? null)] }];
    for (const [name, source] of [[w.firstSource, contact.first_source], [w.lastSource, contact.last_source]]) {
      if (source) also.push({ name, value: `${source.code} · ${dayAndTime(source.at)}` });
    }
    part(w.also, also, pairs, "");
    part(w.bound, contact.bound, (bound) => el("ul", "chips", {}, ...bound.map((binding) => boundChip(binding))), w.notBound);
    return parts;
  }
}

/** Since when, through what, how often, until when. */
function tagChip({ name, at, by, times, last, expires }, now) {
  const w = words();
  const chip = el("li", "chip", {}, el("bdi", "", {}, name));
  if (expires) chip.append(el("span", "chip-more", { title: dayAndTime(expires) }, expires > now ? w.expiresIn(span(expires - now)) : w.expired));
  const how = [at && dayAndTime(at), by && throughWhat(by), times > 1 && w.tagAgain(times, dayAndTime(last))].filter(Boolean).join(" · ");
  if (how) chip.append(el("span", "chip-how", { dir: "auto" }, how));
  return chip;
}

/** What has put a tag on, in words: a step of a flow, a link, a rule, somebody. */
function throughWhat(by) {
  const { through } = words();
  const [part, name, , state] = by.replace(/\[\d+\]/g, "").split("."); // rules[4].do[0].add_tags
  if (part === "flows" && state) return through.flow(name, state);
  if (part === "links" && name) return through.link(name);
  return through.others[part] ?? through.who(by);
}

/** The menu, the tab that is open in it, and until when it is pinned. */
function menuWords({ menu, tab, pinned, pinned_until: until }) {
  const w = words();
  const more = [tab && w.menuTab(tab), pinned === menu && pinned && w.menuPinned(until && dayAndTime(until))].filter(Boolean);
  return [menu ?? w.noMenu, ...more].join(" · ");
}

function boundChip(binding) {
  const { kind, at } = typeof binding === "string" ? { kind: binding } : binding;
  return el("li", "chip", {}, el("bdi", "", {}, words().bindings[kind] ?? kind), at ? el("span", "chip-more", {}, dayAndTime(at)) : null);
}

function flowCard({ flow, state, since, held, held_until: until, answers }, now) {
  const w = words();
  const stands = el("p", "flow-stands", {}, el("bdi", "flow-name", {}, flow), el("span", "", { "aria-hidden": "true" }, "›"), el("bdi", "flow-state", {}, state ?? "—"));
  const card = el("li", "flow", {}, stands);
  if (since) card.append(el("p", "flow-since", {}, w.hereFor(span(Math.max(0, now - since)))));
  if (held) card.append(el("p", "flow-since", { dir: "auto" }, until ? `${w.heldBy(held)} · ${w.until(dayAndTime(until))}` : w.heldBy(held)));
  if (answers?.length) card.append(pairs(answers));
  return card;
}

function timerRow({ flow, timer, due }, now) {
  const w = words();
  const left = due > now ? w.dueIn(span(due - now)) : w.dueNow;
  return el("li", "timer", {}, el("div", "", {}, el("b", "", {}, left), " ", el("span", "muted", {}, dayAndTime(due))), el("div", "muted", { dir: "auto" }, timerWords(flow ? `${flow} ${timer}` : timer)));
}

function pairs(list) {
  const rows = list.map(({ name, value, private: secret }) => [
    el("dt", "", { dir: "auto" }, name),
    el("dd", secret ? "muted" : "", { dir: "auto" }, secret ? words().private_ : shown(value)),
  ]);
  return el("dl", "pairs", {}, ...rows.flat());
}

function shown(value) {
  if (value === null || value === undefined) return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
