// Why did the bot say that? The turns of the chosen friend's chat, the newest first.

import { el } from "../elements.js";
import { currentLanguage, dayAndTime, sameDay, textProps } from "../words.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { showStanding } from "./states.js";
import { cardOf, inVisits, keyOf } from "./turn_card.js";

const KEPT = 50;
const LIT = 2000; // ms, as the animation in turns.css

export class Why {
  constructor(changed, now) {
    Object.assign(this, { changed, now });
    this.friend = null;
    this.reading = new Reading(() => this.friend && `turns?friend=${encodeURIComponent(this.friend)}`, () => this.come());
    this.nothing = el("div", "empty-state", { id: "nothing" }, el("p", "empty-title", textProps("Why did the bot say that?")), el("p", "empty", textProps("Nothing yet. Do something on the phone: what the bot receives and what it answers is listed here.")), el("p", "empty", textProps("This phone is simulated: nothing is really sent.")));
    this.state = el("div");
    this.list = el("ol", "turns", { id: "turns" });
    this.element = el("div", "panel", {}, this.nothing, this.state, this.list);
    this.meet(null);
  }

  /** Another friend, or the same one after the server began anew. */
  meet(friend) {
    this.friend = friend;
    this.turns = new Map();
    this.opened = new Map();
    this.came = new Map();
    this.chosen = null;
    this.reading.forget();
  }

  come() {
    const newer = [...this.turns.values()];
    this.turns = new Map((this.reading.value?.turns ?? []).map((turn) => [turn.id, turn]));
    for (const turn of newer) this.turns.set(turn.id, turn);
    this.changed();
  }

  /** A turn was taken, or comes again. */
  hear(turn) {
    if (turn.chat !== this.friend) return;
    if (!this.turns.has(turn.id)) this.came.set(turn.id, performance.now());
    this.turns.set(turn.id, turn);
    for (const id of this.turns.keys()) {
      if (this.turns.size <= KEPT) break;
      this.turns.delete(id);
      this.came.delete(id);
    }
  }

  /** The turn that a message of the chat belongs to: what caused it, or what it came of. */
  ofMessage(message) {
    const turns = [...this.turns.values()].reverse();
    return turns.find((turn) => belongs(message, turn)) ?? null;
  }

  /** Open a turn and bring it into sight; `focus`: the keyboard goes there too. */
  show(turn, focus) {
    const key = keyOf(turn);
    this.chosen = key;
    this.opened.set(key, true);
    this.draw();
    const card = this.list.querySelector(`[data-key="${CSS.escape(key)}"]`);
    card?.scrollIntoView({ block: "nearest" });
    if (focus) card?.querySelector(".turn-head").focus({ preventScroll: true });
  }

  draw() {
    this.reading.fresh();
    const turns = [...this.turns.values()].reverse();
    const { trouble } = this.reading;
    const reading = this.friend && this.reading.value === null && trouble === null;
    showStanding(this.state, trouble ?? (reading && turns.length === 0 ? "reading" : null), () => this.reading.again());
    this.nothing.hidden = turns.length > 0 || Boolean(trouble) || Boolean(reading);
    const newest = turns.find(isShown) ?? turns[0];
    const cards = inVisits([...this.turns.values()]).reverse();
    showRows(this.list, cards.map((group) => this.row(group, group.includes(newest))));
  }

  /** The ids of the messages that belong to the chosen turn: what caused it, and what came of it. */
  bubbles(messages) {
    const turns = [...this.turns.values()].filter((turn) => keyOf(turn) === this.chosen);
    return [...messages.values()].filter((message) => turns.some((turn) => belongs(message, turn))).map((message) => message.id);
  }

  row(turns, newest) {
    const key = keyOf(turns[0]);
    const last = turns.at(-1);
    const open = this.opened.get(key) ?? newest;
    const chosen = key === this.chosen;
    const version = turns.map(versionOf).join(" ");
    const day = !sameDay(last.at, this.now());
    const stamp = `${currentLanguage()} ${open} ${chosen} ${day && dayAndTime(last.at)} ${version}`;
    const toggle = () => this.toggle(key, open);
    return { key, stamp, make: () => this.lit(cardOf(turns, { open, chosen, day }, toggle), last) };
  }

  /** What has just come is lit up once: a card that is drawn anew meanwhile goes on where it was. */
  lit(card, turn) {
    const since = performance.now() - (this.came.get(turn.id) ?? -LIT);
    if (since < LIT) {
      card.classList.add("new");
      card.style.animationDelay = `${-since}ms`;
    }
    return card;
  }

  toggle(key, open) {
    this.opened.set(key, !open);
    this.chosen = open ? null : key;
    this.changed();
  }
}

const versionOf = (turn) => `${turn.at} ${turn.bubbles?.length ?? 0} ${turn.sent?.map((one) => one.status).join(",")} ${turn.steps?.length ?? 0}`;

/** Not a mere outcome or timer of which nobody saw anything: these stay folded, and the answer before them open. */
const isShown = (turn) => turn.event !== null || Boolean(turn.page) || turn.answered?.length > 0;

function belongs(message, turn) {
  return Boolean(turn.bubbles?.includes(message.id) || (message.event && message.event === turn.event));
}
