// A conversation that went well becomes a test: begin, play, save as a scenario.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, phrase, plural, textProps, tr } from "../words.js";
import { codeBlock, commandBlock } from "./copying.js";
import { Reading } from "./reading.js";
import { problem, skeleton } from "./states.js";

const ADVICE = {
  playbook: phrase("The playbook has a mistake: mend it, then this can be saved."),
  edited: phrase("The playbook was changed in the middle of this conversation: to save one, press “Record from now” and play it again."),
  middle: phrase("This begins in the middle of a flow: finish the flow, press “Record from now”, and play it from the beginning."),
  used: phrase("This friend had used up a rule that answers once before this began, and a test knows nothing of that: press “Record with a new friend”, and play the first time, too."),
  cleared: phrase("Places were given back in the middle, which no test can do: press “Record from now”, play it again, and clear them afterwards."),
  other: phrase("Played again with a new friend it comes out differently: press “Record with a new friend”, and play it again."),
};
const REFUSED = {
  full: phrase("This has become too long: press “Record from now” and record it in parts."),
  unwritable: phrase("The playbook's folder cannot be written to: look at its permissions, and whether the disk is full."),
  invalid: phrase("This cannot be saved as it is: see above."),
  other: phrase("Not saved. Please try again."),
};
const NOT_KEPT = {
  exists: phrase("A scenario of this name exists and was not overwritten. Choose another name."),
  offline: phrase("The connection to the simulator is lost; nothing was saved."),
};

const NAME_MOST = 200;
const OTHERS_MOST = 20;
const BELOW = 16; // px between what was recorded and the foot
const STEP = /^ {2}- /gm;
const DEED = /^ {2}- user: (?!follows)/m; // of a person after “record”

export class Recording {
  /** `isUsed()`: whether the bot knows the chosen friend from before; `add()` gives a new one, chosen, or null. */
  constructor(changed, { isUsed, add }) {
    Object.assign(this, { changed, isUsed, add });
    this.friend = null;
    this.busy = false;
    this.others = new Set();
    this.shown = 0; // letters of the scenario that is drawn
    this.begun = new Map(); // friends whose recording was begun here and not saved yet, with the button that did it
    this.savedAs = null; // the last save: its name, and its text
    this.added = null; // a new friend with whom to play: said whenever the panel is theirs, which it is a frame later
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
    this.intro = el("p", "empty", textProps("Play it as a customer would. When it is right, keep it as a scenario: oaflow test then tells after each change whether this conversation still holds. What is done once, such as a questionnaire or a binding, is recorded with a new friend."));
    this.begin = el("button", "plain record-begin", { type: "button", disabled: true, ...textProps("Record from now"), onclick: () => this.start() });
    this.afresh = el("button", "plain", { type: "button", disabled: true, ...textProps("Record with a new friend"), onclick: () => this.startAfresh() });
    this.runs = el("p", "record-runs", { ...textProps("Recording"), role: "status", hidden: true });
    this.name = el("input", "", { id: "scenario-name", maxLength: NAME_MOST, required: true, dir: "auto", spellcheck: false, autocomplete: "off", oninput: () => (this.untell(), this.changed()), onchange: () => this.again() });
    this.name.setAttribute("aria-describedby", "scenario-name-missing");
    this.missing = el("p", "bad record-missing", { id: "scenario-name-missing", role: "alert" });
    this.save = el("button", "primary small", { type: "submit", disabled: true, ...textProps("Save as a scenario") });
    this.save.setAttribute("aria-describedby", "scenario-reason");
    this.reason = el("div", "record-reason", { id: "scenario-reason", role: "status" }); // why it cannot be saved
    this.saved = el("div", "record-saved", { role: "status" });
    this.form = el("form", "record-form", { noValidate: true, onsubmit: (event) => this.keep(event) }, el("label", "", {}, el("span", "", textProps("Scenario's name (required)")), this.name), this.save, this.missing);
    this.notice = el("div", "record-notice", { role: "status" });
    this.yaml = el("div", "record-yaml");
    this.counted = el("summary", "");
    this.steps = el("details", "record-details record-steps", { ontoggle: () => this.steps.open && this.toEnd() }, this.counted);
    this.people = el("fieldset", "record-people", { hidden: true });
    this.foot = el("div", "record-foot", {}, this.runs, this.reason, this.form, this.saved);
    this.element = el("div", "panel recording", {}, this.intro, el("div", "record-acts", {}, this.begin, this.afresh), this.people, this.yaml, this.notice, this.foot);
  }

  /** Another friend, or the same one after all began anew: nothing is left of what was recorded before. */
  meet(friend) {
    this.name.value = "";
    this.friend = friend;
    this.others.clear();
    this.reading.forget();
    this.forgetSaved();
    this.untell();
    this.tellOfAdded();
  }

  forgetSaved() {
    this.savedAs = null;
    this.saved.replaceChildren();
  }

  again() {
    this.reading.stale = true;
    this.changed();
  }

  hear({ chat }) {
    if (chat === this.friend || this.others.has(chat)) this.reading.stale = true;
  }

  untell() {
    this.isPlayAsked = false;
    this.missing.textContent = "";
    this.name.removeAttribute("aria-invalid");
    this.notice.textContent = "";
    this.notice.className = "record-notice";
  }

  /** One sentence; below it, folded, the other lines of the answer. */
  tell(text, sort, details = "", ...acts) {
    this.untell();
    this.notice.className = `record-notice ${sort}`;
    this.notice.replaceChildren(el("p", "", {}, text), ...acts, ...folded(details));
    this.notice.scrollIntoView({ block: "nearest" });
  }

  async start() {
    await this.attempt(async () => {
      for (const one of [this.friend, ...this.others]) await call("POST", this.path("scenario/begin", one), {});
      this.name.value = "";
      this.reading.stale = true;
      this.begun.set(this.friend, this.begin);
      this.forgetSaved();
      this.tell(this.isUsed() ? tr("Recording from here. The bot knows {name} already: what is done once, such as a questionnaire or a binding, will not come again. To have that in it, record with a new friend.", { name: this.called }) : tr("Recording from here. Go and play on the phone."), "good");
      this.isPlayAsked = true;
    });
  }

  /** With somebody whom the bot does not know yet; the recording begins by itself. */
  async startAfresh() {
    await this.attempt(async () => {
      const friend = await this.add();
      if (!friend) return;
      this.begun.set(friend.id, this.afresh);
      this.added = friend;
      this.tellOfAdded();
    });
  }

  tellOfAdded() {
    if (!this.added || this.added.id !== this.friend) return;
    this.tell(tr("{name} is new here: everything is recorded, from adding the account on. Go and play on the phone.", { name: this.added.name }), "good");
    this.isPlayAsked = true;
  }

  /** The friend asked to play has played. */
  played() {
    this.untell();
    if (this.added?.id === this.friend) this.added = null;
  }

  async keep(event) {
    event.preventDefault();
    const name = this.name.value.trim();
    if (this.isSaved()) return this.showSaved();
    if (name) return this.attempt(() => this.put(name, name));
    this.untell();
    this.forgetSaved();
    this.missing.textContent = tr("It has no name yet. Give it one that says what it is about, such as: asks for the opening hours.");
    this.name.setAttribute("aria-invalid", "true");
    this.name.focus();
  }

  /** Whether it is saved as it is, under the name in the field. */
  isSaved() {
    return this.savedAs !== null && this.name.value.trim() === this.savedAs.name && this.savedAs.yaml === this.reading.value?.yaml;
  }

  /** Save it as `name`, which may differ from its title where a file is there already. */
  async put(name, title) {
    const body = { name, title, with: [...this.others], language: currentLanguage() };
    try {
      const saved = await call("POST", this.path("scenario"), body);
      const command = saved.command ? [el("p", "", {}, tr("To see whether this conversation still holds: open a new terminal window, paste this line, press Enter.")), commandBlock(saved.command, tr("To see whether this conversation still holds: open a new terminal window, paste this line, press Enter.")), el("p", "", {}, tr("Should it fail later: if the change was not meant, take it back; if it was, delete {path} and record it anew here.", { path: saved.path }))] : [];
      this.begun.delete(this.friend);
      this.untell();
      this.savedAs = { name: title, yaml: saved.yaml };
      this.saved.replaceChildren(el("p", "", {}, tr("Saved as {path}.", { path: saved.path })), el("p", "small", {}, tr("In the console it is among the scenarios after the next publishing.")), ...command);
      this.saved.scrollIntoView({ block: "nearest" });
    } catch (trouble) {
      if (trouble.code !== "exists") throw trouble;
      this.askAnother(trouble.free, title);
    }
  }

  /** Saved as it is already: the command is still shown. */
  showSaved() {
    this.untell();
    this.saved.scrollIntoView({ block: "nearest" });
    this.saved.querySelector(".copy")?.focus();
  }

  /** A file of this name is there: it is not overwritten; another name is offered. */
  askAnother(free, title) {
    const other = el("button", "primary small", { type: "button", onclick: () => this.attempt(() => this.put(free, title)) }, tr("Save as “{name}”", { name: free }));
    const mine = el("button", "plain", { type: "button", onclick: () => (this.untell(), this.name.select()) }, tr("Choose a name myself"));
    this.tell(tr("A scenario of this name exists, and was not overwritten. Save it under another name?"), "", "", el("div", "record-acts", {}, other, mine));
    other.focus();
  }

  async attempt(work) {
    if (this.busy) return;
    this.busy = true;
    this.added = null;
    this.changed();
    try {
      await work();
    } catch (trouble) {
      const known = (REFUSED[trouble.code] ?? NOT_KEPT[trouble.code])?.();
      this.tell(known ?? REFUSED.other(), "bad", known && trouble.code !== "unwritable" ? "" : trouble.sentence);
    }
    this.busy = false;
    this.changed();
  }

  /** Other friends of this account, who may be in the scenario too. */
  offer(state) {
    const others = state.friends.filter(({ id, channel }) => channel === state.account.name && id !== this.friend).slice(-OTHERS_MOST);
    const stamp = JSON.stringify([tr("Who else is to be recorded?"), this.friend, others.map(({ id, name }) => [id, name])]);
    this.people.hidden = others.length === 0 || !this.friend;
    if (this.people.dataset.stamp === stamp) return;
    this.people.dataset.stamp = stamp;
    const choices = others.map(({ id, name }) => {
      const choice = el("input", "", { type: "checkbox", checked: this.others.has(id), onchange: () => this.choose(id, choice.checked) });
      return el("label", "record-person", {}, choice, el("bdi", "", {}, name));
    });
    this.people.replaceChildren(el("legend", "part-title", {}, tr("Who else is to be recorded?")), ...choices);
  }

  choose(id, on) {
    if (on) this.others.add(id);
    else this.others.delete(id);
    this.again();
  }

  draw(state) {
    this.reading.fresh();
    if (this.language !== (this.language = currentLanguage()) && this.reading.value) this.reading.stale = true;
    const { value, trouble, sentence } = this.reading;
    const nobody = !state.friend;
    this.called = state.friend?.name;
    this.begin.disabled = nobody || this.busy;
    this.afresh.disabled = this.busy;
    const runs = nobody ? undefined : this.begun.get(state.friend.id);
    this.runs.hidden = !runs;
    for (const button of [this.begin, this.afresh]) button.setAttribute("aria-pressed", String(button === runs));
    this.save.disabled = nobody || this.busy || !value?.holds;
    this.save.setAttribute("aria-disabled", String(this.isSaved()));
    if (this.isPlayAsked && !this.reading.running && !trouble && DEED.test(value?.yaml)) this.played();
    const isIdle = !runs && (trouble === "standing" || (!trouble && value?.advice === "edited")); // nobody has recorded
    this.offer(state);
    const stamp = JSON.stringify([this.language, nobody, trouble, sentence, value, isIdle, Boolean(runs)]);
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    const isLonger = (value?.yaml.length ?? 0) > this.shown;
    this.shown = value?.yaml.length ?? 0;
    this.reason.replaceChildren(...(isIdle ? [el("p", "muted", {}, tr("Press “Record from now”, then play on the phone."))] : this.whyNot(nobody, trouble, sentence, value, runs)));
    const known = nobody || trouble === "standing" || REFUSED[trouble];
    if (nobody) this.yaml.replaceChildren(el("p", "empty", {}, tr("Add the account as a friend on the phone; what the bot knows of that friend is listed here.")));
    else if (known || isIdle) this.yaml.replaceChildren();
    else if (trouble) this.yaml.replaceChildren(problem(trouble, () => this.reading.again()));
    else if (!value) this.yaml.replaceChildren(skeleton());
    else {
      this.counted.textContent = plural("See what was recorded (1 step)", "See what was recorded ({number} steps)", value.yaml.match(STEP)?.length ?? 0);
      this.steps.replaceChildren(this.counted, codeBlock(value.yaml, tr("Scenario YAML")));
      this.yaml.replaceChildren(this.steps);
      if (isLonger && this.steps.open) this.toEnd();
    }
  }

  /** The last lines show what was just played, above the foot. */
  toEnd() {
    this.steps.style.scrollMarginBottom = `${this.foot.offsetHeight + BELOW}px`;
    this.steps.scrollIntoView({ block: "end" });
  }

  /** Why it cannot be saved, beside the button that is grey for it, and what to do; where it can, how one ends. */
  whyNot(nobody, trouble, sentence, value, runs) {
    if (nobody) return [];
    if (trouble === "standing") return [el("p", "muted", {}, tr("Nothing recorded yet. Say something on the phone."))];
    if (REFUSED[trouble]) return [el("p", "problem", { role: "alert" }, REFUSED[trouble]()), ...folded(trouble === "unwritable" ? sentence : "")];
    if (trouble || !value) return [];
    if (value.holds) return runs ? [el("p", "muted", {}, tr("When you are done, give it a name and save it."))] : [];
    const sort = value.advice === "playbook" ? "problem" : "problem advice"; // else nothing is wrong: it is only not worth saving
    return [el("div", sort, {}, el("p", "", {}, (ADVICE[value.advice] ?? ADVICE.other)()), ...folded(value.failure))];
  }
}

function folded(details) {
  return details ? [el("details", "record-details", {}, el("summary", "", {}, tr("Details")), el("pre", "code", { tabIndex: 0 }, details))] : [];
}
