// A person's stamp cards: how full each is, what is next, and the code that a clerk scans to stamp one.

import { el, mark } from "./elements.js";
import { address } from "./address.js";
import { Pull } from "./pull.js";
import { plural, tr } from "./sentences.js";

const SAYS = {
  stamped: () => tr("Stamped!"),
  refused: () => tr("No stamp this time: you have today's already, or the card is over"),
  late: () => tr("This code is no longer good. Please scan the one on the screen once more"),
};

/** What `page.js` shows a screen with. */
export const view = (screen, page) => new Stamps(screen, { refresh: page.reopen, close: page.close }, page.timezone);

export class Stamps {
  #acts;
  #timezone;
  #pull;
  #screen;
  #person; // the code of this person, which only an opening brings
  waiting = tr("One moment…");

  /** `acts`: `refresh()`, `close()`; `timezone` is the playbook's, by which all its times are. */
  constructor(screen, acts, timezone) {
    this.#acts = acts;
    this.#timezone = timezone;
    this.element = el("section", "screen stamps");
    this.#pull = new Pull(this.element, acts.refresh);
    this.update(screen);
  }

  update(screen) {
    this.#screen = screen;
    this.#person = screen.person ?? this.#person;
    this.element.replaceChildren(
      this.#pull.hint,
      el("h1", "", { tabIndex: -1 }, tr("My stamp cards")),
      ...(screen.scanned ? [this.#scanned(screen.scanned)] : []),
      ...screen.stamps.map((card) => this.#card(card)),
      ...(this.#person ? [this.#code(this.#person)] : []),
      el("div", "fresh", {}, el("span", "", {}), el("button", "link", { type: "button", onclick: this.#acts.refresh }, mark("again", 18), tr("Update"))),
    );
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  end() {
    this.#pull.end();
  }

  #scanned(what) {
    return el("div", `scanned ${what}`, { role: "status" }, el("div", "sign", {}, mark(what === "stamped" ? "done" : "again", 40)), el("p", "", {}, SAYS[what]()));
  }

  #card(card) {
    const titles = new Map(card.rewards.map(({ cell, title }) => [cell, title]));
    const cells = Array.from({ length: card.cells }, (_, at) => this.#cell(at + 1, card.count, titles));
    return el(
      "article",
      "stamp-card",
      {},
      card.image ? el("img", "coupon-picture", { src: address(card.image), alt: "" }) : null,
      el(
        "div",
        "coupon-words",
        {},
        el("h2", "", {}, card.title),
        el("p", "stamp-count", {}, tr("{count} of {cells} stamps", { count: card.count, cells: card.cells })),
        el("ol", "cells", { ariaHidden: "true" }, ...cells),
        card.missing ? el("p", "stamp-next", {}, this.#next(card, titles)) : null,
        card.owed ? el("p", "begins", {}, plural("1 stamp of an order that was undone goes off first", "{number} stamps of an order that was undone go off first", card.owed)) : null,
        card.full ? el("p", "help", {}, plural("1 card filled", "{number} cards filled", card.full)) : null,
        card.until ? el("p", "until", {}, tr("Until {when}", { when: this.#endOf(card.until) })) : null,
        card.terms ? el("p", "terms", {}, card.terms) : null,
        el("ul", "unseen", {}, ...card.rewards.map(({ cell, title }) => el("li", "", {}, tr("At {cell} stamps: {title}", { cell, title })))),
      ),
    );
  }

  #cell(number, count, titles) {
    const look = ["cell", number <= count ? "on" : "", titles.has(number) ? "gift" : ""].filter(Boolean).join(" ");
    return el("li", look, titles.has(number) ? { title: titles.get(number) } : {}, number <= count ? mark("done", 22) : titles.has(number) ? mark("ticket", 22) : String(number));
  }

  #next({ count, owed, missing }, titles) {
    const cell = count - (owed ?? 0) + missing;
    const title = titles.get(cell);
    return title
      ? plural("1 more stamp: {title}", "{number} more stamps: {title}", missing, { title })
      : plural("1 more stamp to the next reward", "{number} more stamps to the next reward", missing);
  }

  #code({ text, qr }) {
    return el(
      "details",
      "stub person-code",
      { open: true },
      el("summary", "", {}, tr("Show this to the staff to get stamps"), mark("next", 20)),
      el(
        "div",
        "panel",
        {},
        el("img", "code-picture qr", { src: `data:image/svg+xml,${encodeURIComponent(qr)}`, alt: tr("QR code {code}", { code: text }) }),
        el("p", "number", {}, el("span", "unseen", {}, `${tr("Code")} `), text),
      ),
      el("p", "help", {}, tr("Good for five minutes; Update makes a new one.")),
    );
  }

  /** The moment from which on it is over, as people say it: at midnight the day before is its last. */
  #endOf(until) {
    const [language, timeZone] = [document.documentElement.lang, this.#timezone];
    const time = new Date(until).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
    const day = new Date(time === "00:00" ? until - 1 : until).toLocaleDateString(language, { year: "numeric", month: "numeric", day: "numeric", timeZone });
    return time === "00:00" ? day : `${day} ${time}`;
  }
}
