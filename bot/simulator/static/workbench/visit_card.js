// A visit of a page as one card: it was opened, what was done there step by step, and what the page shows now.

import { el, icon } from "../elements.js";
import { clockSeconds, dayAndTime, plural } from "../words.js";
import { triggerWords } from "./step_words.js";
import { answers, bodyOf, changes, costChip, costOf, turnCard } from "./turn_card.js";

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

/** A turn, or the turns of a visit, as a card; see `turnCard`. */
export function cardOf(turns, how, acts) {
  return turns.length === 1 ? turnCard(turns[0], how, acts) : visitCard(turns, how, acts);
}

function visitCard(turns, { open, all, chosen, who, day }, acts) {
  const [first] = turns;
  const last = turns.at(-1);
  const id = `turn-${keyOf(first)}`;
  const costs = turns.map(costOf).filter((cost) => cost !== null);
  const cost = costs.length ? costs.reduce((sum, one) => sum + one) : null;
  const head = el(
    "button",
    "turn-head",
    { type: "button", "aria-expanded": String(open), "aria-controls": id, "data-part": "head", onclick: acts.toggle },
    el("span", "turn-heard", { dir: "auto" }, who ? el("span", "turn-who", {}, el("bdi", "", {}, who)) : null, triggerWords(first), " ", el("span", "visit-count", {}, plural("(1 step on the page)", "({number} steps on the page)", turns.length - 1))),
    el("span", "turn-side", {}, costChip(cost), time(last.at, day), icon("down", 18)),
  );
  const card = el("li", `turn visit${open ? " open" : ""}${chosen ? " chosen" : ""}`, {}, head, answers(last));
  const body = el("div", "turn-body", { id, hidden: !open });
  if (open) body.append(el("ol", "visit-turns", {}, ...turns.map((turn) => part(turn, all, acts))));
  card.append(body);
  if (!open) card.append(changes(turns.flatMap((turn) => turn.changed ?? [])) ?? "");
  return card;
}

/** One thing that happened during the visit. */
function part(turn, all, acts) {
  const title = el("div", "visit-heard", {}, el("h4", "", { dir: "auto" }, triggerWords(turn)), time(turn.at, false));
  return el("li", "visit-turn", {}, title, answers(turn), ...bodyOf(turn, all, acts));
}

const time = (at, day) => el("time", "", { dateTime: new Date(at).toISOString() }, day ? dayAndTime(at) : clockSeconds(at));
