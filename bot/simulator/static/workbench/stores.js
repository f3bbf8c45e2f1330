// The clerks of the stores: their codes, to be scanned with the phone; who has left, and comes back.

import { call } from "../connection.js";
import { el, face } from "../elements.js";
import { currentLanguage, tr } from "../words.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { showStanding } from "./states.js";

/** Whether the codes open a page; else they say a text. */
const opensPage = (clerks) => clerks.some(({ link }) => link.split("/")[2] === "liff.line.me");

export class Stores {
  /** `scan(link)`: the phone's camera sees a code that holds it. */
  constructor(changed, scan) {
    this.scan = scan;
    this.friend = null;
    this.reading = new Reading(() => this.friend && `friends/${encodeURIComponent(this.friend)}/clerks`, changed);
    this.state = el("div");
    this.intro = el("p", "empty");
    this.notice = el("p", "bad", { role: "alert", hidden: true });
    this.list = el("ul", "clerks");
    this.element = el("div", "panel", {}, this.intro, this.state, this.notice, this.list);
  }

  /** Whose phone it is. */
  meet(friend) {
    this.friend = friend;
    this.reading.forget();
  }

  /** The playbook was edited: it may have other stores, or codes may lead elsewhere. */
  hear() {
    this.reading.stale = true;
  }

  /** Whether codes lead anywhere on this account; null before it was read. */
  get any() {
    if (this.friend) this.reading.fresh();
    return this.reading.value && this.reading.value.clerks.length > 0;
  }

  draw() {
    this.reading.fresh();
    const { value, trouble } = this.reading;
    showStanding(this.state, value ? null : (trouble ?? "reading"), () => this.reading.again());
    const clerks = value?.clerks ?? [];
    this.intro.hidden = !clerks.length;
    this.intro.textContent = opensPage(clerks) ? tr("QR codes of the stores' clerks: “Scan” is what a customer's phone does. It opens the page on the phone.") : tr("QR codes of the stores' clerks: “Scan” is what a customer's phone does. What is to be said stands ready in the field; it goes when you send it.");
    showRows(this.list, clerks.map((clerk) => ({ key: clerk.number, stamp: JSON.stringify([clerk, currentLanguage()]), make: () => this.row(clerk) })));
  }

  row(clerk) {
    const notice = el("span", "member-words", {}, el("bdi", "member-name", {}, clerk.name), el("span", "member-facts", {}, [clerk.store, clerk.suspended ? tr("suspended") : null].filter(Boolean).join(" · ")), el("span", "mono clerk-code", {}, clerk.code));
    const scan = el("button", "primary small", { type: "button", "data-part": "scan", "aria-label": tr("Scan the QR code of {name}", { name: clerk.name }), onclick: () => this.scan(clerk.link) }, tr("Scan"));
    const leave = el("button", "plain", { type: "button", "data-part": "leave", "aria-label": clerk.suspended ? tr("Bring {name} back", { name: clerk.name }) : tr("Suspend {name}", { name: clerk.name }), onclick: () => this.suspend(clerk) }, clerk.suspended ? tr("Bring back") : tr("Suspend"));
    return el("li", clerk.suspended ? "clerk off" : "clerk", {}, face(clerk.name || "?", clerk.number, "small"), notice, el("span", "clerk-acts", {}, leave, scan));
  }

  async suspend(clerk) {
    this.notice.hidden = true;
    try {
      await call("PUT", `clerks/${encodeURIComponent(clerk.number)}`, { suspended: !clerk.suspended });
      await this.reading.again();
    } catch {
      this.notice.textContent = tr("It was not changed. Try once more.");
      this.notice.hidden = false;
    }
  }
}
