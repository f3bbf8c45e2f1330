// One message as a row of the chat: whose face, what it says, when it came and how far it got.

import { el, face } from "../elements.js";
import { clockTime, tr } from "../words.js";
import { bodyOf, inWords, isWide } from "./contents.js";

/** A row that can be shown anew when its message changes; its contents are drawn only once. */
export class Row {
  /** `ports`: act(action, message, element), watched(message), redeliver(message). */
  constructor(message, account, ports) {
    this.ports = ports;
    this.account = account;
    this.element = el("div", "", { "data-message": message.id, tabIndex: -1 });
    this.says = null;
    this.shown = null;
    this.message = message;
  }

  /** `place`: is it the `first` of a run of one author, does it show its `time`, is it `fresh`. */
  show(message, place) {
    const seen = [place.first, place.time].join();
    if (this.shown === seen && this.message === message) return;
    this.message = message;
    this.shown = seen;
    const mine = message.author !== "bot";
    const says = message.unsent ? "" : JSON.stringify(message.content);
    const anew = says !== this.says;
    const classes = { said: true, mine, first: place.first, wide: isWide(message.content ?? {}), gone: Boolean(message.unsent) };
    for (const [name, on] of Object.entries(classes)) this.element.classList.toggle(name, on); // others' marks stay
    if (message.event) this.element.dataset.event = message.event;
    if (message.unsent) {
      this.element.replaceChildren(el("p", "day", {}, mine ? tr("You unsent a message") : tr("A message was unsent")));
    } else if (anew) {
      this.element.replaceChildren(...(mine ? [] : [face(this.account.title, this.account.id, "bot")]), this.body(message), meta(message, mine, place), ...this.mark(message));
      this.element.setAttribute("aria-label", `${mine ? tr("You") : this.account.title}: ${inWords(message.content)}`);
    } else {
      this.element.querySelector(":scope > .meta").replaceWith(meta(message, mine, place));
      this.element.querySelector(":scope > .undelivered")?.remove();
      this.element.append(...this.mark(message));
    }
    if (place.fresh) rise(this.element);
    this.says = says;
  }

  body(message) {
    const { act, watched } = this.ports;
    return bodyOf(message.content, { act: (action, element) => act(action, this.message, element), watched: () => watched(this.message) });
  }

  mark(message) {
    if (message.delivery !== "failed") return [];
    const label = tr("Message not delivered, deliver again");
    const button = { type: "button", title: label, "aria-label": label, onclick: () => this.ports.redeliver(this.message) };
    return [el("button", "undelivered", button, el("i", "", { "aria-hidden": "true" }, "!"))];
  }
}

/** Come up into its place, once. A class would do it again whenever the row comes back into sight. */
function rise(element) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  element.animate([{ opacity: 0, transform: "translateY(8px)" }, {}], { duration: 160, easing: "ease-out" });
}

/** Three dots while the bot shows that it is working. */
export function typing(account) {
  const dots = el("div", "bubble tailed dots", { role: "img", "aria-label": tr("{name} is typing", { name: account.title }) }, el("i"), el("i"), el("i"));
  return el("div", "said first", { id: "typing" }, face(account.title, account.id, "bot"), dots);
}

function meta(message, mine, place) {
  const lines = [];
  if (mine && message.read) lines.push(el("span", "", {}, tr("Read")));
  if (mine && message.delivery === "waiting") lines.push(el("span", "", {}, tr("Sending")));
  if (message.delivery === "retrying") lines.push(el("span", "bad", {}, tr("Retrying")));
  if (message.delivery === "failed") lines.push(el("span", "bad", {}, tr("Not delivered")));
  if (place.time) lines.push(el("time", "", { dateTime: new Date(message.at).toISOString() }, clockTime(message.at)));
  return el("div", "meta", {}, ...lines);
}
