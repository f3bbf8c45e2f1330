// What pushes are stopped: all of them, an account's, a flow's; who has done it, and how many people wait.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, dayAndTime, number, words } from "../words.js";
import { choice, why } from "./person_edit.js";
import { Reading } from "./reading.js";
import { showStanding } from "./states.js";

const COMMAND = /^command:(.*)$/s;

export class Brake {
  constructor(changed) {
    this.changed = changed;
    this.reading = new Reading(() => "brake", changed);
    this.state = el("div");
    this.body = el("div", "brake-body");
    this.told = el("p", "bad", { role: "alert" });
    this.element = el("section", "brake", { "aria-labelledby": "brake-title" }, el("h3", "part-title", { id: "brake-title", "data-word": "brakeTitle" }, words().brakeTitle), this.state, this.body, this.told);
  }

  get stops() {
    return this.reading.value?.stops ?? [];
  }

  /** What must not be forgotten; null where all pushes go. */
  get sign() {
    if (!this.stops.length) return null;
    return this.stops.some(({ channel, flow }) => !channel && !flow) ? words().brakeSign : words().brakeSignSome;
  }

  /** Something is stopped, or goes on; or a turn was taken: perhaps one more waits. */
  hear() {
    this.reading.stale = true;
  }

  hearTurn() {
    if (this.stops.length) this.reading.stale = true;
  }

  draw(now) {
    this.reading.fresh();
    const { value, trouble } = this.reading;
    showStanding(this.state, value ? null : (trouble ?? "reading"), () => this.reading.again());
    this.body.hidden = !value;
    const stamp = JSON.stringify([value, currentLanguage()]);
    if (!value || this.body.dataset.stamp === stamp) return;
    this.body.dataset.stamp = stamp;
    const kept = document.activeElement?.closest?.("[data-brake]")?.dataset.brake;
    this.body.replaceChildren(...this.rows(value, now));
    if (kept && !this.element.contains(document.activeElement)) (this.body.querySelector(`[data-brake="${CSS.escape(kept)}"]`) ?? this.body.querySelector("button"))?.focus();
  }

  rows(value, now) {
    const w = words();
    const all = value.stops.some(({ channel, flow }) => !channel && !flow);
    const people = value.stops.length || value.people ? el("p", "brake-people", {}, w.brakePeople(value.people, number(value.people))) : null;
    const list = value.stops.length ? el("ul", "brake-stops", {}, ...value.stops.map((stop) => this.row(stop, value, now))) : el("p", "brake-goes", {}, w.brakeGoes);
    return [list, people, all ? null : this.form(value), el("p", "empty small", {}, w.brakeHint)].filter(Boolean);
  }

  row(stop, { flows }, now) {
    const w = words();
    const flow = stop.flow && (flows.find(({ name }) => name === stop.flow)?.title ?? stop.flow);
    const what = w.brakeWhat(stop.channel, flow);
    const resume = () => this.ask("resume", stop);
    const gone = stop.gone ? el("small", "bad", {}, w.brakeGone) : null;
    const told = el("span", "brake-told", {}, el("b", "", { dir: "auto" }, w.brakeStopped(what)), el("small", "muted", { dir: "auto" }, w.brakeSince(dayAndTime(stop.at, now), who(stop.by))), gone);
    return el("li", "brake-stop", {}, told, el("button", "plain", { type: "button", "data-brake": `resume ${stop.channel ?? ""}:${stop.flow ?? ""}`, "aria-label": w.brakeResumeOf(what), onclick: resume }, w.brakeResume));
  }

  /** Which: all, or those of an account, a flow. */
  form({ channels, flows }) {
    const w = words();
    const named = (label, select) => el("label", "", {}, el("span", "", {}, label), select);
    const channel = choice([["", w.brakeEveryChannel], ...channels.map((name) => [name, name])], "");
    const flow = choice([["", w.brakeEveryFlow], ...flows.map(({ name, title }) => [name, title])], "");
    const word = () => (channel.value || flow.value ? w.brakeThese : w.brakeAll);
    const button = el("button", "plain bad", { type: "submit", "data-brake": "stop" }, word());
    const follow = () => (button.textContent = word());
    for (const select of [channel, flow]) select.addEventListener("change", follow);
    const send = (event) => {
      event.preventDefault();
      this.ask("stop", { channel: channel.value || null, flow: flow.value || null });
    };
    return el("form", "clock-date brake-form", { noValidate: true, onsubmit: send }, channels.length > 1 ? named(w.brakeOfChannel, channel) : null, flows.length ? named(w.brakeOfFlow, flow) : null, button);
  }

  async ask(what, { channel, flow }) {
    this.told.textContent = "";
    try {
      await call("POST", `brake/${what}`, { channel, flow });
    } catch (trouble) {
      this.told.textContent = trouble.code === "standing" ? words().brakeNotDone : why(trouble);
    }
    await this.reading.again();
  }
}

/** Who it was: whoever sits here, or a command with the machine's user. */
function who(by) {
  const w = words();
  const command = COMMAND.exec(by);
  return command ? w.brakeByCommand(command[1]) : by === "simulator" ? w.brakeByPage : by;
}
