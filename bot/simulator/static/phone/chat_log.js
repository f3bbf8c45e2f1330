// The conversation: rows in their order, of which only those that changed are drawn.

import { $, el } from "../elements.js";
import { ofTab } from "../memory.js";
import { currentLanguage, dayName, localInput, tr } from "../words.js";
import { Row, typing } from "./bubble.js";
import { inWords } from "./contents.js";

const NEAR_END = 80;
const UNREAD_ROOM = 48; // what is seen above the first unread message
const FRAMES = 12;

export class ChatLog {
  /** `ports`: those of `Row`, and chosen(message). */
  constructor(ports) {
    this.ports = ports;
    this.chat = $("chat");
    this.list = el("div", "log");
    this.chat.append(this.list);
    this.rows = new Map();
    this.atEnd = true;
    this.top = 0; // where the chat was last seen to be scrolled to
    this.chat.addEventListener("scroll", () => this.scrolled());
    this.chat.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("click", (event) => this.choose(event));
    $("to-end").addEventListener("click", () => {
      this.toEnd();
      this.chat.focus();
    });
    const sizes = new ResizeObserver(() => this.atEnd && this.toEnd());
    sizes.observe(this.chat);
    sizes.observe(this.list);
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Show the state's messages; `fresh` are ids of those that have just come. */
  draw(state, fresh) {
    const another = this.friend !== state.friend?.id;
    if (another) this.leave();
    const look = [state.account.name, state.account.title, currentLanguage()].join();
    if (another || look !== this.look) this.rows.clear();
    this.look = look;
    const focused = this.list.contains(document.activeElement);
    put(this.list, this.wanted(state, fresh));
    if (focused && !this.list.contains(document.activeElement)) this.chat.focus();
    if (another) this.enter(state);
    this.newcomers(state, fresh);
  }

  /** Rows, days between them, and where the unread ones begin. */
  wanted(state, fresh) {
    const messages = [...state.messages.values()];
    const nodes = [];
    const rows = new Map();
    const tiles = []; // the rows of each set of photos
    messages.forEach((message, i) => {
      const [before, after] = [messages[i - 1], messages[i + 1]];
      const newDay = !before || dayOf(before) !== dayOf(message);
      if (newDay) nodes.push(this.day(rows, dayName(message.at, state.now)));
      if (message.id === state.unreadFrom) nodes.push(this.line(rows, "unread", "day unread", tr("Unread messages below")));
      const row = this.rows.get(message.id) ?? new Row(message, state.account, this.ports);
      const place = {
        first: newDay || before.author !== message.author,
        time: !after || after.author !== message.author || minute(after) !== minute(message),
        fresh: fresh.has(message.id),
      };
      row.show(message, place);
      rows.set(message.id, row);
      const set = setOf(message);
      if (!set) nodes.push(row.element);
      else if (set === setOf(before ?? {})) tiles.at(-1).push(row.element);
      else {
        nodes.push(this.line(rows, `set ${message.id}`, "tiles", "", "div"));
        tiles.push([row.element]);
      }
    });
    nodes.filter((node) => node.className === "tiles").forEach((node, i) => {
      put(node, tiles[i]);
      node.style.setProperty("--across", [2, 4].includes(tiles[i].length) ? 2 : Math.min(3, tiles[i].length));
    });
    if (state.typing) nodes.push($("typing") ?? typing(state.account));
    this.rows = rows;
    return nodes;
  }

  day(rows, name) {
    return this.line(rows, `day ${name}`, "day", name);
  }

  line(rows, key, classes, text, tag = "p") {
    const line = this.rows.get(key) ?? { element: el(tag, classes, {}, text) };
    rows.set(key, line);
    return line.element;
  }

  newcomers(state, fresh) {
    const came = [...fresh].map((id) => state.messages.get(id)).filter(Boolean);
    const answers = came.filter((message) => message.author === "bot" && !message.unsent);
    if (this.atEnd || came.some((message) => message.author !== "bot")) this.toEnd();
    else if (answers.length) $("to-end").classList.add("news");
    if (answers.length) $("spoken").textContent = answers.map((m) => tr("{name}: {text}", { name: state.account.title, text: inWords(m.content) })).join("\n");
  }

  /** The end is left by going up alone: where the chat gets smaller, or longer, it is the end that has moved. */
  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.chat;
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (isNear || scrollTop < this.top) this.atEnd = isNear;
    this.top = scrollTop;
    $("to-end").hidden = this.atEnd;
    if (this.atEnd) $("to-end").classList.remove("news");
  }

  toEnd() {
    this.chat.scrollTop = this.chat.scrollHeight;
    this.top = this.chat.scrollTop;
    this.atEnd = true;
    $("to-end").hidden = true;
    $("to-end").classList.remove("news");
  }

  /** Come back to where one was: at the end, at the first unread message, or at the message that was on top. */
  enter(state) {
    this.friend = state.friend?.id;
    const place = ofTab.get(`place.${this.friend}`);
    const row = this.rows.get(place?.id)?.element ?? this.rows.get("unread")?.element;
    this.toEnd();
    if (!row) return;
    this.atEnd = false;
    this.hold(row, place?.offset ?? UNREAD_ROOM, FRAMES);
  }

  /** Keep a row where it is wanted for some frames: rows above it get their true heights only when they are near. */
  hold(row, offset, frames) {
    if (!row.isConnected || this.atEnd) return;
    this.chat.scrollTop += row.getBoundingClientRect().top - this.chat.getBoundingClientRect().top - offset;
    if (frames) requestAnimationFrame(() => this.hold(row, offset, frames - 1));
    else this.scrolled();
  }

  /** Remember the place in this chat. */
  leave() {
    if (!this.friend || this.chat.hidden) return;
    const top = this.chat.getBoundingClientRect().top;
    const row = this.atEnd ? null : [...this.list.querySelectorAll("[data-message]")].find((one) => one.getBoundingClientRect().bottom > top);
    ofTab.put(`place.${this.friend}`, row ? { id: row.dataset.message, offset: Math.round(row.getBoundingClientRect().top - top) } : null);
  }

  /** Light messages up, and show the first of them. */
  mark(ids) {
    for (const lit of this.list.querySelectorAll(".lit")) lit.classList.remove("lit");
    const rows = ids.map((id) => this.rows.get(id)?.element).filter(Boolean);
    for (const row of rows) row.classList.add("lit");
    rows[0]?.scrollIntoView({ block: "nearest" });
  }

  choose(event) {
    const row = event.target.closest(".said");
    if (row && !event.target.closest("button, a, video, audio")) this.ports.chosen(this.rows.get(row.dataset.message)?.message);
  }

  /** Arrow keys go from message to message, once one is in the chat. */
  walk(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const rows = [...this.list.querySelectorAll(".said:not(#typing)")];
    const at = rows.indexOf(document.activeElement);
    if (at < 0 && document.activeElement !== this.chat) return;
    const to = at < 0 ? rows.at(-1) : rows[at + (event.key === "ArrowUp" ? -1 : 1)];
    event.preventDefault();
    (to ?? document.activeElement).focus();
  }

  /** The message of a row, or of a part of it. */
  messageAt(element) {
    return this.rows.get(element.closest?.(".said")?.dataset.message)?.message ?? null;
  }
}

const days = new WeakMap();

/** The day of a message by the playbook's clock. Telling it is slow, and a chat is drawn often. */
function dayOf(message) {
  if (!days.has(message)) days.set(message, localInput(message.at).slice(0, 10));
  return days.get(message);
}

/** The set of photos that a message is of: as LINE, the chat shows photos that were sent at once as one. */
const setOf = (message) => message.content?.imageSet?.id ?? null;

const minute = (message) => Math.floor(message.at / 60_000);

/** Make these nodes the children, moving as little as possible: what stays keeps its focus, place and playing video. */
function put(parent, nodes) {
  const staying = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
  let at = parent.firstChild;
  for (const node of nodes) {
    if (node === at) at = at.nextSibling;
    else parent.insertBefore(node, at);
  }
}
