// What pushes are stopped: all of them, an account's, a flow's; who has done it, and how many people wait.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { currentLanguage, dayAndTime, number, plural, textProps, tr } from "../words.js";
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
    this.notice = el("p", "bad", { role: "alert" });
    this.element = el("section", "brake", { "aria-labelledby": "brake-title" }, el("h3", "part-title", { id: "brake-title", ...textProps("Pushes") }), this.state, this.body, this.notice);
  }

  get stops() {
    return this.reading.value?.stops ?? [];
  }

  /** What must not be forgotten; null where all pushes go. */
  get sign() {
    if (!this.stops.length) return null;
    return this.stops.some(({ channel, flow }) => !channel && !flow) ? tr("All pushes are stopped") : tr("Some pushes are stopped");
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
    const focused = document.activeElement?.closest?.("[data-brake]")?.dataset.brake;
    this.body.replaceChildren(...this.rows(value, now));
    if (focused && !this.element.contains(document.activeElement)) (this.body.querySelector(`[data-brake="${CSS.escape(focused)}"]`) ?? this.body.querySelector("button"))?.focus();
  }

  rows(value, now) {
    const all = value.stops.some(({ channel, flow }) => !channel && !flow);
    const people = value.stops.length || value.people ? el("p", "brake-people", {}, waiting(value.people)) : null;
    const list = value.stops.length ? el("ul", "brake-stops", {}, ...value.stops.map((stop) => this.row(stop, value, now))) : el("p", "brake-goes", {}, tr("Pushes go out as usual."));
    return [list, people, all ? null : this.form(value), el("p", "empty small", {}, tr("While they are stopped, journeys and what comes by time wait; who asks is answered. When they go on, what has waited too long goes by the playbook's if_late."))].filter(Boolean);
  }

  row(stop, { flows }, now) {
    const flow = stop.flow && (flows.find(({ name }) => name === stop.flow)?.title ?? stop.flow);
    const what = pushesOf(stop.channel, flow);
    const resume = () => this.ask("resume", stop);
    const gone = stop.gone ? el("small", "bad", {}, tr("The playbook has no such flow any more: nobody is held.")) : null;
    const notice = el("span", "brake-notice", {}, el("b", "", { dir: "auto" }, tr("Stopped: {what}", { what })), el("small", "muted", { dir: "auto" }, tr("since {moment}, {who}", { moment: dayAndTime(stop.at, now), who: who(stop.by) })), gone);
    return el("li", "brake-stop", {}, notice, el("button", "plain", { type: "button", "data-brake": `resume ${stop.channel ?? ""}:${stop.flow ?? ""}`, "aria-label": tr("Resume {what}", { what }), onclick: resume }, tr("Resume")));
  }

  /** Which: all, or those of an account, a flow. */
  form({ channels, flows }) {
    const named = (label, select) => el("label", "", {}, el("span", "", {}, label), select);
    const channel = choice([["", tr("All accounts")], ...channels.map((name) => [name, name])], "");
    const flow = choice([["", tr("All flows")], ...flows.map(({ name, title }) => [name, title])], "");
    const word = () => (channel.value || flow.value ? tr("Stop these pushes") : tr("Stop all pushes"));
    const button = el("button", "plain bad", { type: "submit", "data-brake": "stop" }, word());
    const follow = () => (button.textContent = word());
    for (const select of [channel, flow]) select.addEventListener("change", follow);
    const send = (event) => {
      event.preventDefault();
      this.ask("stop", { channel: channel.value || null, flow: flow.value || null });
    };
    return el("form", "clock-date brake-form", { noValidate: true, onsubmit: send }, channels.length > 1 ? named(tr("Of which account"), channel) : null, flows.length ? named(tr("Of which flow"), flow) : null, button);
  }

  async ask(what, { channel, flow }) {
    this.notice.textContent = "";
    try {
      await call("POST", `brake/${what}`, { channel, flow });
    } catch (trouble) {
      this.notice.textContent = trouble.code === "standing" ? tr("That cannot be done just now. Try again.") : why(trouble);
    }
    await this.reading.again();
  }
}

/** Who it was: the user of this page, or a command with the machine's user. */
function who(by) {
  const command = COMMAND.exec(by);
  return command ? tr("by a command ({user})", { user: command[1] }) : by === "simulator" ? tr("by a button of this page") : by;
}

function waiting(people) {
  if (!people) return tr("Nobody's messages wait yet.");
  return plural("{number} person has messages that wait.", "{number} people have messages that wait.", people, { number: number(people) });
}

function pushesOf(channel, flow) {
  if (flow && channel) return tr("pushes of the flow “{flow}” on {channel}", { flow, channel });
  if (flow) return tr("pushes of the flow “{flow}”", { flow });
  return channel ? tr("pushes on {channel}", { channel }) : tr("all pushes");
}
