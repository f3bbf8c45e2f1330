// A conversation that went well becomes a test: begin, play, save as a scenario.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { words } from "../words.js";
import { codeBlock } from "./copying.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";

/** What the server takes as the name of a scenario's file. */
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,59}$/u;

const OTHERS_MOST = 20;

export class Recording {
  constructor(changed) {
    this.changed = changed;
    this.friend = null;
    this.busy = false;
    this.others = new Set();
    this.reading = new Reading(() => this.friend && `${this.path("scenario")}?with=${[...this.others].join()}`, changed);
    this.build();
  }

  path(what, friend = this.friend) {
    return `friends/${encodeURIComponent(friend)}/${what}`;
  }

  build() {
    const w = words();
    this.intro = el("p", "empty", { "data-word": "recordIntro" }, w.recordIntro);
    this.begin = el("button", "plain", { type: "button", "data-word": "recordBegin", onclick: () => this.start() }, w.recordBegin);
    this.name = el("input", "", { id: "scenario-name", maxLength: 60, required: true, dir: "auto", spellcheck: false, autocomplete: "off", oninput: () => this.untell() });
    this.save = el("button", "primary small", { type: "submit", "data-word": "recordSave" }, w.recordSave);
    this.form = el("form", "record-form", { onsubmit: (event) => this.keep(event) }, el("label", "", {}, el("span", "", { "data-word": "recordName" }, w.recordName), this.name), this.save);
    this.told = el("p", "record-told", { role: "status" });
    this.yaml = el("div", "record-yaml");
    this.people = el("fieldset", "record-people", { hidden: true });
    this.element = el("div", "panel", {}, this.intro, el("div", "record-acts", {}, this.begin), this.people, this.yaml, this.form, this.told);
  }

  meet(friend) {
    this.friend = friend;
    this.others.clear();
    this.reading.forget();
    this.untell();
  }

  hear({ chat }) {
    if (chat === this.friend || this.others.has(chat)) this.reading.stale = true;
  }

  untell() {
    this.told.textContent = "";
    this.told.className = "record-told";
  }

  tell(text, sort) {
    this.told.textContent = text;
    this.told.className = `record-told ${sort}`;
  }

  async start() {
    await this.attempt(async () => {
      for (const one of [this.friend, ...this.others]) await call("POST", this.path("scenario/begin", one), {});
      this.reading.stale = true;
      this.tell(words().recordBegun, "good");
    });
  }

  async keep(event) {
    event.preventDefault();
    const name = this.name.value.trim();
    if (!FILE_NAME.test(name)) {
      this.tell(words().recordName_, "bad");
      return;
    }
    await this.attempt(async () => {
      const saved = await call("POST", this.path("scenario"), { name, with: [...this.others] });
      this.tell(words().recordSaved(saved.path), "good");
    });
  }

  async attempt(work) {
    if (this.busy) return;
    this.busy = true;
    this.changed();
    try {
      await work();
    } catch (trouble) {
      this.tell(words().recordErrors[trouble.code] ?? `${words().recordFailed} ${trouble.told || trouble.code}`, "bad");
    }
    this.busy = false;
    this.changed();
  }

  /** Other friends of this account, who may be in the scenario too. */
  offer(state) {
    const others = state.friends.filter(({ id, channel }) => channel === state.account.name && id !== this.friend).slice(-OTHERS_MOST);
    const stamp = JSON.stringify([words().recordWith, this.friend, others.map(({ id, name }) => [id, name])]);
    this.people.hidden = others.length === 0 || !this.friend;
    if (this.people.dataset.stamp === stamp) return;
    this.people.dataset.stamp = stamp;
    const choices = others.map(({ id, name }) => {
      const choice = el("input", "", { type: "checkbox", checked: this.others.has(id), onchange: () => this.choose(id, choice.checked) });
      return el("label", "record-person", {}, choice, el("bdi", "", {}, name));
    });
    this.people.replaceChildren(el("legend", "part-title", {}, words().recordWith), ...choices);
  }

  choose(id, on) {
    if (on) this.others.add(id);
    else this.others.delete(id);
    this.reading.stale = true;
    this.changed();
  }

  draw(state) {
    const w = words();
    this.reading.fresh();
    const { value, trouble, told } = this.reading;
    const nobody = !state.friend;
    this.begin.disabled = nobody || this.busy;
    this.save.disabled = nobody || this.busy || !value?.holds;
    this.offer(state);
    const stamp = JSON.stringify([w.recordYaml, nobody, trouble, told, value]);
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    if (nobody) this.yaml.replaceChildren(el("p", "empty", {}, w.nobody));
    else if (trouble === "standing") this.yaml.replaceChildren(el("p", "empty", {}, w.recordNothing), el("p", "mono muted", {}, told));
    else if (trouble) this.yaml.replaceChildren(problem(trouble, () => this.reading.again()));
    else if (!value) this.yaml.replaceChildren(skeleton());
    else this.yaml.replaceChildren(...written(value));
  }
}

/** The scenario; before it, why it does not hold when it is played, if it does not. */
function written({ yaml, holds, failure }) {
  const w = words();
  const code = codeBlock(yaml, w.recordYaml);
  return holds ? [code] : [el("div", "problem", { role: "alert" }, el("p", "", {}, w.recordFails), el("pre", "code", {}, failure ?? "")), code];
}
