// The workbench beside the phone: why, who, when, what went over the wire, what if, and keep it as a test.

import { $, el, icon } from "../elements.js";
import { withNextFrame } from "../frames.js";
import { ofTab } from "../memory.js";
import { toast } from "../phone/sheet.js";
import { span, tr } from "../words.js";
import { showAccount } from "./account.js";
import { Clock } from "./clock.js";
import { editSign, showEdit } from "./edit.js";
import { Faults } from "./faults.js";
import { Hooks } from "./hooks.js";
import { Log } from "./log.js";
import { sentence } from "./log_words.js";
import { Person } from "./person.js";
import { Recording } from "./recording.js";
import { hasConsole } from "./turn_card.js";
import { showRows } from "./rows.js";
import { Shop } from "./shop.js";
import { Stores } from "./stores.js";
import { Tabs } from "./tabs.js";
import { Why } from "./why.js";

const TICK = 1000;

export class Workbench {
  /** `acts`: chooseChannel(name), redeliver(event), add(): a new friend or null, ahead(seconds): the clock was moved,
   * mark(message ids): light them up in the phone, scan(link): its camera sees a code that holds it. */
  constructor(acts) {
    this.acts = acts;
    this.fresh = new Set();
    this.ahead = 0;
    this.marked = "";
    const again = () => this.again();
    this.why = new Why(again, () => this.clock.now());
    this.clock = new Clock(again);
    this.person = new Person(again, () => this.clock.now());
    this.log = new Log(again, (event) => acts.redeliver(event));
    this.faults = new Faults(again);
    this.recording = new Recording(again, { isUsed: () => this.person.isUsed(), add: () => this.acts.add() });
    this.shop = new Shop(again, () => this.tabs.choose("faults", true));
    this.hooks = new Hooks(again);
    this.stores = new Stores(again, (link) => this.scan(link));
    const { why, person, shop, stores, hooks, clock, log, recording, faults } = this;
    this.panels = { why, person, shop, stores, hooks, clock, log, recording, faults };
    const elements = Object.fromEntries(Object.entries(this.panels).map(([name, panel]) => [name, panel.element]));
    $("panels").append(...Object.values(elements));
    this.tabs = new Tabs($("tabs"), elements, ofTab.get("bench"), (name) => {
      ofTab.put("bench", name);
      $("panels").scrollTop = 0;
      again();
    });
    this.tabs.offer("recording", hasConsole); // a trial's folder ends with it: its conversations are saved beside its phone
    $("fold").addEventListener("click", () => this.unfold($("fold").getAttribute("aria-expanded") !== "true"));
    setInterval(() => this.tick(), TICK);
  }

  /** Those that show the friend being played. */
  get ofFriend() {
    return [this.why, this.person, this.recording, this.stores];
  }

  /** A code was scanned: what comes of it is seen on the phone. */
  scan(link) {
    if (isNarrow()) this.unfold(false);
    this.acts.scan(link);
  }

  unfold(open) {
    $("fold").setAttribute("aria-expanded", String(open));
    if (open) $("fold").scrollIntoView({ block: "start" });
    else window.scrollTo({ top: 0 });
  }

  /** Something of the stream that only the workbench knows about. */
  hear(kind, change) {
    if (kind === "turn") {
      this.why.hear(change);
      this.clock.hearTurn(change);
      this.recording.hear(change);
      this.person.hear(change);
      this.shop.hear();
    }
    if (kind === "contact") this.person.hear(change);
    if (kind === "friend") this.person.hear({ chat: change.id });
    if (kind === "hooks") this.hooks.hear();
    if (kind === "playbook") this.hooks.hearPlaybook();
    if (kind === "playbook") this.shop.hearPlaybook();
    if (kind === "playbook") this.stores.hear();
    if (kind === "playbook" && this.state) this.state.playbook = change;
    if (kind === "clock") this.clock.hear(change);
    if (kind === "brake" || kind === "playbook") this.clock.brake.hear();
    if (kind === "faults") Object.assign(this.state?.channels.find((c) => c.name === change.channel) ?? {}, { faults: faultsOf(change) });
    if (kind === "followers") Object.assign(this.state?.channels.find((c) => c.name === change.channel) ?? {}, { verified: change.verified });
    if (kind === "faults" || kind === "hooks" || kind === "friend") this.faults.hear();
    this.again();
  }

  /** The server began anew, or the stream has a gap: nothing that was read counts. */
  begin(state) {
    this.state = state;
    for (const panel of this.ofFriend) panel.meet(state.friend?.id ?? null);
    this.clock.brake.hear();
    this.shop.begin();
    this.hooks.begin();
    this.faults.begin();
  }

  /** The state has changed; `fresh` are ids of log entries that have just come or changed. The phone has this frame for itself. */
  draw(state, fresh = []) {
    this.state = state;
    for (const id of fresh) this.fresh.add(id);
    this.again();
  }

  /** Draw with the next frame, once for all that changes until then. */
  again() {
    if (this.drawing) return;
    this.drawing = true;
    withNextFrame(() => {
      this.drawing = false;
      this.drawNow();
    });
  }

  drawNow() {
    const { state } = this;
    if (!state?.account) return;
    const friend = state.friend?.id ?? null;
    for (const panel of this.ofFriend) if (panel.friend !== friend) panel.meet(friend);
    showEdit(state.playbook, () => this.again());
    showAccount(state, (name) => this.acts.chooseChannel(name));
    if (!this.clock.reading.value) this.clock.reading.fresh();
    this.clock.brake.reading.fresh();
    if (this.clock.ahead !== this.ahead) this.acts.ahead((this.ahead = this.clock.ahead));
    this.signs(state);
    const { current } = this.tabs;
    this.panels[current].draw(state, this.fresh);
    if (current === "recording") this.person.reading.fresh();
    if (current !== "why") this.why.reading.fresh();
    this.mark(this.why.bubbles(state.messages));
    this.fresh.clear();
    this.folded(state);
  }

  /** What the bar says while the workbench is folded away: what an edit came to, the faults that are on, else what happened last. */
  folded(state) {
    const on = this.faults.on(state);
    const latest = [...state.happened.values()].at(-1);
    const asked = this.hooks.waiting();
    const signs = [
      editSign(state.playbook),
      asked.length && { text: tr("Waits for your answer: {names}", { names: asked.join(tr(", ")) }), sort: on.length ? "bad" : "" },
      on.length && { text: tr("Fault: {names}", { names: on.join(tr(", ")) }), sort: "bad" },
      this.clock.brake.sign && { text: this.clock.brake.sign, sort: "bad" },
      latest && { text: sentence(latest, state), sort: "" },
    ];
    const { text, sort } = signs.find(Boolean) ?? { text: "", sort: "" };
    $("fold-latest").textContent = text;
    $("fold-latest").className = `fold-latest ${sort}`;
  }

  /** Light up in the phone what belongs to the chosen turn; once for each choice. */
  mark(ids) {
    if (ids.join() === this.marked || isNarrow()) return; // there the phone would be scrolled to, away from the turn
    this.marked = ids.join();
    this.acts.mark(ids);
  }

  /** What must not be forgotten: faults that are on, a clock that is ahead. */
  signs(state) {
    const on = this.faults.on(state);
    const ahead = this.clock.ahead >= 60 ? tr("Time moved on by {time}", { time: span(this.clock.ahead * 1000, 1) }) : null;
    const sign = (key, classes, picture, text, tab) => ({ key, stamp: text, make: () => el("button", `sign ${classes}`, { type: "button", onclick: () => this.tabs.choose(tab, true) }, icon(picture, 18), el("span", "", {}, text)) });
    const rows = [];
    if (on.length) rows.push(sign("faults", "harm", "alert", tr("Fault: {names}", { names: on.join(tr(", ")) }), "faults"));
    const asked = this.hooks.any ? this.hooks.waiting() : [];
    if (asked.length) rows.push(sign("hooks", "", "alert", tr("Waits for your answer: {names}", { names: asked.join(tr(", ")) }), "hooks"));
    const { sign: stopped } = this.clock.brake;
    if (stopped) rows.push(sign("brake", "harm", "alert", stopped, "clock"));
    if (ahead) rows.push(sign("clock", "", "clock", ahead, "clock"));
    showRows($("signs"), rows);
    this.tabs.mark("faults", on.length > 0);
    this.tabs.mark("hooks", asked.length > 0);
    this.tabs.mark("clock", Boolean(stopped));
    if (this.shop.any !== null) this.tabs.offer("shop", this.shop.any);
    if (this.hooks.reading.value) this.tabs.offer("hooks", this.hooks.any);
    if (!state.friend || this.stores.any !== null) this.tabs.offer("stores", Boolean(this.stores.any));
  }

  /** A message was chosen in the phone: show why the bot said it, or what came of it. `meant`: by name, not by a touch in passing. */
  choose(message, meant = false) {
    const narrow = isNarrow();
    if (narrow && !meant) return;
    const turn = this.why.ofMessage(message);
    if (!turn) {
      if (meant || message.via === "staff") toast(message.via === "staff" ? tr("Staff wrote this, not the bot; LINE does not tell the bot of it.") : tr("What led to this message is no longer kept."));
      return;
    }
    if (narrow) this.unfold(true);
    this.tabs.choose("why");
    this.drawNow();
    this.why.show(turn, meant);
    this.again();
  }

  tick() {
    if (!document.hidden && (this.tabs.current === "clock" || (this.tabs.current === "person" && !this.person.element.contains(document.activeElement)))) this.again();
  }
}

/** The workbench is below the phone, as workbench.css has it. */
const isNarrow = () => matchMedia("(max-width: 899px)").matches;

function faultsOf({ channel, ...rest }) {
  return rest.faults ?? rest;
}
