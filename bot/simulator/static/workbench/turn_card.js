// Turns as cards: what the server has drawn of them, in a frame that opens. The turns of one visit of a page are one card.

import { el, icon } from "../elements.js";
import { clockSeconds, currentLanguage, dayAndTime, plural, tr } from "../words.js";
import { callWords, reasonWords } from "./log_words.js";
import { yamlLines } from "./yaml_view.js";

/** Whether our staff's pages are beside this one: a trial has none, its phone stands on one of them. */
export const hasConsole = globalThis.location?.pathname.startsWith("/simulator/") ?? false;

/** Under which key a turn is shown: turns of one visit of a page share theirs. */
export const keyOf = (turn) => turn.page?.visit ?? turn.id;

/** Turns, oldest first, as cards show them: those of one visit together, at the place of the latest. */
export function inVisits(turns) {
  const groups = new Map();
  for (const turn of turns) {
    const key = keyOf(turn);
    const group = groups.get(key) ?? [];
    groups.delete(key);
    groups.set(key, [...group, turn]);
  }
  return [...groups.values()];
}

/** What all of it has cost: `null` where nothing was sent. */
function costOf(turns) {
  const sent = turns.flatMap((turn) => turn.sent ?? []);
  return sent.length ? sent.reduce((sum, sending) => sum + (sending.cost ?? 0), 0) : null;
}

/** Free or paid, as a chip; nothing where nothing was sent. */
export function costChip(cost) {
  if (cost === null) return null;
  return cost > 0 ? el("span", "cost paid", {}, tr("{number} of the month's", { number: cost })) : el("span", "cost free", {}, tr("free"));
}

/**
 * A turn, or the turns of a visit, as a card. `open`: its steps are shown; `all`: even when they are many. `who`: whose
 * chat it is, where that is not plain; `day`: the date is shown too.
 */
export function cardOf(turns, { open, all, chosen, who, day }, toggle) {
  const [first] = turns;
  const last = turns.at(-1);
  const id = `turn-${keyOf(first)}`;
  const isVisit = turns.length > 1;
  const steps = isVisit ? [" ", el("span", "visit-count", {}, plural("(1 step on the page)", "({number} steps on the page)", turns.length - 1))] : [];
  const head = el(
    "button",
    "turn-head",
    { type: "button", "aria-expanded": String(open), "aria-controls": id, "data-part": "head", onclick: toggle },
    el("span", "turn-heard", { dir: "auto" }, who ? el("span", "turn-who", {}, el("bdi", "", {}, who)) : null, heard(first), ...steps),
    el("span", "turn-side", {}, costChip(costOf(turns)), time(last.at, day), icon("down", 18)),
  );
  const card = el("li", `turn${isVisit ? " visit" : ""}${open ? " open" : ""}${chosen ? " chosen" : ""}`, {}, head, part(last, "answers"));
  const body = el("div", "turn-body", { id, hidden: !open });
  if (open) body.append(...(isVisit ? [el("ol", "visit-turns", {}, ...turns.map(onPage))] : bodyOf(first)));
  if (all) for (const more of body.querySelectorAll(".more-steps")) more.open = true;
  card.append(body, ...(open ? [] : turns.map((turn) => part(turn, "changed"))));
  return card;
}

/** One thing that happened during a visit. */
function onPage(turn) {
  const title = el("div", "visit-heard", {}, el("h4", "", { dir: "auto" }, heard(turn)), time(turn.at, false));
  return el("li", "visit-turn", {}, title, part(turn, "answers"), ...bodyOf(turn));
}

function bodyOf(turn) {
  const { why, changed } = turn.card[currentLanguage()];
  const parts = why ? [whyOf(turn)] : [];
  if (changed) parts.push(el("h4", "part-title", {}, tr("What it changed")), part(turn, "changed"));
  if (turn.sent?.length) parts.push(el("h4", "part-title", {}, tr("Sent")), el("ul", "sendings", {}, ...turn.sent.map(sending)));
  return parts.length ? parts : [el("p", "empty", {}, tr("This turn left no steps."))];
}

function whyOf(turn) {
  const why = part(turn, "why");
  for (const code of why.querySelectorAll("[data-yaml]")) code.replaceChildren(...yamlLines(code.textContent));
  for (const way of hasConsole ? [] : why.querySelectorAll(".way")) {
    way.nextElementSibling.open = true;
    way.remove();
  }
  return why;
}

function sending({ how, messages, cost, status, error }) {
  const row = el("li", "", {}, el("span", "", {}, callWords(how, messages.length)));
  row.append(status >= 400 ? el("span", "bad", { dir: "auto" }, `${status} ${reasonWords(error) ?? ""}`) : costChip(cost ?? 0));
  return row;
}

const heard = (turn) => turn.card[currentLanguage()].heard;

/** A part of the card as the server has drawn it: what people wrote is text in it. */
const part = (turn, name) => document.createRange().createContextualFragment(turn.card[currentLanguage()][name]);

const time = (at, day) => el("time", "", { dateTime: new Date(at).toISOString() }, day ? dayAndTime(at) : clockSeconds(at));
