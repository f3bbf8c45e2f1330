// What came in, answers and changes of a turn in words.

import { typeCalled, typeName } from "../phone/contents.js";
import { currentLanguage, words } from "../words.js";
import { titled } from "./titles.js";

/** What came in: what the person said stays as it is, what they did the server tells. */
export const heardWords = ({ heard, told }) => told?.[currentLanguage()] ?? (heard || words().heardNothing);

/** A message of the bot's as one line: `（圖文訊息）本週 85 折`. What is no text is told with what it is, by the server in English. */
export function answerWords(line) {
  const [, kind, rest] = /^\((\w+)\) (.*)$/s.exec(line) ?? [];
  const type = kind && typeCalled(kind);
  return type ? words().aside(typeName(type)) + rest : line;
}

/** What a sign of a change stands for. */
export const SORTS = { "+": "plus", "−": "minus", "→": "moved" };

const SELF_EVIDENT = new Set(["on", "yes", "have the conversation", ""]);

/** What is changed, by its title. */
const nameOf = (kind, name) => (kind === "bound" ? (words().bindings[name] ?? name) : titled(kind, name));

/** A value before or after; where a flow waits at its door, for what. */
function valueWords(value, kind, name) {
  const w = words();
  if (value === "private") return w.private_;
  if (value.startsWith("until ")) return w.until(value.slice(6));
  if (kind !== "flow") return value;
  const [, state, by] = /^(.*?)(?: \(held: (\w+)\))?$/s.exec(value);
  return titled("state", state, name) + (by ? w.waiting(w.heldBy(by)) : "");
}

/** What a turn changed: `{sign, kind, name, value}`; `sign` is `+`, `−` or `→`. `told`: which timer, in both languages. */
export function changeWords(change) {
  const { what, before, after } = change;
  const w = words();
  const space = what.indexOf(" ");
  const [kind, name] = space < 0 ? [what, ""] : [what.slice(0, space), what.slice(space + 1)];
  const sign = before === null ? "+" : after === null ? "−" : "→";
  const told = [before, after].filter((value) => value !== null && !SELF_EVIDENT.has(value));
  const value = told.map((one) => valueWords(one, kind, name)).join(" → ");
  if (kind === "timer") return timerWords(sign, change, value);
  return { sign, kind: w.changes[kind] ?? kind, name: nameOf(kind, name), value };
}

/** What is waited for, or is no more; `value`: when it is due. */
function timerWords(sign, { told, after }, value) {
  const w = words();
  const kind = w.timerChanges[SORTS[sign]];
  return { sign, kind, name: told[currentLanguage()], value: after === null && value ? w.wasDue(value) : value };
}
