// Signals of the playbook: what the shop's own systems may tell of the friend being played, told by whoever plays.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, words } from "../words.js";
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
    const w = words();
    const choice = el("select", "shop-choice", { "aria-label": w.signalWhich }, ...known.map(({ name }) => el("option", "", { value: name }, name)));
    const told = el("p", "empty", { role: "status" });
    const place = el("div");
    const show = () => {
      const { name, fields } = known.find((one) => one.name === choice.value);
      place.replaceChildren(hookForm(fields, {}, w.newsSend, (values) => this.tell(friend, name, values, told)));
      place.querySelector(".hook-note")?.remove(); // of hooks: here all are wanted
    };
    choice.addEventListener("change", () => {
      told.textContent = "";
      show();
    });
    show();
    return [el("h3", "part-title", {}, w.signalsTitle(friend.name)), el("p", "empty", {}, w.signalsIntro), choice, place, told];
  }

  async tell(friend, signal, values, told) {
    const w = words();
    told.className = "empty";
    try {
      await call("POST", `friends/${encodeURIComponent(friend.id)}/signal`, { signal, values });
      told.textContent = w.newsTold(friend.name, signal);
    } catch (trouble) {
      told.className = "bad";
      told.textContent = trouble.code === "invalid" ? w.signalWrong : (w.errors[trouble.code] ?? w.errors.other);
    }
  }
}
