// One turn of the bot, drawn: what came in, what was answered, why, what changed, what it cost.

import { el, icon } from "../elements.js";
import { clockSeconds, currentLanguage, dayAndTime, words } from "../words.js";
import { copyButton } from "./copying.js";
import { ruleToPaste } from "./rule_to_paste.js";
import { SORTS, answerWords, changeWords, heardWords } from "./step_words.js";
import { withNames } from "./titles.js";

const STEPS_AT_FIRST = 8;
const CHANGES_MOST = 60;

/** The whole of a turn's price: `null` where nothing was sent. */
export function costOf(turn) {
  if (!turn.sent?.length) return null;
  return turn.sent.reduce((sum, sending) => sum + (sending.cost ?? 0), 0);
}

/** Free or paid, as a chip; nothing where nothing was sent. */
export function costChip(cost) {
  const w = words();
  if (cost === null) return null;
  return cost > 0 ? el("span", "cost paid", {}, w.paid(cost)) : el("span", "cost free", {}, w.free);
}

/**
 * A turn as a card. `open`: its steps are shown; `all`: even when they are many. `who`: whose chat it is, where
 * that is not plain; `day`: the date is told too. `acts`: toggle(), unfold().
 */
export function turnCard(turn, { open, all, chosen, who, day }, acts) {
  const w = words();
  const id = `turn-${turn.id}`;
  const head = el(
    "button",
    "turn-head",
    { type: "button", "aria-expanded": String(open), "aria-controls": id, "data-part": "head", onclick: acts.toggle },
    el("span", "turn-heard", { dir: "auto" }, who ? el("span", "turn-who", {}, el("bdi", "", {}, who)) : null, heardWords(turn)),
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
  const w = words();
  const lines = turn.answered ?? [];
  const page = onPage(turn);
  if (lines.length + page.length) return el("ul", "turn-answers", {}, ...lines.map((line) => el("li", "turn-answer", { dir: "auto" }, answerWords(line))), ...page);
  const why = turn.unheard ? w.unheard : (turn.silence?.[currentLanguage()] ?? (turn.expects ? w.saysNothing : null));
  return why === null ? "" : el("p", "turn-answer none", {}, why);
}

/** What a page shows: its texts, else what kind of screen it is. */
function onPage({ page }) {
  if (!page) return [];
  const lines = page.texts.length ? page.texts : [words().pageShows[page.kind]];
  return lines.map((line) => el("li", "turn-answer on-page", { dir: "auto" }, line));
}

export function bodyOf(turn, all, acts) {
  const w = words();
  const parts = [];
  const near = nearRules(turn);
  if (near) parts.push(el("h4", "part-title", {}, w.nearTitle), near);
  const offered = ruleToPaste(turn);
  if (offered) parts.push(offered);
  const steps = turn.steps ?? [];
  const shown = all ? steps : steps.slice(0, STEPS_AT_FIRST);
  if (steps.length) {
    parts.push(el("h4", "part-title", {}, w.steps_), el("ol", "steps", {}, ...shown.map(stepRow)));
    if (shown.length < steps.length) {
      parts.push(el("button", "quiet more-steps", { type: "button", "data-part": "more", onclick: acts.unfold }, w.moreSteps(steps.length - shown.length)));
    }
  }
  const others = hearers(turn);
  if (others) parts.push(el("h4", "part-title", {}, w.hearers), others);
  const changed = changes(turn.changed);
  if (changed) parts.push(el("h4", "part-title", {}, w.changed), changed);
  if (turn.sent?.length) parts.push(el("h4", "part-title", {}, w.sent), el("ul", "sendings", {}, ...turn.sent.map(sending)));
  if (parts.length === 0) parts.push(el("p", "empty", {}, w.noSteps));
  return parts;
}

const MARKS = { heard: "check", not: "minus", no: "close", wait: "clock", did: "out" };

function stepRow({ look, names, told, place }) {
  const { text, facts } = told[currentLanguage()];
  const shown = el("div", "step-told", { dir: "auto" }, el("div", "", {}, text, namesBeside(names)), factsOf(facts));
  return el("li", `step ${look}`, {}, mark(look, MARKS[look]), shown, source(place));
}

/** What decided it. */
const factsOf = (facts) => (facts.length ? el("ul", "because", {}, ...facts.map((line) => el("li", "", {}, line))) : null);

/** The names behind the titles of a sentence: small, for whoever works on the files. */
const namesBeside = (names) => (names.length ? el("bdi", "names", {}, names.join(" ")) : null);

export function changes(changed) {
  return changed?.length ? el("ul", "changes", {}, ...inOrder(changed).slice(0, CHANGES_MOST).map(changeChip)) : null;
}

const isTimer = ({ what }) => what.startsWith("timer ");

/** Timers last: they come and go with what stands before them. */
const inOrder = (changed) => [...changed.filter((one) => !isTimer(one)), ...changed.filter(isTimer)];

function changeChip(change) {
  const { text: { sign, kind, name, value }, names } = withNames(() => changeWords(change));
  const label = [kind, name, isTimer(change) ? "" : words().changeSorts[SORTS[sign]], value].filter(Boolean).join(" ").replaceAll(" （", "（");
  const shown = el("span", "change-shown", { "aria-hidden": "true" }, el("b", "", {}, sign === "→" ? "" : sign), el("span", "change-kind", {}, kind));
  if (name) shown.append(el("bdi", "change-name", {}, name));
  if (value) shown.append(el("bdi", "change-value", {}, value));
  shown.append(namesBeside([...names, ...(change.names ?? [])]) ?? "");
  return el("li", `change ${SORTS[sign]}${isTimer(change) ? " aside" : ""}`, {}, el("span", "unseen", {}, label), shown);
}

function sending({ how, messages, cost, status, error }) {
  const w = words();
  const count = Array.isArray(messages) ? messages.length : messages;
  const row = el("li", "", {}, el("span", "", {}, w.calls[how]?.(count) ?? w.otherCall(how)));
  if (status >= 400) row.append(el("span", "bad", { dir: "auto" }, `${status} ${w.reasons[error] ?? error ?? ""}`));
  else row.append(costChip(cost ?? 0));
  return row;
}

/** The other rules that hear the text, and why they did not answer; not what the steps tell already. */
function hearers(turn) {
  const told = new Set((turn.steps ?? []).map((step) => step.place));
  const place = ({ failed, place: of }) => (failed ?? of).split(":").slice(0, 2).join(":");
  const rules = (turn.rules ?? []).filter((rule) => rule.verdict !== "answers" && !told.has(place(rule)));
  const later = rules.filter(({ verdict }) => verdict === "later");
  const rows = later.length > 1 ? [...rules.filter((rule) => !later.includes(rule)).map(hearer), allLater(later)] : rules.map(hearer);
  return rows.length ? el("ul", "steps", {}, ...rows) : null;
}

function hearer({ place, verdict, ruled_out: ruledOut, told }) {
  const sort = verdict === "later" ? "did" : "not";
  const shown = el("div", "step-told", {}, el("div", "", {}, words().verdicts[ruledOut ? "ruledOut" : verdict]), factsOf(told[currentLanguage()]));
  return el("li", `step ${sort}`, {}, mark(sort, verdict === "later" ? "clock" : MARKS[sort]), shown, source(place));
}

/** Those that only stand too far behind, in one row. */
function allLater(rules) {
  const told = el("div", "step-told", {}, el("div", "", {}, words().severalLater(rules.length)));
  return el("li", "step did", {}, mark("did", "clock"), told, el("div", "sources", {}, ...rules.map(({ place }) => source(place))));
}

/** The rules that wait for nearly what was said, where nobody took it, and how the two differ. */
function nearRules({ near }) {
  if (!near?.length) return null;
  return el("ul", "steps near", {}, ...near.map(({ place, text, how }) => el("li", "step did", {}, el("span", "step-mark", {}, icon("near", 14)), el("div", "step-told", { dir: "auto" }, el("div", "", {}, words().nearHow[how](text))), source(place))));
}

const mark = (sort, picture) => el("span", "step-mark", { role: "img", "aria-label": words().stepSorts[sort] }, icon(picture, 14));

/** A place in the playbook as `file:line`, to be copied. */
function source(place) {
  if (!place) return null;
  const [file, line] = place.split(":");
  const text = line ? `${file}:${line}` : file;
  return copyButton(text, { classes: "source", shown: text, label: words().copyPlace });
}
