// What the page says, in its language, and how moments, spans and numbers are written.

import * as sentences from "./sentences.js";

export { inContext, phrase, plural, tr } from "./sentences.js";

let language = "zh-TW";

export const currentLanguage = () => language;

/** Switch the language and rewrite the page's fixed words. */
export function speak(wanted) {
  language = sentences.speakLanguage(wanted === "en" ? wanted : "zh-TW");
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = sentences.tr(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", sentences.tr(node.dataset.label));
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = sentences.tr(node.dataset.hint);
}

/** The properties of an element whose text is this sentence, whichever language the page changes to. */
export const textProps = (sentence) => ({ "data-word": sentence, textContent: sentences.tr(sentence) });
/** The same where it is what a screen reader says. */
export const labelProps = (sentence) => ({ "data-label": sentence, "aria-label": sentences.tr(sentence) });
/** The same of a field that is empty: its placeholder. */
export const hintProps = (sentence) => ({ ...labelProps(sentence), "data-hint": sentence, placeholder: sentences.tr(sentence) });

let zone;
let years = []; // those of the machine and of the simulator

/** Show moments by the playbook's clock (an IANA zone), wherever the browser is. */
export function useZone(name) {
  zone = name;
}

/** The machine's moment and the simulator's: where these are of two years, every date has its year. */
export function useMoments(...moments) {
  years = moments.map(year);
}

const formats = new Map();

/** Making a format is slow, and a chat has many moments: each is made once. */
function format(options, of = language) {
  const key = JSON.stringify([of, zone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(of, { ...options, timeZone: zone }));
  return formats.get(key);
}

const MINUTE = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const SECOND = { ...MINUTE, second: "2-digit" };
const DATE = { year: "numeric", month: "2-digit", day: "2-digit" };

/** 下午3:05 */
export const clockTime = (at) => format({ hour: "numeric", minute: "2-digit" }).format(at);
/** 15:05:09 */
export const clockSeconds = (at) => format(SECOND).format(at);
/** 8月2日 週日 14:05; with its year where that is another one than that of `now`, of the machine or of the simulator. */
export const dayAndTime = (at, now = at) => format({ ...yearOf(at, now), month: "short", day: "numeric", weekday: "short", ...MINUTE }).format(at);
/** 2026年8月2日 星期日 14:05:09 */
export const fullMoment = (at) => format({ year: "numeric", month: "long", day: "numeric", weekday: "long", ...SECOND }).format(at);
export const number = (n) => new Intl.NumberFormat(language).format(n);

/** Whether two moments are of one day. */
export const sameDay = (at, now) => localInput(at).slice(0, 10) === localInput(now).slice(0, 10);

/** 今天, 昨天, or the date with its weekday; with its year where that is another one. */
export function dayName(at, now) {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return sentences.tr("Today");
  if (days === 1) return sentences.tr("Yesterday");
  return format({ ...yearOf(at, now), month: "long", day: "numeric", weekday: "short" }).format(at);
}

const year = (at) => localInput(at).slice(0, 4);
const yearOf = (at, now) => ([year(now), ...years].every((other) => other === year(at)) ? {} : { year: "numeric" });
const midnight = (at) => Date.parse(localInput(at).slice(0, 10));

/** A moment as a field for date and time takes it: 2026-08-02T14:05. */
export function localInput(at) {
  const part = Object.fromEntries(format({ ...DATE, ...MINUTE }, "en").formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** The value of such a field, as the page's language says it; nothing while it is not whole. */
export function inputWords(value) {
  const at = Date.parse(`${value}Z`);
  return Number.isNaN(at) ? "" : new Intl.DateTimeFormat(language, { year: "numeric", month: "long", day: "numeric", weekday: "long", ...MINUTE, timeZone: "UTC" }).format(at);
}

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]];

/** How long, in its largest units: 3 天 2 小時. */
export function span(ms, most = 2) {
  const parts = [];
  let rest = Math.max(0, Math.round(ms / 1000) * 1000);
  for (const [unit, size] of UNITS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(n));
    else if (parts.length) break;
    if (parts.length === most) break;
  }
  return parts.join(" ").replace("分鐘 ", "分 ") || new Intl.NumberFormat(language, { style: "unit", unit: "second", unitDisplay: "long" }).format(0);
}
