// What happens in a group into which a friend has taken the account: that it came, what is said there, that it left.

import { el, icon } from "../elements.js";
import { tr } from "../words.js";
import { Row } from "./bubble.js";
import { openSheet } from "./sheet.js";

export class GroupSheet {
  /** `ports`: those of `Row`; sayIn(group, text) resolves to whether it was said; left(): the sheet was closed. */
  constructor(ports) {
    this.ports = ports;
    this.close = null;
    this.shown = null; // the id of the group whose sheet is open
  }

  /** Open the sheet of a group. */
  open(group, account) {
    this.account = account;
    this.rows = new Map();
    this.log = el("div", "group-log", { role: "log", tabIndex: 0, "aria-label": tr("Conversation") });
    this.field = el("input", "", { id: "group-text", maxLength: 5000, dir: "auto", "aria-label": tr("Say it in the group"), placeholder: tr("Say it in the group") });
    const send = el("button", "round send", { type: "submit", "aria-label": tr("Send") }, icon("send"));
    this.form = el("form", "group-say", { autocomplete: "off", onsubmit: (event) => this.say(event, group) }, this.field, send);
    const end = () => {
      this.close = this.shown = null;
      this.ports.left();
    };
    this.close = openSheet(group.name, el("div", "sheet-body group", {}, this.log, this.form), { onclose: end });
    this.shown = group.id;
  }

  /** Show the group as it is: `group`, and the `messages` that came there. */
  draw(group, messages) {
    if (!this.close || !group) return;
    const all = [...messages.values()];
    const line = (text) => el("p", "day", {}, text);
    const rows = all.map((message, i) => this.row(message, all[i - 1], all[i + 1]));
    const last = group.joined ? (all.length ? null : line(tr("It has not said anything yet. Say something here."))) : line(tr("{name} left the group", { name: this.account.title }));
    this.log.replaceChildren(...[line(tr("{name} joined the group", { name: this.account.title })), ...rows, last].filter(Boolean));
    this.log.scrollTop = this.log.scrollHeight;
    const focused = this.form.contains(document.activeElement);
    this.form.hidden = !group.joined;
    if (focused && this.form.hidden) this.log.focus();
  }

  row(message, before, after) {
    if (!this.rows.has(message.id)) this.rows.set(message.id, new Row(message, this.account, this.ports));
    const row = this.rows.get(message.id);
    row.show(message, { first: before?.author !== message.author, time: after?.author !== message.author, fresh: false });
    return row.element;
  }

  async say(event, group) {
    event.preventDefault();
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    if (!(await this.ports.sayIn(group, text)) && !this.field.value) this.field.value = text;
  }
}
