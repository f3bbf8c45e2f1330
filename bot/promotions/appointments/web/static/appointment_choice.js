// Choosing a time: with whom, which day, when. Only what the server says is free is there to be chosen.

import { el } from "./elements.js";
import { Refused } from "./server.js";
import { tr } from "./sentences.js";

export class Choice {
  #service;
  #moving;
  #words;
  #acts;
  #staff = "";
  #day = null;
  #start = null;
  #days = [];
  #more = null;
  #asked = 0; // of several answers the last one counts
  #title = el("h2", "", { tabIndex: -1 });
  #dayBox = el("div", "");
  #timeBox = el("div", "");
  #end = el("div", "appointment-end");

  /** `moving`: the appointment that gets another time; `acts`: `free(query)`, `book(start, staff)`, `wait(day, staff)`, `waits(day)`, `leave()`. */
  constructor(service, moving, words, acts) {
    this.#service = service;
    this.#moving = moving;
    this.#words = words;
    this.#acts = acts;
    this.#title.textContent = moving ? tr("A new time: {title}", { title: service.title }) : service.title;
    const back = el("button", "button quiet", { type: "button", onclick: acts.leave }, moving ? tr("Keep the old time") : tr("Back to the overview"));
    this.element = el("div", "appointment-choice", {}, this.#title, el("p", "help", {}, words.length(service.minutes)), this.#staffBox(), this.#dayBox, this.#timeBox, this.#end, back);
    this.again();
  }

  focus() {
    this.#title.focus({ preventScroll: true });
    this.#title.scrollIntoView({ block: "start" });
  }

  /** What is free is asked anew; the day stays chosen, where it can be. */
  again() {
    this.#start = null;
    this.#days = [];
    return this.#load();
  }

  async #load(from = null) {
    const asked = ++this.#asked;
    this.#say(tr("Looking for free times…"));
    const query = { service: this.#service.name, with: this.#staff, ...(from && { from }), ...(this.#moving && { moving: this.#moving.id }) };
    try {
      const { days, more } = await this.#acts.free(query);
      if (asked !== this.#asked) return;
      this.#days = [...this.#days, ...days];
      this.#more = more;
      this.#draw();
    } catch (error) {
      if (asked !== this.#asked) return;
      if (!(error instanceof Refused)) throw error;
      this.#say(tr("The times cannot be shown just now. Please try again in a moment"));
    }
  }

  #say(text) {
    this.#timeBox.replaceChildren(el("p", "help", { role: "status" }, text));
    this.#end.replaceChildren();
  }

  #staffBox() {
    const { staff, stores } = this.#service;
    if (staff.length < 2) return null;
    const words = (name, store) => [name || tr("Anybody"), ...(store ? [store] : [])];
    const chips = ["", ...staff].map((name, at) => chip("staff", name, name === this.#staff, words(name, stores[at - 1]), () => this.#with(name)));
    return group(tr("With whom"), chips);
  }

  #with(name) {
    this.#staff = name;
    this.again();
  }

  #draw() {
    const open = this.#days.filter(({ starts }) => starts.length);
    const kept = this.#days.some(({ day, starts, wait }) => day === this.#day && (starts.length || wait));
    if (!kept) this.#day = open[0]?.day ?? null;
    const chips = this.#days.map(({ day, starts, wait }) => chip("day", day, day === this.#day, [...this.#words.day(day), ...(starts.length ? [] : [tr("full")])], () => this.#onDay(day), !starts.length && !wait));
    const later = this.#more && el("button", "link", { type: "button", onclick: () => this.#later() }, tr("Later days"));
    this.#dayBox.replaceChildren(group(tr("Day"), chips), ...(later ? [later] : []));
    this.#times();
  }

  async #later() {
    const count = this.#days.length;
    await this.#load(this.#more);
    const first = this.#dayBox.querySelectorAll("input")[count];
    (first?.disabled === false ? first : this.#dayBox.querySelector("input:checked"))?.focus();
  }

  #onDay(day) {
    this.#day = day;
    this.#start = null;
    this.#times();
  }

  #times() {
    const { starts, wait } = this.#days.find(({ day }) => day === this.#day) ?? { starts: [] };
    if (wait) return this.#full();
    if (!starts.length) return this.#say(this.#more ? tr("These days are full. Look at later days") : tr("No time is free at the moment"));
    const chips = starts.map((start) => chip("time", start, start === this.#start, [this.#words.time(start)], () => this.#at(start)));
    this.#timeBox.replaceChildren(group(tr("Time"), chips));
    this.#confirm();
  }

  /** Every time of this day is taken: who likes is told when one is not any more. */
  #full() {
    if (this.#acts.waits(this.#day)) return this.#say(tr("You are on the waiting list of this day: we will send you a message when a place becomes free"));
    this.#say(tr("This day is fully booked. Shall we tell you when a place becomes free?"));
    this.#end.replaceChildren(el("button", "button main", { type: "button", onclick: () => this.#acts.wait(this.#day, this.#staff) }, tr("Tell me when one is free")));
  }

  #at(start) {
    this.#start = start;
    this.#confirm();
  }

  #confirm() {
    if (!this.#start) return this.#end.replaceChildren();
    const end = new Date(new Date(this.#start).getTime() + this.#service.minutes * 60_000);
    const when = this.#words.span({ start: this.#start, end });
    const text = this.#staff ? tr("{when}, with {name}", { when, name: this.#staff }) : when;
    const button = el("button", "button main", { type: "button", onclick: () => this.#acts.book(this.#start, this.#staff) }, this.#moving ? tr("Move to this time") : tr("Book this time"));
    this.#end.replaceChildren(el("p", "appointment-time", { role: "status" }, text), button);
  }
}

function group(legend, chips) {
  return el("fieldset", "chips", {}, el("legend", "", {}, legend), el("div", "", {}, ...chips));
}

function chip(name, value, checked, words, chosen, disabled = false) {
  const input = el("input", "unseen", { type: "radio", name, value, checked, disabled, onchange: chosen });
  return el("label", "chip", {}, input, ...words.map((word, at) => el(at ? "small" : "span", "", {}, word)));
}
