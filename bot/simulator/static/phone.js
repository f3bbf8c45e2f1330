// The phone: the conversation of the chosen friend, and the field to write in.

import { bubble, inWords, typing } from "./bubbles.js";
import { $, el, face, icon } from "./elements.js";
import { clockTime, dayName, words } from "./words.js";

export class Phone {
  /** `acts`: add(), follow(), unblock(), say(text), send(type), redeliver(message). */
  constructor(acts) {
    this.acts = acts;
    this.saying = Promise.resolve();
    this.atEnd = true;
    const chat = $("chat");
    chat.addEventListener("scroll", () => {
      this.atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 80;
    });
    new ResizeObserver(() => this.toEnd(this.atEnd)).observe(chat);
    $("more").append(icon("plus"));
    $("send").append(icon("send"));
    $("more").addEventListener("click", () => this.openTray($("tray").hidden));
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    $("composer").addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !$("tray").hidden) {
        this.openTray(false);
        $("more").focus();
      }
    });
    $("text").addEventListener("keydown", (event) => {
      // While an input method composes (注音, 倉頡 …), Enter chooses a word and must not send.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.say();
      }
    });
    $("text").addEventListener("input", () => this.ready());
    this.tick();
  }

  /** Draw everything anew from the state; `fresh` are ids of messages that have just come. */
  draw(state, fresh = new Set()) {
    const { account, friend } = state;
    const w = words();
    this.state = state;
    document.title = w.pageTitle(account?.title);
    $("chat-title").textContent = account?.title ?? "";
    $("chat-as").textContent = friend ? w.as(friend.name) : "";
    $("skeleton")?.remove();
    $("phone-time").textContent = clockTime(Date.now());
    if (!account) return;
    const talks = friend?.standing === "friend";
    const blank = !friend || friend.standing === "stranger";
    $("chat").hidden = blank && state.messages.size === 0;
    $("composer").hidden = !talks;
    this.doorstep(account, friend, $("chat").hidden);
    if (!$("chat").hidden) this.conversation(account, state, fresh);
    this.tray();
    this.ready();
  }

  doorstep(account, friend, whole) {
    const w = words();
    const step = $("doorstep");
    const focused = step.contains(document.activeElement);
    step.hidden = friend?.standing === "friend";
    step.className = whole ? "doorstep" : "doorstep strip";
    const act = (label, onclick) => el("button", "primary", { type: "button", id: "enter", onclick }, label);
    const parts = whole
      ? [face(account.title, account.id, "bot large"), el("p", "who", { dir: "auto" }, account.title), el("p", "id", {}, account.id)]
      : [];
    if (!friend) parts.push(el("p", "what", {}, w.welcomeNobody), act(w.follow, () => this.acts.add()));
    else if (friend.standing === "stranger") parts.push(el("p", "what", {}, w.welcomeStranger(friend.name)), act(w.follow, () => this.acts.follow()));
    else if (friend.standing === "blocked") parts.push(el("p", "what", {}, w.blocked(friend.name)), act(w.unblock, () => this.acts.unblock()));
    step.replaceChildren(...parts);
    if (focused && !step.hidden) $("enter")?.focus();
    if (focused && step.hidden) requestAnimationFrame(() => $("text").focus());
  }

  conversation(account, state, fresh) {
    const chat = $("chat");
    const { atEnd } = this;
    const focused = document.activeElement;
    const messages = [...state.messages.values()];
    const rows = [];
    messages.forEach((message, i) => {
      const [before, after] = [messages[i - 1], messages[i + 1]];
      const newDay = !before || dayName(before.at, state.now) !== dayName(message.at, state.now);
      if (newDay) rows.push(el("p", "day", {}, dayName(message.at, state.now)));
      const place = {
        first: newDay || before.author !== message.author,
        time: !after || after.author !== message.author || clockTime(after.at) !== clockTime(message.at),
        fresh: fresh.has(message.id),
      };
      rows.push(bubble(message, account, place, (m) => this.acts.redeliver(m)));
    });
    if (state.typing) rows.push(typing(account));
    chat.replaceChildren(...rows);
    if (focused instanceof HTMLElement && focused.className === "undelivered") chat.focus();
    const mine = messages.some((m) => fresh.has(m.id) && m.author !== "bot");
    this.toEnd(atEnd || mine || state.friend?.id !== this.last);
    this.last = state.friend?.id;
    const heard = messages.filter((m) => fresh.has(m.id) && m.author === "bot");
    if (heard.length) $("spoken").textContent = heard.map((m) => words().botSays(account.title, inWords(m.content))).join("\n");
  }

  toEnd(wanted) {
    if (wanted) $("chat").scrollTop = $("chat").scrollHeight;
  }

  tray() {
    const w = words();
    const kinds = [["sticker", "sticker", w.sendSticker], ["image", "image", w.sendImage], ["location", "pin", w.sendLocation]];
    const buttons = kinds.map(([type, picture, label]) =>
      el("button", "", { type: "button", onclick: () => this.sendOther(type) }, icon(picture), label),
    );
    if ($("tray").hidden || $("tray").childElementCount === 0) $("tray").replaceChildren(...buttons);
  }

  openTray(open) {
    $("tray").hidden = !open;
    $("more").setAttribute("aria-expanded", String(open));
    if (open) $("tray").querySelector("button")?.focus();
  }

  async sendOther(type) {
    this.openTray(false);
    $("text").focus();
    await this.acts.send(type);
  }

  /** Send what stands in the field, one after the other; what could not be sent comes back into it. */
  say() {
    const field = $("text");
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    this.ready();
    this.saying = this.saying.then(async () => {
      if (await this.acts.say(text)) return;
      field.value = field.value ? `${text}\n${field.value}` : text;
      this.ready();
    });
  }

  ready() {
    const field = $("text");
    $("send").disabled = !field.value.trim();
    if (!CSS.supports("field-sizing", "content")) {
      field.rows = Math.min(5, field.value.split("\n").length);
    }
  }

  notice(text) {
    $("notice").hidden = !text;
    if ($("notice").textContent !== text) $("notice").textContent = text ?? "";
  }

  tick() {
    $("phone-time").textContent = clockTime(Date.now());
    setTimeout(() => this.tick(), 60_000 - (Date.now() % 60_000));
  }
}
