// What time is it for the bot, and what comes next? A clock that moves forward.

import { call } from "../connection.js";
import { el, icon } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, dayAndTime, fullMoment, inputWords, localInput, phrase, span, textProps, tr, useMoments, useZone } from "../words.js";
import { Brake } from "./brake.js";
import { clockWay } from "./clock_way.js";
import { placeWords } from "./edit.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { showStanding } from "./states.js";
import { cardOf, inVisits, keyOf } from "./turn_card.js";

const KEPT = 100;
const DAY = 86_400_000; // ms
const CHANGES_MOST = 3; // of one moment
const TURNING = {
  rule: phrase("Rule"),
  menu: phrase("Rich menu"),
  flow: phrase("Flow"),
  broadcast: phrase("Broadcast"),
};
const STOPPED = {
  asked: (at) => tr("Stopped at {at}, as you asked.", { at }),
  timers: (at) => tr("Stopped at {at}: 1,000 things happened on the way, and there are more. Perhaps a flow plans its next one for ever. Press again to go on.", { at }),
  time: (at) => tr("Stopped at {at}: it has taken 60 seconds. Press again to go on.", { at }),
  stuck: (at) => tr("Stopped at {at}: something fell due and the bot did not deal with it. Look at what the bot's window says.", { at }),
  busy: (at) => tr("Stopped at {at}: not everything is done yet, for example because LINE is slow or a fault is on.", { at }),
};
const REFUSED = {
  backwards: phrase("Time only moves forward. Choose a moment later than now."),
  standing: phrase("Nothing is planned."),
};

/** What begins and ends at one moment. */
function turningWords(changes) {
  const sentence = changes.slice(0, CHANGES_MOST).map(({ of, name, begins, place }) => (begins ? tr("{what} begins", { what: turning(of, name, place) }) : tr("{what} ends", { what: turning(of, name, place) })));
  const left = changes.length - sentence.length;
  return [...sentence, ...(left ? [tr("{number} more", { number: left })] : [])].join(tr(", "));
}

function turning(of, name, place) {
  const kind = TURNING[of]();
  const what = name ? tr("{kind} “{name}”", { kind, name }) : kind;
  return place ? tr("{what} ({place})", { what, place: placeWords(place) }) : what;
}

export class Clock {
  constructor(changed) {
    this.changed = changed;
    this.reading = new Reading(() => "clock", () => this.come());
    this.receivedAt = 0;
    this.since = [];
    this.seen = new Set();
    this.moving = false;
    this.moved = false;
    this.over = false;
    this.turned = null;
    this.trouble = null;
    this.picked = false;
    this.brake = new Brake(changed);
    this.build();
  }

  /** The bot's moment, ms: what the server said, and what has passed since. */
  now() {
    const value = this.reading.value;
    return value ? value.now + (performance.now() - this.receivedAt) : Date.now();
  }

  get ahead() {
    return this.reading.value?.ahead ?? 0;
  }

  come() {
    this.receivedAt = performance.now();
    if (this.reading.value?.zone) useZone(this.reading.value.zone);
    useMoments(this.now() - this.ahead * 1000, this.now());
    this.changed();
  }

  hear(value) {
    if (value && typeof value.now === "number") {
      this.reading.value = { ...this.reading.value, ...value };
      this.reading.trouble = null;
      if (this.reading.read !== null) this.reading.stale = true; // the answer that is under way may be older
      this.come();
    } else this.reading.stale = true;
  }

  /** A turn was taken somewhere: what happened while the clock was moved last is shown below it. */
  hearTurn(turn) {
    this.reading.stale = true; // another timer may come next
    this.brake.hearTurn();
    if (!this.moving && turn.at > this.until) this.over = true; // life goes on: how the move went is old news
    if (!this.moved || turn.at < this.from || turn.at > this.until) return;
    const at = this.since.findIndex((other) => other.id === turn.id);
    if (at >= 0) this.since[at] = turn;
    else this.since.push(turn);
    if (this.since.length > KEPT) this.since.shift();
  }

  build() {
    const button = (text, by) => el("button", "plain", { type: "button", ...text, onclick: () => this.move({ by }) });
    this.shown = el("div", "clock-now", { role: "timer", "aria-live": "off" });
    this.next = el("button", "primary next-timer", { type: "button", onclick: () => this.move({ next: true }) });
    this.steps = el("div", "clock-steps", {}, button(textProps("1 hour on"), "1h"), button(textProps("1 day on"), "1d"), button(textProps("7 days on"), "7d"), button(textProps("30 days on"), "30d"));
    this.date = el("input", "", { type: "datetime-local", id: "clock-to", step: 60, oninput: () => ((this.picked = true), this.changed()) });
    this.inWords = el("small", "clock-date-words");
    const go = el("button", "plain", { type: "submit", ...textProps("Go") });
    this.form = el("form", "clock-date", { noValidate: true, onsubmit: (event) => this.goTo(event) }, el("label", "", {}, el("span", "", textProps("To this moment")), this.date), go, this.inWords);
    this.notice = el("div", "clock-notice", { role: "status" });
    this.title = el("h3", "part-title", { ...textProps("What happened meanwhile"), hidden: true });
    this.list = el("ol", "turns");
    this.controls = el("fieldset", "clock-controls", {}, this.next, this.steps, this.form);
    this.way = clockWay(() => this.stop());
    this.state = el("div");
    this.element = el("div", "panel", {}, this.state, this.shown, this.controls, this.way.element, this.brake.element, this.notice, this.title, this.list);
  }

  goTo(event) {
    event.preventDefault();
    if (this.date.value) {
      this.move({ to: this.date.value });
      return;
    }
    this.trouble = { code: "backwards" }; // an empty field, or half a date
    this.changed();
  }

  async move(how) {
    Object.assign(this, { from: this.now(), until: Infinity });
    Object.assign(this, { moving: true, moved: true, over: false, trouble: null, stopped: null, since: [] });
    const { next } = this.reading.value ?? {};
    this.seen.clear();
    this.changed();
    try {
      const value = await call("POST", "clock", how);
      this.hear(value);
      Object.assign(this, { stopped: value.stopped ?? null, stoppedWhy: value.why ?? null });
      this.turned = how.next && next?.changes && value.now >= next.due ? next : null;
      this.until = value.now; // the stream may tell a turn of the way after this answer
      this.picked = false;
    } catch (trouble) {
      this.trouble = trouble;
      this.until = this.now();
    }
    this.moving = false;
    this.changed();
  }

  /** The clock stays where it comes to; the answer to the move says where that is. */
  async stop() {
    try {
      await call("POST", "clock/stop", {});
    } catch (trouble) {
      if (trouble.code !== "standing") this.trouble = trouble; // it had ended by itself
      this.changed();
    }
  }

  draw(state) {
    this.reading.fresh();
    const { value, trouble } = this.reading;
    showStanding(this.state, value ? null : (trouble ?? "reading"), () => this.reading.again());
    this.shown.hidden = this.controls.hidden = !value;
    if (!value) return;
    const now = this.now();
    const ahead = this.ahead >= 1 ? tr("Time moved on by {time}", { time: span(this.ahead * 1000) }) : tr("Same as this computer");
    this.shown.replaceChildren(el("p", "clock-time", {}, fullMoment(now)), el("p", "muted", {}, ahead));
    this.controls.disabled = this.moving || Boolean(value.moving);
    this.way.show(value.moving ?? null, now);
    this.nextTimer(value.next, state, now);
    this.brake.draw(now);
    this.date.min = localInput(now + 60_000);
    if (!this.picked && document.activeElement !== this.date) this.date.value = localInput(now + DAY);
    const inWords = inputWords(this.date.value); // the field follows the browser's language, not the page's
    if (this.inWords.textContent !== inWords) this.inWords.textContent = inWords;
    const sentence = this.outcome();
    if (this.notice.textContent !== sentence) this.notice.textContent = sentence;
    const bad = this.trouble ?? (this.stoppedWhy === "asked" ? null : this.stopped);
    this.notice.classList.toggle("bad", Boolean(bad) && !this.moving);
    this.title.hidden = this.since.length === 0;
    showRows(this.list, inVisits(this.since).reverse().map((turns) => this.row(turns, state)));
  }

  /** How the last move went. */
  outcome() {
    if (this.moving) return tr("Time is moving; what falls due happens one by one…");
    if (this.trouble) return this.troubleWords();
    if (this.stopped) return STOPPED[this.stoppedWhy]?.(dayAndTime(this.until)) ?? `${tr("Stopped on the way:")} ${this.stopped}`;
    if (!this.moved || this.over) return "";
    if (this.turned) return tr("It is time: {all}.", { all: turningWords(this.turned.changes) });
    return this.since.length === 0 ? tr("Nothing happened in that time.") : "";
  }

  troubleWords() {
    const { code, sentence } = this.trouble;
    return code in REFUSED || !sentence ? refusal(code, REFUSED) : `${tr("The clock did not get there:")} ${sentence}`;
  }

  nextTimer(next, state, now) {
    this.next.disabled = !next;
    const stamp = JSON.stringify([next, currentLanguage(), next ? span(next.due - now) : null]);
    if (this.next.dataset.stamp === stamp) return;
    this.next.dataset.stamp = stamp;
    if (!next) {
      this.next.replaceChildren(icon("out", 20), el("span", "", {}, el("b", "", {}, tr("To what happens next")), el("small", "", {}, tr("Nothing is planned"))));
      return;
    }
    const who = state.friends.find((friend) => friend.id === next.contact)?.name;
    const what = next.changes ? turningWords(next.changes) : [who, next.sentence[currentLanguage()]].filter(Boolean).join(" · ");
    const due = `${dayAndTime(next.due, now)} · ${tr("in {left}", { left: span(Math.max(0, next.due - now)) })}`;
    this.next.replaceChildren(icon("out", 20), el("span", "", {}, el("b", "", {}, tr("To what happens next")), el("small", "", { dir: "auto" }, what), el("small", "", {}, due)));
  }

  row(turns, state) {
    const key = keyOf(turns[0]);
    const who = state.friends.find((friend) => friend.id === turns[0].chat)?.name;
    const open = this.seen.has(key);
    const stamp = [currentLanguage(), open, who, ...turns.map((turn) => `${turn.id} ${dayAndTime(turn.at)} ${turn.sent?.length ?? 0}`)].join("|");
    const toggle = () => {
      if (open) this.seen.delete(key);
      else this.seen.add(key);
      this.changed();
    };
    return { key, stamp, make: () => cardOf(turns, { open, all: true, who, day: true }, toggle) };
  }
}
