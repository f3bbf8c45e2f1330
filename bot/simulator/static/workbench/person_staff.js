// Staff and the conversation: who has it, and what they write in LINE's own chat, which the bot never sees.

import { el } from "../elements.js";
import { clockTime, currentLanguage, dayAndTime, inContext, span, tr } from "../words.js";
import { why } from "./person_edit.js";

const LATEST = 3;
const LONGEST = 5000;

export class PersonStaff {
  /** `act(body)` does what staff do; `now()` is the simulator's moment in ms. */
  constructor(act, now) {
    this.act = act;
    this.now = now;
    this.sign = el("p", "staff-sign", { hidden: true });
    this.until = el("p", "empty small", {});
    this.turn = el("button", "plain staff-act", { type: "button", onclick: () => this.attempt({ takes_over: !this.has }) });
    this.text = el("textarea", "", { rows: 1, maxLength: LONGEST, dir: "auto", oninput: () => this.untell(), onkeydown: (event) => this.key(event) });
    this.label = el("span", "");
    this.send = el("button", "primary small", { type: "submit" });
    this.notice = el("p", "edit-notice bad", { role: "alert" });
    this.said = el("ul", "staff-said");
    const form = el("form", "staff-says", { onsubmit: (event) => (event.preventDefault(), this.say()) }, el("label", "", {}, this.label, this.text), this.send);
    this.element = el("section", "staff-part", { hidden: true }, this.sign, this.turn, form, this.notice, this.until, this.said);
  }

  forget() {
    this.text.value = "";
    this.untell();
  }

  untell() {
    this.notice.textContent = "";
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  async say() {
    const text = this.text.value;
    if (!text.trim()) return this.text.focus();
    if (await this.attempt({ says: text })) this.text.value = "";
  }

  /** Whether it was done; else the reason is shown, and the draft stays. */
  async attempt(body) {
    this.untell();
    try {
      await this.act(body);
      return true;
    } catch (trouble) {
      this.notice.textContent = why(trouble);
      return false;
    }
  }

  draw(contact, messages) {
    this.element.hidden = !contact;
    if (!contact) return;
    const written = [...messages.values()].filter((message) => message.via === "staff" && !message.unsent).slice(-LATEST);
    const due = contact.timers?.find(({ flow, timer }) => !flow && timer === "staff")?.due;
    const stamp = JSON.stringify([currentLanguage(), contact.staff, due, contact.may?.silence, written.map(({ id }) => id)]);
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    this.has = contact.staff;
    this.sign.hidden = !contact.staff;
    this.sign.textContent = tr("Staff have this conversation: the bot is silent");
    this.turn.textContent = contact.staff ? tr("Hand back to the bot") : tr("Staff take over");
    this.label.textContent = tr("Write as staff");
    this.text.placeholder = tr("Hello, this is Ann from support");
    this.send.textContent = inContext("staff", "Send");
    this.until.textContent = contact.staff ? silentUntil(contact.may && span(contact.may.silence), due && dayAndTime(due, this.now())) : tr("As in LINE's own chat: it is free, and LINE does not tell the bot. Unless staff take over first, the bot goes on answering.");
    this.said.replaceChildren(...written.map(({ at, content }) => el("li", "", {}, el("time", "", {}, clockTime(at)), el("bdi", "", {}, content.text))));
  }
}

function silentUntil(time, moment) {
  const silence = time ? tr(", or the customer has not written for {time}", { time }) : "";
  const due = moment ? tr(" ({text})", { text: moment }) : "";
  return tr("The bot is silent until it gets the conversation back{silence}{due}.", { silence, due });
}
