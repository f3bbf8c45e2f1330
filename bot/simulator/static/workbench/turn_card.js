// One turn of the bot, drawn: what came in, what was answered, why, what changed, what it cost.

import { el, icon } from "../elements.js";
import { clockSeconds, currentLanguage, dayAndTime, phrase, plural, tr } from "../words.js";
import { copyButton } from "./copying.js";
import { callWords, reasonWords } from "./log_words.js";
import { ruleToPaste } from "./rule_to_paste.js";
import { SORTS, answerWords, changeWords, triggerWords } from "./step_words.js";
import { withNames } from "./titles.js";

/** By the kind of the screen. */
export const PAGE_SHOWS = {
  question: phrase("The page waits for an answer"),
  busy: phrase("The page asks to wait, and goes on once the result is there"),
  done: phrase("The page says that it is done"),
  problem: phrase("The page says that there is nothing to do"),
  card: phrase("The page shows the member card"),
  coupons: phrase("The page shows the coupons"),
  stamps: phrase("The page shows the stamp cards"),
  draws: phrase("The page shows the draws"),
  invites: phrase("The page shows the own invitations"),
  appointments: phrase("The page shows the appointments"),
  unbind: phrase("The page asks whether to undo the binding"),
  closed: phrase("The page says that it is closed"),
  in_chat: phrase("The page says that it goes on in the chat"),
  incomplete: phrase("The page says that its link is incomplete"),
  review: phrase("The page asks to check the answers"),
  sent: phrase("The page says that it was sent before"),
};
const CHANGED = {
  plus: phrase("added"),
  minus: phrase("removed"),
  moved: phrase("changed"),
};
const VERDICTS = {
  condition: phrase("The text matches, but the condition does not hold"),
  ruledOut: phrase("The text matches, but so does what rules it out"),
  limit: phrase("The text matches, but this rule does not answer now"),
  later: phrase("Matches too, but comes later"),
};
const SORTS_OF_STEPS = {
  heard: phrase("met"),
  not: phrase("not met"),
  no: phrase("went wrong"),
  wait: phrase("waiting"),
  did: phrase("done"),
};
const NEAR = {
  marks: (text) => tr("Very near to “{text}”: only marks, spaces, width or characters differ", { text }),
  slip: (text) => tr("Waits for “{text}”, of which a single letter is another one here; for the same answer, add this to its list", { text }),
  within: (text) => tr("Waits for just “{text}”, and there is more in this; to answer whatever has it, write text_contains instead of text", { text }),
  part: (text) => tr("Waits for “{text}”, of which this is a part; for the same answer, add this to its list", { text }),
};

const STEPS_AT_FIRST = 8;
const CHANGES_MOST = 60;

/** The whole of a turn's price: `null` where nothing was sent. */
export function costOf(turn) {
  if (!turn.sent?.length) return null;
  return turn.sent.reduce((sum, sending) => sum + (sending.cost ?? 0), 0);
}

/** Free or paid, as a chip; nothing where nothing was sent. */
export function costChip(cost) {
  if (cost === null) return null;
  return cost > 0 ? el("span", "cost paid", {}, tr("{number} of the month's", { number: cost })) : el("span", "cost free", {}, tr("free"));
}

/**
 * A turn as a card. `open`: its steps are shown; `all`: even when they are many. `who`: whose chat it is, where
 * that is not plain; `day`: the date is shown too. `acts`: toggle(), unfold().
 */
export function turnCard(turn, { open, all, chosen, who, day }, acts) {
  const id = `turn-${turn.id}`;
  const head = el(
    "button",
    "turn-head",
    { type: "button", "aria-expanded": String(open), "aria-controls": id, "data-part": "head", onclick: acts.toggle },
    el("span", "turn-heard", { dir: "auto" }, who ? el("span", "turn-who", {}, el("bdi", "", {}, who)) : null, triggerWords(turn)),
    el("span", "turn-side", {}, costChip(costOf(turn)), el("time", "", { dateTime: new Date(turn.at).toISOString() }, day ? dayAndTime(turn.at) : clockSeconds(turn.at)), icon("down", 18)),
  );
  const card = el("li", `turn${open ? " open" : ""}${chosen ? " chosen" : ""}`, {}, head, answers(turn));
  const body = el("div", "turn-body", { id, hidden: !open });
  if (open) body.append(...bodyOf(turn, all, acts));
  card.append(body);
  if (!open) card.append(changes(turn.changed) ?? "");
  return card;
}

/** What was said in the chat, and what the page shows; else why neither, where somebody waits for an answer. */
export function answers(turn) {
  const lines = turn.answered ?? [];
  const page = onPage(turn);
  if (lines.length + page.length) return el("ul", "turn-answers", {}, ...lines.map((line) => el("li", "turn-answer", { dir: "auto" }, answerWords(line))), ...page);
  const why = turn.unheard ? tr("No rule heard it; the bot said nothing") : (turn.silence?.[currentLanguage()] ?? (turn.expects ? tr("Said nothing") : null));
  return why === null ? "" : el("p", "turn-answer none", {}, why);
}

/** What a page shows: its texts, else what kind of screen it is. */
function onPage({ page }) {
  if (!page) return [];
  const lines = page.texts.length ? page.texts : [PAGE_SHOWS[page.kind]()];
  return lines.map((line) => el("li", "turn-answer on-page", { dir: "auto" }, line));
}

export function bodyOf(turn, all, acts) {
  const parts = [];
  const near = nearRules(turn);
  if (near) parts.push(el("h4", "part-title", {}, tr("Rules that nearly match")), near);
  const offered = ruleToPaste(turn);
  if (offered) parts.push(offered);
  const steps = turn.steps ?? [];
  const shown = all ? steps : steps.slice(0, STEPS_AT_FIRST);
  if (steps.length) {
    parts.push(el("h4", "part-title", {}, tr("What happened")), el("ol", "steps", {}, ...shown.map(stepRow)));
    if (shown.length < steps.length) {
      parts.push(el("button", "quiet more-steps", { type: "button", "data-part": "more", onclick: acts.unfold }, plural("1 more step", "{number} more steps", steps.length - shown.length)));
    }
  }
  const others = hearers(turn);
  if (others) parts.push(el("h4", "part-title", {}, tr("Other rules that did not answer")), others);
  const changed = changes(turn.changed);
  if (changed) parts.push(el("h4", "part-title", {}, tr("What it changed")), changed);
  if (turn.sent?.length) parts.push(el("h4", "part-title", {}, tr("Sent")), el("ul", "sendings", {}, ...turn.sent.map(sending)));
  if (parts.length === 0) parts.push(el("p", "empty", {}, tr("This turn left no steps.")));
  return parts;
}

const MARKS = { heard: "check", not: "minus", no: "close", wait: "clock", did: "out" };

function stepRow({ look, names, sentence, place }) {
  const { text, facts } = sentence[currentLanguage()];
  const shown = el("div", "step-notice", { dir: "auto" }, el("div", "", {}, text, namesBeside(names)), factsOf(facts));
  return el("li", `step ${look}`, {}, mark(look, MARKS[look]), shown, source(place));
}

/** What decided it. */
const factsOf = (facts) => (facts.length ? el("ul", "because", {}, ...facts.map((line) => el("li", "", {}, line))) : null);

/** The names behind the titles of a sentence: small, for those who edit the files. */
const namesBeside = (names) => (names.length ? el("bdi", "names", {}, names.join(" ")) : null);

export function changes(changed) {
  return changed?.length ? el("ul", "changes", {}, ...inOrder(changed).slice(0, CHANGES_MOST).map(changeChip)) : null;
}

const isTimer = ({ what }) => what.startsWith("timer ");

/** Timers last: they come and go with the row before them. */
const inOrder = (changed) => [...changed.filter((one) => !isTimer(one)), ...changed.filter(isTimer)];

function changeChip(change) {
  const { text: { sign, kind, name, value }, names } = withNames(() => changeWords(change));
  const label = [kind, name, isTimer(change) ? "" : CHANGED[SORTS[sign]](), value].filter(Boolean).join(" ").replaceAll(" （", "（");
  const shown = el("span", "change-shown", { "aria-hidden": "true" }, el("b", "", {}, sign === "→" ? "" : sign), el("span", "change-kind", {}, kind));
  if (name) shown.append(el("bdi", "change-name", {}, name));
  if (value) shown.append(el("bdi", "change-value", {}, value));
  shown.append(namesBeside([...names, ...(change.names ?? [])]) ?? "");
  return el("li", `change ${SORTS[sign]}${isTimer(change) ? " aside" : ""}`, {}, el("span", "unseen", {}, label), shown);
}

function sending({ how, messages, cost, status, error }) {
  const count = Array.isArray(messages) ? messages.length : messages;
  const row = el("li", "", {}, el("span", "", {}, callWords(how, count)));
  if (status >= 400) row.append(el("span", "bad", { dir: "auto" }, `${status} ${reasonWords(error) ?? ""}`));
  else row.append(costChip(cost ?? 0));
  return row;
}

/** The other rules that hear the text, and why they did not answer; not what the steps tell already. */
function hearers(turn) {
  const sentence = new Set((turn.steps ?? []).map((step) => step.place));
  const place = ({ failed, place: of }) => (failed ?? of).split(":").slice(0, 2).join(":");
  const rules = (turn.rules ?? []).filter((rule) => rule.verdict !== "answers" && !sentence.has(place(rule)));
  const later = rules.filter(({ verdict }) => verdict === "later");
  const rows = later.length > 1 ? [...rules.filter((rule) => !later.includes(rule)).map(hearer), allLater(later)] : rules.map(hearer);
  return rows.length ? el("ul", "steps", {}, ...rows) : null;
}

function hearer({ place, verdict, ruled_out: ruledOut, sentence }) {
  const sort = verdict === "later" ? "did" : "not";
  const shown = el("div", "step-notice", {}, el("div", "", {}, VERDICTS[ruledOut ? "ruledOut" : verdict]()), factsOf(sentence[currentLanguage()]));
  return el("li", `step ${sort}`, {}, mark(sort, verdict === "later" ? "clock" : MARKS[sort]), shown, source(place));
}

/** Those that only stand too far behind, in one row. */
function allLater(rules) {
  const sentence = el("div", "step-notice", {}, el("div", "", {}, tr("{number} more rules match too, but come later", { number: rules.length })));
  return el("li", "step did", {}, mark("did", "clock"), sentence, el("div", "sources", {}, ...rules.map(({ place }) => source(place))));
}

/** The rules that wait for nearly what was said, where nobody took it, and how the two differ. */
function nearRules({ near }) {
  if (!near?.length) return null;
  return el("ul", "steps near", {}, ...near.map(({ place, text, how }) => el("li", "step did", {}, el("span", "step-mark", {}, icon("near", 14)), el("div", "step-notice", { dir: "auto" }, el("div", "", {}, NEAR[how](text))), source(place))));
}

const mark = (sort, picture) => el("span", "step-mark", { role: "img", "aria-label": SORTS_OF_STEPS[sort]() }, icon(picture, 14));

/** A place in the playbook as `file:line`, to be copied. */
function source(place) {
  if (!place) return null;
  const [file, line] = place.split(":");
  const text = line ? `${file}:${line}` : file;
  return copyButton(text, { classes: "source", shown: text, label: tr("Copy the place") });
}
