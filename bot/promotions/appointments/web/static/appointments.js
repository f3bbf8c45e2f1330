// A person's appointments: what is booked, moved and cancelled; another is chosen in `appointment_choice.js`.

import { Choice } from "./appointment_choice.js";
import { Wording } from "./appointment_words.js";
import { el, mark } from "./elements.js";
import { tr } from "./sentences.js";

const DONE = ["booked", "moved", "cancelled", "waiting", "left"];
const SAYS = {
  booked: () => tr("Booked. We look forward to seeing you!"),
  moved: () => tr("Your appointment has its new time"),
  cancelled: () => tr("Your appointment is cancelled"),
  full: () => tr("This time has just been taken. Please choose another one"),
  had: () => tr("You have booked this already: to change the time, press Move"),
  none: () => tr("This appointment is not there any more"),
  closed: () => tr("Nobody can book this time. Please choose another one"),
  too_soon: () => tr("It is too late to book this time. Please choose a later one"),
  too_far: () => tr("This time cannot be booked yet. Please choose an earlier one"),
  too_late: () => tr("It is too late to change this here. Please contact us"),
  waiting: () => tr("Noted! When a place becomes free, we will send you a message"),
  left: () => tr("You are not waiting for this day any more"),
  too_many: () => tr("You are waiting for many days already. Please take one off first"),
  failed: () => tr("This cannot be booked just now. Please try again later"),
  waits: () => tr("One moment, we are looking whether it is free…"),
};

/** What `page.js` shows a screen with. */
export const view = (screen, page) =>
  new Appointments(screen, { ask: (...lines) => page.answer(lines.join("\n")), free: page.free, save: page.openOutside, refresh: page.again }, page.timezone);

export class Appointments {
  #acts;
  #words;
  #screen;
  #said = el("p", "appointment-said", { role: "status", tabIndex: -1 });
  #booked = el("div", "appointment-list");
  #services = el("div", "appointment-list");
  #choice = null;
  waiting = tr("One moment…");

  /** `acts`: `ask(...lines)`, `free(query)`, `save(address)`, `refresh()`; `timezone` is the playbook's, by which all its times are. */
  constructor(screen, acts, timezone) {
    this.#acts = acts;
    this.#words = new Wording(timezone);
    const fresh = el("button", "link", { type: "button", onclick: acts.refresh }, mark("again", 18), tr("Update"));
    const title = el("h1", "", { tabIndex: -1 }, tr("Appointments"));
    this.element = el("section", "screen appointments", {}, title, this.#said, this.#booked, this.#services, el("div", "fresh", {}, el("span"), fresh));
    this.#draw(screen);
    const { services, booked, wishes } = screen.appointments;
    if (!wishes.length && services.length === 1 && !booked.length) this.#choose(services[0]);
  }

  /** Something came of what was asked, here or elsewhere; who has asked here is told where they are. */
  update(screen) {
    const before = this.#screen.appointments.asked;
    this.#draw(screen);
    const { asked } = screen.appointments;
    if (!asked || asked === "waits" || (asked === before && !this.#choice)) return;
    if (DONE.includes(asked)) this.#leave();
    else this.#choice?.again();
    this.#said.focus({ preventScroll: true });
    this.#said.scrollIntoView({ block: "nearest" });
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  #draw(screen) {
    this.#screen = screen;
    const { services, booked, wishes, asked } = screen.appointments;
    this.#said.textContent = asked ? SAYS[asked]() : "";
    this.#said.className = `appointment-said ${DONE.includes(asked) ? "good" : asked && asked !== "waits" ? "bad" : ""}`;
    this.#booked.replaceChildren(...(booked.length ? [el("h2", "", {}, tr("My appointments")), ...booked.map((one) => this.#own(one))] : []), ...(wishes.length ? [el("h2", "", {}, tr("Waiting for a place")), ...wishes.map((one) => this.#wish(one))] : []));
    if (!this.#choice) this.#offer(services);
  }

  #offer(services) {
    const rows = services.map((service) =>
      el(
        "button",
        "row service",
        { type: "button", disabled: service.had, onclick: () => this.#choose(service, true) },
        el("span", "", {}, service.title, el("small", "help", {}, service.had ? tr("You have booked this") : this.#words.length(service.minutes))),
        service.had ? null : mark("next", 20),
      ),
    );
    const none = el("p", "help", {}, tr("There is nothing to book at the moment"));
    this.#services.replaceChildren(el("h2", "", {}, tr("Book")), ...(rows.length ? rows : [none]));
  }

  /** `focus`: it was pressed, and the reader goes on there. */
  #choose(service, focus = false, moving = null) {
    this.#choice = new Choice(service, moving, this.#words, {
      free: this.#acts.free,
      book: (start, staff) => (moving ? this.#acts.ask("move", moving.id, start, staff) : this.#acts.ask("book", service.name, start, staff)),
      wait: (day, staff) => this.#acts.ask("wait", service.name, day, staff),
      waits: (day) => this.#screen.appointments.wishes.some((one) => one.service === service.name && one.day === day),
      leave: () => this.#back(),
    });
    this.#services.replaceChildren(this.#choice.element);
    if (focus) this.#choice.focus();
  }

  #leave() {
    this.#choice = null;
    this.#offer(this.#screen.appointments.services);
  }

  #back() {
    this.#leave();
    this.focus();
  }

  #own(one) {
    const service = this.#screen.appointments.services.find(({ name }) => name === one.service);
    const article = el("article", "appointment", {}, el("h3", "", {}, one.title), el("p", "appointment-time", {}, this.#words.span(one)), one.staff ? el("p", "help", {}, tr("With {name}", { name: one.staff })) : null, one.store ? el("p", "help", {}, one.store) : null);
    article.append(el("button", "link", { type: "button", onclick: () => this.#acts.save(one.calendar) }, tr("Add to my calendar")));
    if (!one.change) return withMore(article, el("p", "help", {}, tr("To change this, please contact us")));
    const move = service && el("button", "button quiet", { type: "button", onclick: () => this.#choose(service, true, one) }, tr("Move"));
    const cancel = el("button", "button quiet", { type: "button", onclick: () => this.#ask(one, ways) }, tr("Cancel it"));
    const ways = el("div", "two", {}, move, cancel);
    return withMore(article, ways);
  }

  /** A day for which they wait. */
  #wish({ service, title, day, staff }) {
    const [date, weekday] = this.#words.day(day);
    const stop = el("button", "button quiet", { type: "button", onclick: () => this.#acts.ask("leave", service, day) }, tr("Stop waiting"));
    const whom = staff ? el("p", "help", {}, tr("With {name}", { name: staff })) : null;
    return el("article", "appointment", {}, el("h3", "", {}, title), el("p", "appointment-time", {}, `${date} ${weekday}`), whom, stop);
  }

  /** Cancelling is asked once more: the place may be gone a moment later. */
  #ask(one, ways) {
    const yes = el("button", "button danger", { type: "button", onclick: () => this.#acts.ask("cancel", one.id) }, tr("Cancel the appointment"));
    const no = el("button", "button quiet", { type: "button", onclick: () => this.#keep() }, tr("Keep it"));
    const question = el("p", "", { tabIndex: -1 }, tr("Cancel {when}?", { when: this.#words.span(one) }));
    ways.replaceWith(el("div", "sure", {}, question, el("div", "two", {}, yes, no)));
    question.focus({ preventScroll: true });
  }

  #keep() {
    this.#draw(this.#screen);
    this.#booked.querySelector(".two button")?.focus();
  }
}

function withMore(article, more) {
  article.append(more);
  return article;
}
