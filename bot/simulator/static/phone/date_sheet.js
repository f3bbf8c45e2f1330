// Asking for a date or time, as LINE's date picker does.
// https://developers.line.biz/en/reference/messaging-api/#datetime-picker-action

import { el } from "../elements.js";
import { currentLanguage, localInput, phrase, tr } from "../words.js";
import { openSheet } from "./sheet.js";

const INPUTS = { date: "date", time: "time", datetime: "datetime-local" };
const TITLES = { date: phrase("Choose a date"), time: phrase("Choose a time"), datetime: phrase("Choose date and time") };
const NATIVE = { date: /^\d{4}-\d\d-\d\d$/, time: /^\d\d:\d\d$/, datetime: /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d$/ };

/** Ask, at the moment `now`; resolves to the postback's `params`, or to null when nothing was chosen. */
export function askDate(action, now) {
  const mode = Object.hasOwn(INPUTS, action.mode) ? action.mode : "datetime";
  const written = (value) => (typeof value === "string" && NATIVE[mode].test(value) ? value.replace("t", "T") : null);
  return new Promise((settle) => {
    const field = el("input", "date-field", { type: INPUTS[mode], required: true, min: written(action.min), max: written(action.max), "aria-label": TITLES[mode](), "data-first": "" });
    field.value = written(action.initial) ?? soonest(mode, localInput(now), written(action.min), written(action.max));
    const inWords = el("p", "date-words", { "aria-live": "polite" });
    const summary = el("p", "notice bad", { role: "alert" });
    const say = () => {
      inWords.textContent = dateWords(mode, field.value);
      summary.textContent = "";
    };
    field.addEventListener("input", say);
    say();
    const form = el("form", "sheet-body", { noValidate: true }, field, inWords, summary, el("button", "wide-button strong", { type: "submit" }, tr("Choose")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.validity.valid) {
        settle({ [mode]: field.value });
        close();
      } else summary.textContent = limits(field);
    });
    const close = openSheet(action.label ?? TITLES[mode](), form, { onclose: () => settle(null) });
  });
}

function limits(field) {
  const [min, max] = [field.min.replace("T", " "), field.max.replace("T", " ")];
  if (min && max) return tr("Choose between {min} and {max}.", { min, max });
  if (min) return tr("Not before {min}.", { min });
  return max ? tr("Not after {max}.", { max }) : tr("Choose one first.");
}

/** A date with its day of the week, in the page's language: the field is written as the browser's own. */
function dateWords(mode, value) {
  if (mode === "time" || !value) return "";
  const time = mode === "datetime" ? { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } : {};
  const form = new Intl.DateTimeFormat(currentLanguage(), { year: "numeric", month: "long", day: "numeric", weekday: "long", ...time, timeZone: "UTC" });
  return form.format(new Date(`${value.slice(0, 16)}${mode === "date" ? "T00:00" : ""}Z`));
}

/** What the picker shows at first: now, within what is allowed. */
function soonest(mode, now, min, max) {
  const value = { date: now.slice(0, 10), time: now.slice(11), datetime: now }[mode];
  if (min && value < min) return min;
  return max && value > max ? max : value;
}
