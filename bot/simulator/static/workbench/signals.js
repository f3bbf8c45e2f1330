// Signals of the playbook: news of the shop's own systems about the friend being played, sent from this page.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, tr } from "../words.js";
import { hookForm } from "./hook_form.js";
import { Reading } from "./reading.js";

export class Signals {
  constructor(changed) {
    this.reading = new Reading(() => "signals", changed);
    this.element = el("section", "signals", { hidden: true });
  }

  begin() {
    this.reading.forget();
  }

  /** The playbook was edited: it may have others. */
  hearPlaybook() {
    this.reading.stale = true;
  }

  /** Whether the playbook has any. */
  get any() {
    this.reading.fresh();
    return Boolean(this.reading.value?.signals.length);
  }

  draw(friend) {
    this.reading.fresh();
    const known = this.reading.value?.signals ?? [];
    const stamp = JSON.stringify([known, friend?.id ?? null, friend?.name ?? null, currentLanguage()]);
    if (this.element.dataset.stamp === stamp) return;
    this.element.dataset.stamp = stamp;
    this.element.hidden = !known.length || !friend;
    if (!this.element.hidden) this.element.replaceChildren(...this.parts(known, friend));
  }

  parts(known, friend) {
    const choice = el("select", "shop-choice", { "aria-label": tr("Which signal") }, ...known.map(({ name }) => el("option", "", { value: name }, name)));
    const notice = el("p", "empty", { role: "status" });
    const place = el("div");
    const show = () => {
      const { name, fields } = known.find((one) => one.name === choice.value);
      place.replaceChildren(hookForm(fields, {}, tr("Tell the bot"), (values) => this.tell(friend, name, values, notice)));
      place.querySelector(".hook-note")?.remove(); // of hooks: here all are wanted
    };
    choice.addEventListener("change", () => {
      notice.textContent = "";
      show();
    });
    show();
    return [el("h3", "part-title", {}, tr("What other systems tell of {name}", { name: friend.name })), el("p", "empty", {}, tr("The playbook hears signals, for instance of a parcel. For real they come by POST /api/events; here you tell them yourself.")), choice, place, notice];
  }

  async tell(friend, signal, values, notice) {
    notice.className = "empty";
    try {
      await call("POST", `friends/${encodeURIComponent(friend.id)}/signal`, { signal, values });
      notice.textContent = tr("The bot was told of {name}: {what}.", { name: friend.name, what: signal });
    } catch (trouble) {
      notice.className = "bad";
      notice.textContent = trouble.code === "invalid" ? tr("A field is empty, or not of its kind.") : refusal(trouble.code);
    }
  }
}
