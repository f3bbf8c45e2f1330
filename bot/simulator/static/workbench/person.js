// Who is it that the bot talks to? The console's page of the chosen friend, and beside it what only a simulator has.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, tr } from "../words.js";
import { binding } from "./person_binding.js";
import { ContactFrame } from "./person_frame.js";
import { groups } from "./person_groups.js";
import { places } from "./person_places.js";
import { PersonStaff } from "./person_staff.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";

/** Whether the bot knows a friend; `contact` is null before it was read. */
const isMet = (contact) => contact !== null && contact.met !== false;

export class Person {
  /** `now()` is the simulator's moment in ms. */
  constructor(changed, now) {
    this.friend = null;
    this.reading = new Reading(() => this.friend && this.path("contact"), changed);
    this.staff = new PersonStaff((body) => this.act(body), now);
    this.state = el("div", "person-state");
    this.played = el("div", "person-played");
    this.page = new ContactFrame();
    this.id = el("p", "mono muted"); // for engineers: below all the rest
    this.element = el("div", "panel", {}, this.state, this.staff.element, this.played, this.page.element, this.id);
  }

  path(what) {
    return `friends/${encodeURIComponent(this.friend)}/${what}`;
  }

  meet(friend) {
    this.friend = friend;
    this.reading.forget();
    this.staff.forget();
    this.page.hear();
  }

  /** Whether the bot knows something of this friend that it will not ask again. */
  isUsed() {
    const { tags, attributes, bound, flows } = this.reading.value ?? {};
    return [tags, attributes, bound, flows].some((known) => known?.length);
  }

  hear({ chat }) {
    if (chat !== this.friend && !this.reading.value?.places?.length) return; // a place is taken from all
    this.reading.stale = true;
    this.page.hear();
  }

  /** Staff do it; the result comes by the stream. Throws `Trouble`. */
  act(body) {
    return call("POST", this.path("staff"), body);
  }

  draw({ friend, messages }) {
    this.reading.fresh();
    const { value, trouble } = this.reading;
    const known = friend && isMet(value) ? value : null;
    this.id.textContent = friend?.id ?? "";
    this.drawState(friend, value, trouble);
    this.staff.draw(known, messages);
    this.drawPlayed(known);
    this.page.draw(known && friend);
  }

  drawState(friend, value, trouble) {
    const stamp = JSON.stringify([currentLanguage(), Boolean(friend), value?.met, value === null, trouble]);
    if (this.state.dataset.stamp === stamp) return; // what is being read aloud stays as it is
    this.state.dataset.stamp = stamp;
    this.state.replaceChildren(...this.standing(friend, value, trouble));
  }

  standing(friend, value, trouble) {
    if (!friend) return [el("div", "empty-state", {}, el("p", "empty-title", {}, tr("Nobody yet")), el("p", "empty", {}, tr("Add the account as a friend on the phone; what the bot knows of that friend is listed here.")))];
    if (value && !isMet(value)) return [el("p", "empty", {}, tr("The bot does not know this friend yet. Say something, or add the account."))];
    if (trouble) return [problem(trouble, () => this.reading.again())];
    return value ? [] : [skeleton()];
  }

  /** What only a simulator has: the places of rules, groups to choose, a member to bind. A field that somebody is in stays. */
  drawPlayed(contact) {
    const stamp = JSON.stringify([currentLanguage(), contact && [contact.places, contact.splits, contact.bound, contact.may]]);
    const inside = this.played.contains(document.activeElement);
    if (this.played.dataset.stamp === stamp || (contact && inside && document.activeElement.matches("input, select"))) return;
    this.played.dataset.stamp = stamp;
    if (inside) this.element.focus({ preventScroll: true });
    this.played.replaceChildren(...(contact ? [...places(this, contact), ...groups(this, contact), ...binding(this, contact)] : []));
  }
}
