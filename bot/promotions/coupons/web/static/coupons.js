// A person's coupons: those that can be used, with what a till reads; the others folded away below.

import { el, mark } from "./elements.js";
import { address } from "./address.js";
import { Pull } from "./pull.js";
import { plural, tr } from "./sentences.js";

const DAY = 24 * 3600 * 1000;
const FRESH = 10 * 60 * 1000; // so long the moment of its use is what the page shows first

/** What `page.js` shows a screen with. */
export const view = (screen, page) => new Coupons(screen, { use: page.answer, refresh: page.again, close: page.close }, page.timezone);

export class Coupons {
  #acts;
  #timezone;
  #pull;
  #screen;
  #ahead; // ms of the server's clock before this machine's
  #opened = new Set();
  #asked = null; // the coupon whose use is to be confirmed
  #running = []; // what changes each second: `(now) => …`
  #ticking;
  waiting = tr("One moment…");

  /** `acts`: `use(id)`, `refresh()`, `close()`; `timezone` is the playbook's, by which all its times are. */
  constructor(screen, acts, timezone) {
    this.#acts = acts;
    this.#timezone = timezone;
    this.element = el("section", "screen coupons");
    this.#pull = new Pull(this.element, acts.refresh);
    this.update(screen);
    this.#ticking = setInterval(() => this.#tick(), 1000);
  }

  update(screen) {
    this.#screen = screen;
    this.#ahead = screen.at - Date.now();
    if (!this.#good.some(({ id }) => id === this.#asked)) this.#asked = null;
    this.#draw();
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  end() {
    clearInterval(this.#ticking);
    this.#pull.end();
  }

  get #now() {
    return Date.now() + this.#ahead;
  }

  get #good() {
    return this.#screen.coupons.filter(({ state }) => state === "usable" || state === "early");
  }

  #tick() {
    for (const run of this.#running) run(this.#now);
  }

  #draw() {
    this.#running = [];
    const good = this.#good;
    const others = this.#screen.coupons.filter((one) => !good.includes(one));
    const fresh = others.filter(({ used }) => used && this.#now - used < FRESH);
    const old = others.filter((one) => !fresh.includes(one));
    if (good.length === 1 && !fresh.length) this.#opened.add(good[0].id);
    this.element.replaceChildren(
      this.#pull.hint,
      el("h1", "", { tabIndex: -1 }, tr("My coupons")),
      ...fresh.map((one) => this.#moment(one)),
      ...good.map((one) => this.#coupon(one)),
      ...(good.length || fresh.length ? [] : [this.#none()]),
      ...(old.length ? [this.#old(old)] : []),
      el("div", "fresh", {}, el("span", "", {}), el("button", "link", { type: "button", onclick: this.#acts.refresh }, mark("again", 18), tr("Update"))),
    );
    this.#tick();
  }

  /** That it was used just now: a picture of this screen has no clock that runs. */
  #moment({ title, used, how, store }) {
    const clock = el("strong", "clock");
    this.#running.push((now) => (clock.textContent = this.#time(now, { second: "2-digit" })));
    const where = [store, how === "clerk" ? tr("by the staff") : how === "order" ? tr("with an order") : tr("on this phone")].filter(Boolean).join("・");
    return el(
      "div",
      "moment",
      { role: "status" },
      el("div", "sign", {}, mark("done", 56)),
      el("h2", "", {}, tr("Used")),
      el("p", "moment-title", {}, title),
      el("p", "moment-at", {}, `${this.#day(used)} ${this.#time(used, { second: "2-digit" })}`),
      el("p", "moment-where", {}, where),
      el("p", "now", {}, tr("Now"), " ", clock),
    );
  }

  #coupon(one) {
    return el(
      "article",
      `coupon ${one.state}`,
      {},
      one.image ? el("img", "coupon-picture", { src: address(one.image), alt: "" }) : null,
      el(
        "div",
        "coupon-words",
        {},
        el("h2", "", {}, one.title),
        one.state === "early" ? el("p", "begins", {}, tr("From {when}", { when: this.#beginOf(one.starts) })) : null,
        this.#until(one),
        one.terms ? el("p", "terms", {}, one.terms) : null,
      ),
      one.code ? this.#stub(one) : null,
    );
  }

  /** Its last day; within 24 hours of its end, how long is left. */
  #until({ until }) {
    const line = el("p", "until", {}, tr("Until {when}", { when: this.#endOf(until) }));
    if (until - this.#now > DAY) return line;
    const left = el("strong", "left", { role: "timer" });
    let asked = false;
    this.#running.push((now) => {
      left.textContent = tr("{time} left", { time: span(until - now) });
      if (now >= until && !asked) {
        asked = true;
        this.#acts.refresh();
      }
    });
    line.append(left);
    return line;
  }

  /** What is shown at the till, behind the perforation. */
  #stub(one) {
    const { text, bars, qr } = one.code;
    const stub = el(
      "details",
      "stub",
      { open: this.#opened.has(one.id) },
      el("summary", "", {}, one.online ? tr("Enter the code when you order") : tr("Show at the till"), mark("next", 20)),
      el(
        "div",
        "panel",
        {},
        bars ? picture(bars, "bars", tr("Barcode {code}", { code: text })) : null,
        qr ? picture(qr, "qr", tr("QR code {code}", { code: text })) : null,
        el("p", "number", {}, el("span", "unseen", {}, `${tr("Code")} `), text),
      ),
      one.press ? this.#press(one) : null,
    );
    stub.addEventListener("toggle", () => (stub.open ? this.#opened.add(one.id) : this.#opened.delete(one.id)));
    return stub;
  }

  #press({ id }) {
    const draw = (asked, focus) => {
      this.#asked = asked;
      this.#draw();
      this.element.querySelector(focus)?.focus();
    };
    if (this.#asked !== id) return el("div", "press", {}, el("button", "button main", { type: "button", onclick: () => draw(id, ".sure .danger") }, tr("Staff: confirm use")));
    return el(
      "div",
      "press sure",
      { role: "alert" },
      el("p", "", {}, tr("Let the staff press this. Once pressed the coupon is used up and cannot be used again.")),
      el("button", "button danger", { type: "button", onclick: () => this.#acts.use(id) }, tr("Yes, use it")),
      el("button", "button quiet", { type: "button", onclick: () => draw(null, ".press .main") }, tr("Not now")),
    );
  }

  #none() {
    return el(
      "div",
      "no-coupons",
      {},
      el("div", "sign", {}, mark("ticket", 56)),
      el("p", "", {}, tr("You have no coupons at the moment")),
      el("p", "help", {}, tr("New ones appear here by themselves.")),
      el("button", "button quiet", { type: "button", onclick: this.#acts.close }, tr("Back to the chat")),
    );
  }

  #old(coupons) {
    const rows = coupons.map(({ title, used, until, store }) => {
      const when = used ? tr("Used {when}", { when: this.#momentOf(used) }) : tr("Ended {when}", { when: this.#endOf(until) });
      return el("li", "", {}, el("span", "old-title", {}, title), el("span", "help", {}, [when, used && store].filter(Boolean).join("・")));
    });
    return el("details", "old", {}, el("summary", "", {}, plural("1 used or ended", "{number} used or ended", coupons.length), mark("next", 20)), el("ul", "", {}, ...rows));
  }

  #day(at) {
    return new Date(at).toLocaleDateString(document.documentElement.lang, { year: "numeric", month: "numeric", day: "numeric", timeZone: this.#timezone });
  }

  #time(at, more = {}) {
    return new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.#timezone, ...more });
  }

  #momentOf(at) {
    return `${this.#day(at)} ${this.#time(at)}`;
  }

  #beginOf(starts) {
    return this.#time(starts) === "00:00" ? this.#day(starts) : this.#momentOf(starts);
  }

  /** The moment from which on it is over, as people say it: at midnight the day before is its last. */
  #endOf(until) {
    return this.#time(until) === "00:00" ? this.#day(until - 1) : this.#momentOf(until);
  }
}

function picture(svg, look, label) {
  return el("img", `code-picture ${look}`, { src: `data:image/svg+xml,${encodeURIComponent(svg)}`, alt: label });
}

function span(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
