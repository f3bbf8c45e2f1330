// The friends that can be played, as a list of chats: the latest on top.

import { $, el, face, icon } from "../elements.js";
import { clockTime, currentLanguage, dayName, sameDay, tr } from "../words.js";
import { showRows } from "../workbench/rows.js";
import { inWords } from "./contents.js";

const SHOWN = 100;
const SEARCH_FROM = 12;

export class ChatList {
  /** `acts`: add(), choose(friend id), close(). */
  constructor(acts) {
    this.acts = acts;
    this.sought = "";
    this.list = el("div", "people");
    this.search = el("input", "search", { type: "search", dir: "auto", oninput: () => this.seek() });
    this.add = el("button", "wide-button strong", { type: "button", id: "add", onclick: () => this.acts.add() });
    this.empty = el("p", "notice");
    $("people").append(this.search, this.list, this.empty, this.add);
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest(".person");
      if (row) this.acts.choose(row.dataset.friend);
    });
    $("people").addEventListener("keydown", (event) => this.walk(event));
  }

  seek() {
    this.sought = this.search.value.trim().toLowerCase();
    this.draw(this.state);
  }

  draw(state) {
    this.state = state;
    const mine = state.friends.filter((friend) => friend.channel === state.account?.name);
    const when = (friend) => state.latest.get(friend.id)?.at ?? 0;
    const found = mine.filter((friend) => friend.name.toLowerCase().includes(this.sought)).sort((one, other) => when(other) - when(one));
    const focused = document.activeElement?.dataset?.friend;
    this.search.hidden = mine.length < SEARCH_FROM;
    this.search.placeholder = tr("Search friends");
    this.search.setAttribute("aria-label", tr("Search friends"));
    showRows(this.list, found.slice(0, SHOWN).map((friend) => this.row(friend, state)));
    this.empty.hidden = found.length > 0 && found.length <= SHOWN;
    this.empty.textContent = found.length ? tr("{number} more: search to find them.", { number: found.length - SHOWN }) : mine.length ? tr("No friend of that name.") : tr("No friends yet. Add one and talk to the bot as a customer would; add several, each with a chat of their own.");
    const add = mine.length ? tr("New friend") : tr("Add friend");
    if (this.add.textContent !== add) this.add.replaceChildren(icon("plus", 20), add);
    if (focused) this.list.querySelector(`[data-friend="${CSS.escape(focused)}"]`)?.focus();
  }

  row(friend, state) {
    const latest = state.latest.get(friend.id);
    const unread = state.unread.get(friend.id) ?? 0;
    const says = { stranger: tr("not a friend yet"), blocked: tr("has blocked this account") }[friend.standing] ?? (latest ? (latest.unsent ? tr("A message was unsent") : inWords(latest.content)) : tr("no messages yet"));
    const [came, chosen] = [latest ? when(latest.at, state.now) : null, friend.id === state.friend?.id];
    const make = () => {
      const summary = el("span", "person-words", {}, el("bdi", "person-name", {}, friend.name), el("span", "person-says", { dir: "auto" }, says.slice(0, 120)));
      const badge = unread ? el("span", "badge", { "aria-label": tr("{number} unread", { number: unread }) }, unread > 99 ? "99+" : String(unread)) : null;
      const side = el("span", "person-side", {}, came && el("time", "", {}, came), badge);
      return el("button", "person", { type: "button", "data-friend": friend.id, "aria-pressed": String(chosen) }, face(friend.name, friend.id), summary, side);
    };
    return { key: friend.id, stamp: JSON.stringify([currentLanguage(), friend.name, says, came, unread, chosen]), make };
  }

  walk(event) {
    if (event.key === "Escape") return this.acts.close();
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...this.list.children];
    const at = rows.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (!rows[at]) return;
    event.preventDefault();
    rows[at].focus();
  }
}

/** The time of today, else the day. */
function when(at, now) {
  return sameDay(at, now) ? clockTime(at) : dayName(at, now);
}
