// Who is it that the bot talks to? What it knows of the chosen friend, and what staff may change of it.

import { call } from "../connection.js";
import { el, face } from "../elements.js";
import { currentLanguage, dayAndTime, phrase, span, tr } from "../words.js";
import { attributes } from "./person_attributes.js";
import { bindings } from "./person_binding.js";
import { groups } from "./person_groups.js";
import { places } from "./person_places.js";
import { PersonStaff } from "./person_staff.js";
import { tags } from "./person_tags.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";
import { heldBy } from "./step_words.js";
import { titled, withNames } from "./titles.js";

const MARKETING = {
  true: phrase("wants it"),
  false: phrase("does not want it"),
  null: phrase("has not said yet"),
};

const MOST = 200;

/** Whether the bot knows a friend; `contact` is null before it was read. */
const isMet = (contact) => contact !== null && contact.met !== false;

export class Person {
  /** `now()` is the simulator's moment in ms. */
  constructor(changed, now) {
    this.friend = null;
    this.changed = changed;
    this.now = now;
    this.reading = new Reading(() => this.friend && this.path("contact"), changed);
    this.staff = new PersonStaff((body) => this.act(body), now);
    this.head = el("div", "person-head");
    this.known = el("div", "person-known");
    this.id = el("p", "mono muted"); // for engineers: below all the rest
    this.element = el("div", "panel", {}, this.head, this.staff.element, this.known, this.id);
    this.forget();
  }

  path(what) {
    return `friends/${encodeURIComponent(this.friend)}/${what}`;
  }

  meet(friend) {
    this.friend = friend;
    this.reading.forget();
    this.staff.forget();
    this.forget();
  }

  /** Whether the bot knows something of this friend that it will not ask again. */
  isUsed() {
    const { tags, attributes, bound, flows } = this.reading.value ?? {};
    return [tags, attributes, bound, flows].some((known) => known?.length);
  }

  /** Nothing is being changed, and nothing is shown that was asked for. */
  forget() {
    this.open = null;
    this.editor = null;
    this.seen = new Map();
  }

  hear({ chat }) {
    if (chat !== this.friend && !this.reading.value?.places?.length) return; // a place is taken from all
    this.reading.stale = true;
    if (chat === this.friend) this.seen.clear();
  }

  /** Staff do it; the result comes by the stream. Throws `Trouble`. */
  act(body) {
    return call("POST", this.path("staff"), body);
  }

  /** Show the value of a private attribute, or the phone (no name). */
  async see(name) {
    const { friend } = this;
    const { value } = await call("GET", `${this.path("hidden")}?attribute=${encodeURIComponent(name)}`);
    if (this.friend === friend) this.seen.set(name, value);
    this.changed();
  }

  /** Let `key` be changed with what `make()` gives, which has a field to begin in; null: no more. */
  edit(key, make) {
    this.open = key;
    this.editor = key === null ? null : make();
    this.drawn(this.state);
    if (key === null) this.known.querySelector(`[data-edits="${CSS.escape(this.last ?? "")}"]`)?.focus();
    else this.editor.querySelector("input, select, textarea")?.focus();
    this.last = key;
  }

  draw(state) {
    this.state = state;
    this.reading.fresh();
    this.drawn(state);
  }

  drawn(state) {
    const { friend } = state;
    const { value, trouble } = this.reading;
    this.drawHead(friend);
    this.staff.draw(isMet(value) ? value : null, state.messages);
    const stamp = JSON.stringify([currentLanguage(), friend, value, trouble, this.open, [...this.seen]]);
    if (this.open !== null && stamp === this.stamp) return; // what is being written stays as it is
    const drawn = el("div", "person-known", {}, ...this.parts(friend, value, trouble));
    // Drawn every second: what reads the same stays, with what is selected in it.
    if (stamp === this.stamp && drawn.textContent === this.known.textContent) return;
    this.stamp = stamp;
    const inside = this.known.contains(document.activeElement) ? document.activeElement : null;
    const key = inside?.dataset.edits;
    drawn.querySelector("[data-editor]")?.replaceWith(this.editor);
    this.known.replaceWith(drawn);
    this.known = drawn;
    if (inside && drawn.contains(inside)) inside.focus();
    else if (key) drawn.querySelector(`[data-edits="${CSS.escape(key)}"]`)?.focus();
  }

  drawHead(friend) {
    const stamp = JSON.stringify(friend && [friend.name, friend.id]);
    if (this.head.dataset.stamp === stamp) return;
    this.head.dataset.stamp = stamp;
    const who = friend && [face(friend.name, friend.id), el("div", "", {}, el("h3", "", { dir: "auto" }, friend.name))];
    this.head.replaceChildren(...(who ?? []));
    this.head.hidden = !friend;
    this.id.textContent = friend?.id ?? "";
  }

  parts(friend, value, trouble) {
    if (!friend) return [el("div", "empty-state", {}, el("p", "empty-title", {}, tr("Nobody yet")), el("p", "empty", {}, tr("Add the account as a friend on the phone; what the bot knows of that friend is listed here.")))];
    const parts = [];
    if (value && !isMet(value)) return [el("p", "empty", {}, tr("The bot does not know this friend yet. Say something, or add the account."))];
    if (trouble) parts.push(problem(trouble, () => this.reading.again()));
    else if (!value) parts.push(skeleton());
    if (value) parts.push(...this.facts(value));
    return parts;
  }

  facts(contact) {
    const now = this.now();
    const part = (title, list, draw, none, ...more) => {
      const items = list?.length ? draw(list.slice(0, MOST)) : el("p", "empty", {}, none);
      const rest = list?.length > MOST ? el("p", "empty", {}, tr("and {number} more", { number: list.length - MOST })) : null;
      return el("section", "fact", {}, el("h4", "part-title", {}, title), items, rest, ...more);
    };
    const also = [{ name: tr("Rich menu"), value: menuWords(contact) }, { name: tr("Marketing"), value: MARKETING[String(contact.marketing ?? null)]() }];
    for (const [name, source] of [[tr("First came by the link"), contact.first_source], [tr("Last came by the link"), contact.last_source]]) {
      if (source) also.push({ name, value: `${titled("link", source.code)} · ${dayAndTime(source.at)}` });
    }
    return [
      ...places(this, contact),
      part(tr("Tags"), contact.tags, (list) => tags(this, list, now), tr("No tags"), this.adder(contact)),
      part(tr("Flows"), contact.flows, (flows) => el("ul", "flows", {}, ...flows.map((flow) => flowCard(flow, now))), tr("In no flow")),
      part(tr("What is waiting to happen"), contact.timers, (timers) => el("ul", "timers", {}, ...timers.map((timer) => timerRow(timer, now))), tr("No timer is running")),
      el("section", "fact", {}, el("h4", "part-title", {}, tr("Attributes")), ...attributes(this, contact, MOST)),
      part(tr("Bound"), contact.bound, () => bindings(this, contact), tr("Not bound yet"), bindings.adder(this, contact)),
      ...groups(this, contact),
      part(tr("Besides"), also, pairs, ""),
    ];
  }

  adder(contact) {
    return contact.may ? tags.adder(this, contact) : null;
  }
}

/** The menu, the tab that is open in it, and until when it is pinned. */
function menuWords({ menu, tab, pinned, pinned_until: until }) {
  const more = [tab && tr("tab {tab}", { tab }), pinned === menu && pinned && (until ? tr("pinned until {until}", { until: dayAndTime(until) }) : tr("pinned"))].filter(Boolean);
  return [menu ?? tr("none"), ...more].join(" · ");
}

function flowCard({ flow, state, since, held, held_until: until, answers }, now) {
  const { text: [title, step], names } = withNames(() => [titled("flow", flow), state ? titled("state", state, flow) : "—"]);
  const line = el("p", "flow-stands", {}, el("bdi", "flow-name", {}, title), el("span", "", { "aria-hidden": "true" }, "›"), el("bdi", "flow-state", {}, step), namesBeside(names));
  const card = el("li", "flow", {}, line);
  if (since) card.append(el("p", "flow-since", {}, tr("here for {time}", { time: span(Math.max(0, now - since)) })));
  if (held) card.append(el("p", "flow-since", { dir: "auto" }, until ? `${heldBy(held)} · ${tr("until {moment}", { moment: dayAndTime(until, now) })}` : heldBy(held)));
  if (answers?.length) card.append(pairs(answers.map((one) => ({ ...one, name: titled("state", one.name, flow) }))));
  return card;
}

/** The names behind titles: small, for those who edit the files. */
const namesBeside = (names) => (names.length ? el("bdi", "names", {}, names.join(" › ")) : null);

function timerRow({ sentence, due }, now) {
  const left = due > now ? tr("in {left}", { left: span(due - now) }) : tr("due now");
  return el("li", "timer", {}, el("div", "", {}, el("b", "", {}, left), " ", el("span", "muted", {}, dayAndTime(due, now))), el("div", "muted", { dir: "auto" }, sentence[currentLanguage()]));
}

function pairs(list) {
  const rows = list.map(({ name, value }) => [el("dt", "", { dir: "auto" }, name), el("dd", "", { dir: "auto" }, shown(value))]);
  return el("dl", "pairs", {}, ...rows.flat());
}

function shown(value) {
  if (value === null || value === undefined) return "—";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
