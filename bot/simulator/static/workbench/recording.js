// A conversation that went well becomes a test: begin, play, save as a scenario.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, words } from "../words.js";
import { codeBlock } from "./copying.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";

const NAME_MOST = 200;
const OTHERS_MOST = 20;

export class Recording {
  /** `isUsed()`: whether the bot knows the chosen friend from before; `add()` gives a new one, chosen, or null. */
  constructor(changed, { isUsed, add }) {
    Object.assign(this, { changed, isUsed, add });
    this.friend = null;
    this.busy = false;
    this.others = new Set();
    this.shown = 0; // letters of the scenario that is drawn
    this.begun = new Set(); // friends whose recording was begun here, and not saved yet
    this.reading = new Reading(() => this.friend && `${this.path("scenario")}?with=${[...this.others].join()}&language=${currentLanguage()}${this.title()}`, changed);
    this.build();
  }

  /** What it is called: as is written in the field, else the friend's name. */
  title() {
    const name = this.name.value.trim();
    return name ? `&title=${encodeURIComponent(name)}` : "";
  }

  path(what, friend = this.friend) {
    return `friends/${encodeURIComponent(friend)}/${what}`;
  }

  build() {
    const w = words();
    this.intro = el("p", "empty", { "data-word": "recordIntro" }, w.recordIntro);
    this.begin = el("button", "plain record-begin", { type: "button", "data-word": "recordBegin", onclick: () => this.start() }, w.recordBegin);
    this.afresh = el("button", "plain", { type: "button", "data-word": "recordAfresh", onclick: () => this.startAfresh() }, w.recordAfresh);
    this.runs = el("p", "record-runs", { "data-word": "recordRuns", role: "status", hidden: true }, w.recordRuns);
    this.name = el("input", "", { id: "scenario-name", maxLength: NAME_MOST, required: true, dir: "auto", spellcheck: false, autocomplete: "off", oninput: () => this.untell(), onchange: () => this.again() });
    this.name.setAttribute("aria-describedby", "scenario-name-missing");
    this.missing = el("p", "bad record-missing", { id: "scenario-name-missing", role: "alert" });
    this.save = el("button", "primary small", { type: "submit", "data-word": "recordSave" }, w.recordSave);
    this.form = el("form", "record-form", { noValidate: true, onsubmit: (event) => this.keep(event) }, el("label", "", {}, el("span", "", { "data-word": "recordName" }, w.recordName), this.name), this.save, this.missing);
    this.told = el("div", "record-told", { role: "status" });
    this.yaml = el("div", "record-yaml");
    this.people = el("fieldset", "record-people", { hidden: true });
    this.foot = el("div", "record-foot", {}, this.runs, this.told, this.form);
    this.element = el("div", "panel recording", {}, this.intro, el("div", "record-acts", {}, this.begin, this.afresh), this.people, this.yaml, this.foot);
  }

  /** Another friend, or the same one after all began anew: nothing is left of what was recorded before. */
  meet(friend) {
    this.name.value = "";
    this.friend = friend;
    this.others.clear();
    this.reading.forget();
    this.untell();
  }

  again() {
    this.reading.stale = true;
    this.changed();
  }

  hear({ chat }) {
    if (chat === this.friend || this.others.has(chat)) this.reading.stale = true;
  }

  untell() {
    this.missing.textContent = "";
    this.name.removeAttribute("aria-invalid");
    this.told.textContent = "";
    this.told.className = "record-told";
  }

  /** One sentence; below it, folded, what else the server told. */
  tell(text, sort, details = "", ...acts) {
    this.untell();
    this.told.className = `record-told ${sort}`;
    this.told.replaceChildren(el("p", "", {}, text), ...acts, ...folded(details));
    this.told.scrollIntoView({ block: "nearest" });
  }

  async start() {
    await this.attempt(async () => {
      const w = words();
      for (const one of [this.friend, ...this.others]) await call("POST", this.path("scenario/begin", one), {});
      this.name.value = "";
      this.reading.stale = true;
      this.begun.add(this.friend);
      this.tell(this.isUsed() ? w.recordBegunUsed(this.called) : w.recordBegun, "good");
    });
  }

  /** With somebody of whom the bot knows nothing, whose recording begins by itself. */
  async startAfresh() {
    await this.attempt(async () => {
      const friend = await this.add();
      if (!friend) return;
      this.begun.add(friend.id);
      this.tell(words().recordBegunAfresh(friend.name), "good");
    });
  }

  async keep(event) {
    event.preventDefault();
    const name = this.name.value.trim();
    if (name) return this.attempt(() => this.put(name, name));
    this.untell();
    this.missing.textContent = words().recordNameMissing;
    this.name.setAttribute("aria-invalid", "true");
    this.name.focus();
  }

  /** Save it as `name`, which may differ from its title where a file is there already. */
  async put(name, title) {
    const body = { name, title, with: [...this.others], language: currentLanguage() };
    try {
      const saved = await call("POST", this.path("scenario"), body);
      const w = words();
      const command = saved.command ? [el("p", "", {}, w.recordPlay), codeBlock(saved.command, w.recordPlay), el("p", "", {}, w.recordMeant(saved.path))] : [];
      this.begun.delete(this.friend);
      this.tell(w.recordSaved(saved.path), "good", "", ...command);
    } catch (trouble) {
      if (trouble.code !== "exists") throw trouble;
      this.askAnother(trouble.free, title);
    }
  }

  /** A file of this name is there: it is not overwritten; another name is offered. */
  askAnother(free, title) {
    const w = words();
    const other = el("button", "primary small", { type: "button", onclick: () => this.attempt(() => this.put(free, title)) }, w.recordAs(free));
    const mine = el("button", "plain", { type: "button", onclick: () => (this.untell(), this.name.select()) }, w.recordRename);
    this.tell(w.recordTaken, "", "", el("div", "record-acts", {}, other, mine));
    other.focus();
  }

  async attempt(work) {
    if (this.busy) return;
    this.busy = true;
    this.changed();
    try {
      await work();
    } catch (trouble) {
      const w = words();
      const known = w.recordRefused[trouble.code] ?? w.recordErrors[trouble.code];
      this.tell(known ?? w.recordRefused.other, "bad", known && trouble.code !== "unwritable" ? "" : trouble.told);
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
    this.again();
  }

  draw(state) {
    const w = words();
    this.reading.fresh();
    if (this.language !== (this.language = currentLanguage()) && this.reading.value) this.reading.stale = true;
    const { value, trouble, told } = this.reading;
    const nobody = !state.friend;
    this.called = state.friend?.name;
    this.begin.disabled = nobody || this.busy;
    this.afresh.disabled = this.busy;
    const runs = !nobody && this.begun.has(state.friend.id);
    this.runs.hidden = !runs;
    this.begin.setAttribute("aria-pressed", String(runs));
    this.save.disabled = nobody || this.busy || !value?.holds;
    this.offer(state);
    const stamp = JSON.stringify([w.recordYaml, nobody, trouble, told, value]);
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    const isLonger = (value?.yaml.length ?? 0) > this.shown;
    this.shown = value?.yaml.length ?? 0;
    if (nobody) this.yaml.replaceChildren(el("p", "empty", {}, w.nobody));
    else if (trouble === "standing") this.yaml.replaceChildren(el("p", "empty", {}, w.recordNothing));
    else if (w.recordRefused[trouble]) this.yaml.replaceChildren(el("p", "problem", { role: "alert" }, w.recordRefused[trouble]), ...folded(trouble === "unwritable" ? told : ""));
    else if (trouble) this.yaml.replaceChildren(problem(trouble, () => this.reading.again()));
    else if (!value) this.yaml.replaceChildren(skeleton());
    else this.yaml.replaceChildren(...written(value));
    const room = this.element.parentElement;
    if (isLonger) room.scrollTop = room.scrollHeight; // what has just been played stands in its last lines
  }
}

/** The scenario; before it, what to do where it does not hold when it is played, with why below. */
function written({ yaml, holds, failure, advice }) {
  const w = words();
  const code = codeBlock(yaml, w.recordYaml);
  if (holds) return [code];
  const sort = advice === "playbook" ? "problem" : "problem advice"; // else nothing is wrong: it is only not to be kept
  return [el("div", sort, { role: "status" }, el("p", "", {}, w.recordAdvice[advice] ?? w.recordAdvice.other), ...folded(failure)), code];
}

function folded(details) {
  return details ? [el("details", "record-details", {}, el("summary", "", {}, words().recordDetails), el("pre", "code", { tabIndex: 0 }, details))] : [];
}
