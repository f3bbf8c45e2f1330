// What went over the wire? Webhooks to the bot, and its calls, the latest first; each opens to its JSON.

import { el, icon } from "../elements.js";
import { clockSeconds, currentLanguage, dayAndTime, sameDay, textProps, tr } from "../words.js";
import { copyButton } from "./copying.js";
import { exchange } from "./exchange.js";
import { LogFilter } from "./log_filter.js";
import { detail, isUsualNo, isWrong, sentence } from "./log_words.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { costChip } from "./turn_card.js";

const AT_FIRST = 60;
const QUESTIONS = new Set(["menus", "aliases", "default-menu"]); // of all that LINE has, asked at each edit

export class Log {
  /** `redeliver(event)` brings a webhook again. */
  constructor(changed, redeliver) {
    this.changed = changed;
    this.redeliver = redeliver;
    this.most = AT_FIRST;
    this.opened = new Map();
    this.nothing = el("div", "empty-state", {}, el("p", "empty-title", textProps("Nothing over the wire yet")), el("p", "empty", textProps("What LINE sends to the bot, and the bot to LINE, is listed here; each opens to its JSON.")));
    this.list = el("ol", "happened", { id: "happened" });
    this.older = el("button", "quiet older", { type: "button", ...textProps("Older"), onclick: () => this.more() });
    this.filter = new LogFilter(() => {
      this.most = AT_FIRST;
      changed();
    });
    const clear = el("button", "plain", { type: "button", ...textProps("Clear the filter"), onclick: () => this.filter.clear() });
    this.nobody = el("div", "empty-state", {}, el("p", "empty-title", textProps("No entry matches")), clear);
    this.list.addEventListener("keydown", (event) => this.step(event));
    this.element = el("div", "panel", {}, this.filter.element, this.nothing, this.nobody, this.list, this.older);
  }

  /** The arrows go from entry to entry. */
  step(event) {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.dataset.part !== "head") return;
    const heads = [...this.list.querySelectorAll("[data-part=head]")];
    const next = heads[heads.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  more() {
    this.most += AT_FIRST;
    this.changed();
  }

  draw(state, fresh) {
    const entries = [...state.happened.values()].filter((e) => e.channel === null || e.channel === state.account.name);
    const wanted = this.filter.of(entries, state);
    const groups = folded(wanted, state);
    const latest = groups.slice(-this.most).reverse();
    this.nothing.hidden = entries.length > 0;
    this.nobody.hidden = entries.length === 0 || wanted.length > 0;
    this.older.hidden = groups.length <= this.most;
    showRows(this.list, latest.map(({ entry, times }) => this.row(entry, times, state, fresh)));
  }

  row(entry, times, state, fresh) {
    const open = this.opened.get(entry.id);
    open?.fresh();
    const notice = sentence(entry, state) + (times > 1 ? ` ×${times}` : "");
    const read = open ? `${open.value ? 1 : 0}${open.trouble ?? ""}` : "";
    const day = !sameDay(entry.at, state.now);
    const stamp = [currentLanguage(), notice, day && dayAndTime(entry.at), entry.status, entry.tries, entry.trouble, entry.again_in, read].join("|");
    return { key: entry.id, stamp, make: () => this.deed(entry, notice, day, fresh.has(entry.id)) };
  }

  deed(entry, notice, day, fresh) {
    const wrong = isWrong(entry);
    const open = this.opened.get(entry.id);
    const webhook = entry.kind === "webhook";
    const way = el("span", "deed-way", { role: "img", "aria-label": webhook ? tr("to the bot") : tr("from the bot") }, icon(wrong ? "alert" : webhook ? "out" : "in", 18));
    const middle = el("span", "deed-what", {}, el("span", "deed-notice", { dir: "auto" }, notice));
    const more = detail(entry);
    if (more) middle.append(el("span", "deed-more", { dir: "auto" }, more));
    const body = `exchange-${entry.id}`;
    const inside = [way, middle, side(entry, day)];
    const toggles = { "aria-expanded": String(Boolean(open)), "aria-controls": body, onclick: () => this.toggle(entry) };
    const head = opens(entry)
      ? el("button", "deed-head", { type: "button", "data-part": "head", ...toggles }, ...inside, icon("down", 18))
      : el("div", "deed-head", { "data-part": "head", tabIndex: -1 }, ...inside);
    const row = el("li", `deed ${hasExchange(entry) ? entry.kind : "call elsewhere"}${wrong ? " wrong" : ""}${fresh ? " new" : ""}${open ? " open" : ""}`, {}, head);
    if (webhook && wrong && entry.again_in === null) {
      row.append(el("button", "plain", { type: "button", "data-part": "again", onclick: () => this.redeliver(entry.id) }, tr("Deliver again")));
    }
    if (opens(entry)) row.append(el("div", "deed-body", { id: body, hidden: !open }, ...(open ? [entry.kind === "alert" ? said(entry) : exchange(open)] : [])));
    return row;
  }

  toggle(entry) {
    if (!this.opened.delete(entry.id)) {
      const path = entry.kind === "alert" ? null : `${entry.kind === "webhook" ? "webhooks" : "calls"}/${encodeURIComponent(entry.id)}`;
      this.opened.set(entry.id, new Reading(() => path, this.changed));
    }
    this.changed();
  }
}

/** Runs of questions to LINE that read the same and came to the same, each as its latest; and how many they were. */
function folded(entries, state) {
  const groups = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const looks = QUESTIONS.has(entry.what) && !isWrong(entry) ? `${entry.what} ${sentence(entry, state)}` : null;
    if (last && looks !== null && last.looks === looks) Object.assign(last, { entry, times: last.times + 1 });
    else groups.push({ entry, looks, times: 1 });
  }
  return groups;
}

/** Whether its request and response can be read. */
const hasExchange = ({ kind }) => kind === "webhook" || kind === "call";

/** Whether there is more than its row shows. */
const opens = (entry) => hasExchange(entry) || entry.kind === "alert";

/** All that an alert says. */
function said({ body }) {
  const head = el("div", "half-head", {}, el("h4", "part-title", {}, tr("What it says")), copyButton(body, { label: tr("Copy text") }));
  return el("section", "half", {}, head, el("pre", "code", { tabIndex: 0, dir: "auto" }, body));
}

function side(entry, day) {
  const cost = entry.kind === "call" && entry.status < 300 && (entry.what === "reply" || entry.paid > 0) ? costChip(entry.what === "reply" ? 0 : entry.paid) : null;
  const answered = entry.kind !== "webhook" ? (entry.status === null || isUsualNo(entry) ? null : String(entry.status)) : entry.status === null ? null : tr("{status} · {ms} ms", { status: entry.status, ms: entry.took });
  return el("span", "deed-side", {}, cost, answered ? el("span", "", {}, answered) : null, el("time", "", { dateTime: new Date(entry.at).toISOString() }, day ? dayAndTime(entry.at) : clockSeconds(entry.at)));
}
