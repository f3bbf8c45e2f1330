// Who has the conversation: a line above the field while staff have it, with until when, and the way back.

import { call } from "../connection.js";
import { $, el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, dayAndTime, tr } from "../words.js";
import { Reading } from "../workbench/reading.js";
import { focusField } from "./focus.js";
import { toast } from "./sheet.js";

const SILENCE = "staff"; // the timer that gives the conversation back

export class StaffLine {
  constructor() {
    this.friend = null;
    this.contact = new Reading(() => this.friend && `friends/${encodeURIComponent(this.friend)}/contact`, () => this.drawNow());
  }

  /** The server began anew. */
  begin() {
    this.contact.forget();
  }

  /** The bot knows something new of this chat's friend. */
  hear(chat) {
    if (chat !== this.friend) return;
    this.contact.stale = true;
    this.contact.fresh();
  }

  draw(friend, now) {
    this.now = now;
    const shown = friend?.standing === "friend" ? friend.id : null;
    if (shown !== this.friend) this.contact.forget();
    this.friend = shown;
    this.contact.fresh();
    this.drawNow();
  }

  drawNow() {
    const line = $("staff-line");
    const known = this.friend && this.contact.value;
    const until = known && known.timers?.find(({ flow, timer }) => !flow && timer === SILENCE)?.due;
    const stamp = known?.staff ? JSON.stringify([this.friend, until && dayAndTime(until, this.now), currentLanguage()]) : "";
    if ((line.dataset.stamp ?? "") === stamp) return;
    line.dataset.stamp = stamp;
    const focused = line.contains(document.activeElement);
    line.hidden = !stamp;
    line.replaceChildren(...(stamp ? this.parts(until) : []));
    if (focused) (line.querySelector("button") ?? { focus: focusField }).focus();
  }

  parts(until) {
    const notice = el("p", "", {}, el("b", "", {}, tr("Staff have the chat; the bot is silent")), until ? el("span", "", {}, tr("If nobody writes, the bot has it again on {when}", { when: dayAndTime(until, this.now) })) : null);
    return [notice, el("button", "", { type: "button", onclick: () => this.handBack() }, tr("Hand back now"))];
  }

  async handBack() {
    try {
      await call("POST", `friends/${encodeURIComponent(this.friend)}/staff`, { takes_over: false });
    } catch (trouble) {
      toast(refusal(trouble.code));
    }
  }
}
