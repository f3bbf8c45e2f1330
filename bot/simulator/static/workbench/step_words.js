// The steps of a decision in words. The engine's own words stand where the page has none for them.

import { words } from "../words.js";

const NO = new Set([
  "not met", "no-match", "lost", "dropped", "skipped", "not started", "used up", "unknown", "not-set", "not-bound", "not-proven",
  "not-asked", "not-kept", "not-opened", "closed", "late-outcome", "lapsed", "stale-timer", "too many", "silent", "held", "leaves", "not-sent", "chain-cut", "stale-answer",
]);
const HEARD = new Set(["matched", "tapped", "valid"]);

/** How a step ended, for the eye: `heard`, `no` or `did`. */
export function sortOf(step) {
  if (HEARD.has(step.result)) return "heard";
  return NO.has(step.result) ? "no" : "did";
}

const PLAIN = new Set(["nobody hears it", "nobody waits for it", "staff have the conversation"]);
const OUTCOMES = new Set(["hook", "code", "member", "clerk"]);
/** Steps whose line has the reason in it, in words. */
const TOLD = new Set(["state", "flow", "door", "push"]);

/** One line: what happened at this step. `said`: the turn is about words of the person's. */
export function stepWords(step, said = true) {
  const { steps, ruleHolds } = words();
  if (!said && step.what === "rule" && step.result === "matched") return ruleHolds(step.because);
  const told = steps[`${step.what} ${step.result}`] ?? steps[OUTCOMES.has(step.what) ? "outcome" : step.what];
  if (told) return told(step.result, step.because ?? "");
  return `${step.what}: ${step.result}`;
}

/** Why a turn that might have spoken is silent: a push was skipped, or waits; else null. */
export function silenceWords(steps) {
  const why = steps.find(({ what, result }) => (what === "push" && result === "skipped") || (what === "door" && result === "held"));
  return why ? stepWords(why) : null;
}

/** What decided it, where the line does not say so already. */
export function becauseWords(step) {
  if (!step.because || PLAIN.has(step.because) || TOLD.has(step.what) || stepWords(step).includes(step.because)) return null;
  return step.because.split("; ").map(reason);
}

/** `during 門市時間: no` as the language has it; the playbook's own words stay. */
export function reason(text) {
  const at = text.lastIndexOf(": ");
  if (at < 0) return text;
  const { found, foundIs, colon } = words();
  const value = text.slice(at + 2);
  const told = value.startsWith("it is ") ? foundIs(value.slice(6)) : (found[value] ?? value);
  return `${text.slice(0, at)}${colon}${told}`;
}

/** What came in, in words: what the person said stays as it is, what they did is told in the page's language. */
export function heardWords(turn) {
  const w = words();
  const text = turn.heard || w.heardNothing;
  if (turn.said !== false) return text;
  if (Object.hasOwn(w.heardAs, text)) return w.heardAs[text];
  const kind = /^\((\w+)\)$/.exec(text)?.[1];
  if (kind) return w.messageOf(w.kinds[kind] ?? w.otherKind(kind));
  const label = /^taps \[(.*)\]$/s.exec(text)?.[1];
  if (label !== undefined) return w.tapped(label);
  if (text.startsWith("timer ")) return w.timeIsUp(timerWords(text.slice(6)));
  for (const [start, told] of Object.entries(w.heardStarts)) if (text.startsWith(start)) return told(text.slice(start.length));
  return text;
}

const SELF_EVIDENT = new Set(["on", "yes", "have the conversation", ""]);

/** A timer, behind the name of its flow if it has one; those of the engine's own have words. */
export function timerWords(what) {
  const names = words().timerNames;
  const [, flow, timer] = /^(\S+ )?(.*)$/s.exec(what);
  return `${flow ?? ""}${Object.hasOwn(names, timer) ? names[timer] : timer}`;
}

/** What is changed, by its name. */
function nameOf(what, space) {
  const name = space < 0 ? "" : what.slice(space + 1);
  return what.startsWith("timer ") ? timerWords(name) : name;
}

/** A value before or after; where a flow waits at its door, for what. */
function valueWords(value) {
  const w = words();
  if (value === "private") return w.private_;
  if (value.startsWith("until ")) return w.until(value.slice(6));
  return value.replace(/ \(held: (\w+)\)$/, (all, by) => w.waiting(w.heldBy(by)));
}

/** What a turn changed: `{sign, kind, name, value}`; `sign` is `+`, `−` or `→`. */
export function changeWords({ what, before, after }) {
  const w = words();
  const space = what.indexOf(" ");
  const kind = space < 0 ? what : what.slice(0, space);
  const sign = before === null ? "+" : after === null ? "−" : "→";
  const told = [before, after].filter((value) => value !== null && !SELF_EVIDENT.has(value));
  const value = told.map(valueWords).join(" → ");
  return { sign, kind: w.changes[kind] ?? kind, name: nameOf(what, space), value };
}
