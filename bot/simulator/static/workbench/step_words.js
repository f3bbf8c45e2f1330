// What came in, answers and changes of a turn in words.

import { typeCalled, typeName } from "../phone/contents.js";
import { currentLanguage, phrase, tr } from "../words.js";
import { titled } from "./titles.js";

const BINDINGS = {
  phone: phrase("phone"),
  shop: phrase("shop member"),
  clerk: phrase("store clerk"),
  member: phrase("member"),
};
const HELD = {
  quiet: phrase("quiet hours to end"),
  staff: phrase("staff to hand back"),
  quota: phrase("more quota, or next month's"),
  late: phrase("tomorrow morning"),
  paused: phrase("the flow to be resumed"),
  brake: phrase("pushes to go on"),
};
const CHANGES = {
  tag: phrase("tag"),
  attribute: phrase("attribute"),
  flow: phrase("flow"),
  contact: phrase("customer"),
  staff: phrase("staff"),
  bound: phrase("bound"),
  menu: phrase("menu"),
  answer: phrase("answer"),
};
const WAITS = {
  plus: phrase("waits for"),
  minus: phrase("no longer waits for"),
  moved: phrase("waits instead for"),
};

/** What somebody is bound to. */
export const bindingName = (kind) => BINDINGS[kind]?.() ?? kind;

/** What a message or a step waits for. */
export const heldBy = (what) => tr("waits for {what}", { what: HELD[what]?.() ?? what });

/** What came in: a text as it was written, a deed in the server's words. */
export const triggerWords = ({ heard, sentence }) => sentence?.[currentLanguage()] ?? (heard || tr("(nothing to read)"));

/** A message of the bot's as one line: `（圖文訊息）本週 85 折`. What is no text is shown by its kind, by the server in English. */
export function answerWords(line) {
  const [, kind, rest] = /^\((\w+)\) (.*)$/s.exec(line) ?? [];
  const type = kind && typeCalled(kind);
  return type ? tr("({text}) ", { text: typeName(type) }) + rest : line;
}

/** The meaning of the sign of a change. */
export const SORTS = { "+": "plus", "−": "minus", "→": "moved" };

const SELF_EVIDENT = new Set(["on", "yes", "have the conversation", ""]);

/** What is changed, by its title. */
const nameOf = (kind, name) => (kind === "bound" ? bindingName(name) : titled(kind, name));

/** A value before or after; where a flow waits at its door, for what. */
function valueWords(value, kind, name) {
  if (value === "private") return tr("not shown (private)");
  if (value.startsWith("until ")) return tr("until {moment}", { moment: value.slice(6) });
  if (kind !== "flow") return value;
  const [, state, by] = /^(.*?)(?: \(held: (\w+)\))?$/s.exec(value);
  return titled("state", state, name) + (by ? tr(" ({text})", { text: heldBy(by) }) : "");
}

/** What a turn changed: `{sign, kind, name, value}`; `sign` is `+`, `−` or `→`. `sentence`: which timer, in both languages. */
export function changeWords(change) {
  const { what, before, after } = change;
  const space = what.indexOf(" ");
  const [kind, name] = space < 0 ? [what, ""] : [what.slice(0, space), what.slice(space + 1)];
  const sign = before === null ? "+" : after === null ? "−" : "→";
  const sentence = [before, after].filter((value) => value !== null && !SELF_EVIDENT.has(value));
  const value = sentence.map((one) => valueWords(one, kind, name)).join(" → ");
  if (kind === "timer") return timerWords(sign, change, value);
  return { sign, kind: CHANGES[kind]?.() ?? kind, name: nameOf(kind, name), value };
}

/** What is waited for, or is no more; `value`: when it is due. */
function timerWords(sign, { sentence, after }, value) {
  const kind = WAITS[SORTS[sign]]();
  return { sign, kind, name: sentence[currentLanguage()], value: after === null && value ? tr("(was due {moment})", { moment: value }) : value };
}
