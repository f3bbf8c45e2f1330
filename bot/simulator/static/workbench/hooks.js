// The web hooks of the playbook: what was asked of them, and what they answer. Nobody is called: the answer is chosen here.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, dayAndTime, phrase, textProps, tr } from "../words.js";
import { faultGroup } from "./fault_group.js";
import { hookForm } from "./hook_form.js";
import { jsonView } from "./json_view.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { Signals } from "./signals.js";
import { showStanding } from "./states.js";

const WAYS = {
  "made up": phrase("With sample values"),
  values: phrase("With what I write"),
  ask: phrase("Ask me each time"),
  failed: phrase("It fails"),
};
const EXPECTED = {
  "made up": phrase("At once, with values that are made up: something plausible for each field."),
  values: phrase("At once, with your values."),
  ask: phrase("The question appears here and waits for you. If it waits too long, the flow goes on by itself, as the playbook says."),
  failed: phrase("As if the other system were down, or silent."),
};
const REFUSED = {
  invalid: phrase("Not taken: a field is not what the playbook reads; perhaps it was just edited. Look at the fields, and send again."),
  unknown: phrase("The playbook has it no more, or the question is too old."),
  standing: phrase("This question has been answered already."),
};

const LATEST = 20;
const VALUES = "values";

export class Hooks {
  constructor(changed) {
    this.changed = changed;
    this.writing = new Set(); // hooks whose values are being written down
    this.friends = [];
    this.reading = new Reading(() => "hooks", changed);
    this.signals = new Signals(changed);
    this.state = el("div");
    this.intro = el("p", "empty", textProps("The playbook asks other systems (hooks), for instance for an order. The simulator calls nobody: you answer here. What you write down is used until the program ends."));
    this.notice = el("p", "bad", { role: "alert", hidden: true });
    this.asked = el("div", "hook-rows");
    this.list = el("div", "hook-rows");
    this.title = el("h3", "part-title", textProps("Asked lately"));
    this.latest = el("div", "hook-calls");
    this.element = el("div", "panel", {}, this.signals.element, this.intro, this.state, this.notice, this.asked, this.list, this.title, this.latest);
  }

  begin() {
    this.reading.forget();
    this.signals.begin();
  }

  hear() {
    this.reading.stale = true;
  }

  hearPlaybook() {
    this.hear();
    this.signals.hearPlaybook();
  }

  /** Whether the playbook has any, or signals. */
  get any() {
    this.reading.fresh();
    return Boolean(this.reading.value?.hooks.length) || this.signals.any;
  }

  /** The names of those that wait for an answer. */
  waiting() {
    return [...new Set(this.open().map(({ hook }) => hook))];
  }

  open() {
    return (this.reading.value?.calls ?? []).filter(({ answer }) => answer === null);
  }

  draw({ friends, friend }) {
    this.friends = friends;
    this.signals.draw(friend);
    this.reading.fresh();
    const { value, trouble } = this.reading;
    showStanding(this.state, value ? null : (trouble ?? "reading"), () => this.reading.again());
    if (!value) return;
    this.intro.hidden = !value.hooks.length;
    const language = currentLanguage();
    const row = (key, what, make) => ({ key, stamp: JSON.stringify([what, language]), make });
    showRows(this.asked, this.open().reverse().map((one) => row(one.id, one, () => this.question(one))));
    showRows(this.list, value.hooks.map((hook) => row(hook.name, [hook, this.writing.has(hook.name)], () => this.hook(hook))));
    const done = value.calls.filter(({ answer }) => answer !== null).slice(-LATEST).reverse();
    this.title.hidden = done.length === 0;
    showRows(this.latest, done.map((one) => row(one.id, [one, dayAndTime(one.at)], () => this.call(one))));
  }

  who(chat) {
    return this.friends.find(({ id }) => id === chat)?.name ?? chat;
  }

  fields(name) {
    return this.reading.value?.hooks.find((hook) => hook.name === name)?.fields ?? [];
  }

  /** A call that waits: what was sent, and a form for the answer. */
  question(asked) {
    const path = `hook-calls/${asked.id}`;
    const form = hookForm(this.fields(asked.hook), {}, tr("Answer so"), (values) => this.put("POST", path, { answer: values }));
    const quick = (answer, text) => el("button", "plain", { type: "button", "data-part": answer, onclick: () => this.put("POST", path, { answer }) }, text);
    form.querySelector(".hook-acts").append(quick("made up", tr("Answer with sample values")), quick("failed", tr("Let it fail")));
    const sent = el("div", "hook-sent", {}, ...this.sent(asked));
    return el("section", "hook asked", { "aria-label": tr("{name} waits for your answer ({who})", { name: asked.hook, who: this.who(asked.chat) }) }, el("h3", "", {}, tr("{name} waits for your answer ({who})", { name: asked.hook, who: this.who(asked.chat) })), sent, form);
  }

  /** What was sent: where to, the body, and folded the headers, which hold no secret. */
  sent({ address, headers, body }) {
    const to = address ? [el("p", "mono hook-address", { dir: "ltr" }, `POST ${address}`)] : [];
    const more = Object.keys(headers).length ? [el("details", "hook-headers", {}, el("summary", "", {}, tr("Headers (the signature is left out)")), jsonView(headers))] : [];
    return [el("h4", "part-title", {}, tr("What was sent")), ...to, jsonView(body), ...more];
  }

  /** How one answers from now on. */
  hook(hook) {
    const { name, fields, answers } = hook;
    const written = typeof answers === "object";
    const chosen = this.writing.has(name) || written ? VALUES : answers;
    const values = fields.length ? [VALUES] : [];
    const rows = ["made up", ...values, "ask", "failed"].map((value) => ({ value, name: WAYS[value](), expect: EXPECTED[value](), harm: value === "failed" }));
    const put = (value) => {
      if (value === VALUES) this.writing.add(name);
      else this.writing.delete(name);
      if (value === VALUES) this.changed();
      else this.answerFromNowOn(name, value);
    };
    const parts = [faultGroup({ kind: `hook-${name}`, title: tr("How {name} answers", { name }), rows, chosen, put })];
    if (chosen === VALUES) parts.push(hookForm(fields, written ? answers : {}, tr("Answer so from now on"), (given) => this.answerFromNowOn(name, given), written));
    return el("section", "hook", {}, ...parts);
  }

  async answerFromNowOn(name, answers) {
    const done = await this.put("PUT", `hooks/${encodeURIComponent(name)}`, { answers });
    if (done && typeof answers === "object") this.writing.delete(name);
  }

  /** Tell the server; whether it took it. What it refuses is said above the list. */
  async put(method, path, body) {
    this.notice.hidden = true;
    let done = true;
    try {
      await call(method, path, body);
    } catch (trouble) {
      this.notice.textContent = refusal(trouble.code, REFUSED);
      this.notice.hidden = done = false;
    }
    await this.reading.again();
    return done;
  }

  /** One that has been answered: folded, with what was sent and what came back. */
  call(one) {
    const came = one.answer === "failed" ? tr("Failed") : one.made_up ? tr("Sample values") : tr("Answered");
    const head = el("summary", "", {}, el("b", "", {}, one.hook), el("span", "muted", {}, `${this.who(one.chat)} · ${dayAndTime(one.at)}`), el("span", `hook-came${one.answer === "failed" ? " bad" : ""}`, {}, came));
    const part = (title, value) => [el("h4", "part-title", {}, title), jsonView(value)];
    return el("details", "hook-call", {}, head, ...this.sent(one), ...(one.answer === "failed" ? [] : part(tr("What came back"), one.answer)));
  }
}
