// The SMS that has come: a notification over the chat, until it is put away or its code is said.

import { $, el, icon } from "../elements.js";
import { clockTime, tr } from "../words.js";

const CODE = /(?<!\d)\d{6}(?!\d)/;

export class SmsBanner {
  /** `fill(code, sms)` puts its code where it is asked for; `dismiss(sms)` puts the SMS away. */
  constructor({ fill, dismiss }) {
    this.fill = fill;
    this.dismiss = dismiss;
    this.shown = "";
    this.waiting = [];
  }

  /** A text is said: an SMS whose code it is has done its work, and would lie over the answer; so would those before it. */
  said(text) {
    if (this.waiting.length && CODE.exec(this.waiting.at(-1).text)?.[0] === text.trim()) this.waiting.forEach(this.dismiss);
  }

  /** Show the newest SMS of this friend whose code is waited for; drawing the same again changes nothing. */
  draw(friend, all) {
    this.waiting = [...all.values()].filter((one) => one.chat === friend?.id && !one.over);
    const sms = this.waiting.at(-1);
    const now = sms ? `${sms.id} ${tr("Text message")}` : "";
    if (now === this.shown) return;
    const focused = $("sms").contains(document.activeElement);
    this.shown = now;
    $("sms").hidden = !sms;
    $("sms").replaceChildren(...(sms ? this.parts(sms) : []));
    if (focused) ($("sms").querySelector("button") ?? $("text")).focus();
  }

  parts(sms) {
    const code = CODE.exec(sms.text)?.[0];
    const head = el("span", "sms-head", {}, el("b", "", {}, tr("Text message")), el("time", "", {}, clockTime(sms.at)));
    const hint = code ? el("small", "", {}, tr("Tap to fill in {code}", { code })) : null;
    const text = el("span", "sms-text", { dir: "auto" }, sms.text);
    const notice = el("button", "sms-notice", { type: "button", disabled: !code, onclick: () => this.fill(code, sms) }, head, text, hint);
    const away = el("button", "round", { type: "button", "aria-label": tr("Put this SMS away"), onclick: () => this.dismiss(sms) }, icon("close"));
    return [notice, away];
  }
}
