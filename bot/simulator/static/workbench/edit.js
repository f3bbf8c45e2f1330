// An edit of the playbook: what is wrong with one that was not taken over, of what one that was is warned, and for a moment that it was.

import { $, el, icon } from "../elements.js";
import { currentLanguage, phrase, plural, tr } from "../words.js";
import { call } from "../connection.js";
import { codeBlock } from "./copying.js";
import { hasConsole } from "./turn_card.js";

const LEVELS = { error: phrase("Error"), warning: phrase("Warning"), info: phrase("Note") };

const CONFIRMED_MS = 5000;

let known = null; // how many edits had been taken over when this was last drawn
let confirmed = null; // the timer that ends the confirmation

/** What there is to say above the panels. `playbook`: `refused` and `warned` by language, or null; `taken`. `again()` draws anew. */
export function showEdit(playbook, again) {
  meet(playbook, again);
  const place = $("edit");
  const refused = inLanguage(playbook?.refused);
  const warned = inLanguage(playbook?.warned);
  const stamp = JSON.stringify([currentLanguage(), refused, warned, isConfirmed()]);
  if (place.dataset.stamp === stamp) return;
  place.dataset.stamp = stamp;
  const news = freshOf(warned).length;
  const edit = `${playbook?.taken} ${Boolean(refused)}`;
  const before = place.dataset.edit === edit ? place.querySelector("details")?.open : undefined;
  place.dataset.edit = edit;
  const parts = [];
  if (refused) parts.push(report(refused, tr("Your last edit has mistakes and is not live; the bot goes on with the last good playbook."), before ?? true));
  else {
    if (isConfirmed()) parts.push(el("p", "edit-taken", {}, icon("check", 18), tr("Your edit is live.")));
    if (warned) parts.push(report(warned, news ? warnedWords(news) : tr("The playbook has warnings that are worth a look."), before ?? news > 0));
  }
  place.hidden = parts.length === 0;
  place.className = `edit${refused ? "" : news ? " warned" : isConfirmed() ? " good" : " known"}`;
  place.replaceChildren(...parts);
}

/** What must not be missed of the last edit, as one line: `{text, sort}`, which colours it as above the panels; or null. */
export function editSign(playbook) {
  if (playbook?.refused) return { text: tr("Your last edit has mistakes and is not live; the bot goes on with the last good playbook."), sort: "bad" };
  const news = freshOf(inLanguage(playbook?.warned)).length;
  if (news) return { text: warnedWords(news), sort: "warned" };
  return isConfirmed() ? { text: tr("Your edit is live."), sort: "good" } : null;
}

const warnedWords = (news) => plural("Your edit is live, but one thing in it may not do what you mean.", "Your edit is live, but {number} things in it may not do what you mean.", news);
const lineWords = (file, line) => (line ? tr("{file}:{line}", { file, line }) : file);
const inLanguage = (byLanguage) => byLanguage?.[currentLanguage()] ?? byLanguage?.en ?? null;
const freshOf = (report) => (report?.problems ?? []).filter(({ fresh }) => fresh);
const isConfirmed = () => confirmed !== null;

/** Notice that one more was taken over, unless the page has only begun to look. Where that brought warnings, they say so. */
function meet(playbook, again) {
  const taken = playbook?.taken ?? 0;
  const isNews = known !== null && taken > known && !playbook.refused;
  const isQuiet = isNews && freshOf(inLanguage(playbook.warned)).length === 0;
  known = taken;
  if (playbook?.refused || isNews) {
    clearTimeout(confirmed);
    confirmed = null;
  }
  if (!isQuiet) return;
  confirmed = setTimeout(() => {
    confirmed = null;
    again();
  }, CONFIRMED_MS);
}

/** The problems, under `title`; warnings shown before are folded below the new ones. */
function report({ counted, problems }, title, open) {
  const mistakes = problems.filter(({ level, fresh }) => level === "error" || fresh);
  const known = problems.filter((problem) => !mistakes.includes(problem));
  const head = el("summary", "", {}, icon("alert", 18), el("span", "", {}, title, counted ? el("small", "", {}, counted) : null));
  if (mistakes.length === 0) return el("details", "", { open }, head, list(known));
  const older = known.length ? [el("details", "edit-known", {}, el("summary", "", {}, tr("Told before ({number})", { number: known.length })), list(known))] : [];
  return el("details", "", { open }, head, list(mistakes), ...older);
}

const list = (problems) => el("ol", "edit-problems", { tabIndex: 0 }, ...joined(problems).map(problem));

/** Those that share sentence and cause, as one with all their places. */
function joined(problems) {
  const groups = new Map();
  for (const one of problems) {
    const key = JSON.stringify([one.level, one.message, one.hint, one.below]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** `file:line` as people say it. */
export function placeWords(place) {
  const [, file, line] = /^(.*?)(?::(\d+))?(?::\d+)?$/s.exec(place);
  return lineWords(file, line);
}

const PLACES = /([^\s「」：，“”"]+\.ya?ml):(\d+)(?::\d+)?/g;

const inWords = (text) => text.replace(PLACES, (_, file, line) => lineWords(file, line));

/** A sentence; the lines below it are to be written as they stand, up to one that is a sentence again. */
function notice(text, classes) {
  const [said, ...rest] = text.split("\n");
  const after = rest[0]?.startsWith(" ") ? rest.findIndex((line) => !line.startsWith(" ")) : -1;
  const lines = after < 0 ? rest : rest.slice(0, after);
  const more = after < 0 ? [] : rest.slice(after);
  const block = lines.length ? codeBlock(lines.join("\n"), said) : null;
  return el("div", classes, { dir: "auto" }, el("p", "", {}, inWords(said)), block, ...more.map((line) => el("p", "", {}, inWords(line))));
}

/** Where only the first letter of a line is meant, all of it is. */
const marked = ([before, meant, after]) => (meant.length < 2 && /^[\s-]*$/.test(before) ? [before, meant + after, ""] : [before, meant || " ", after]);

function excerpt(source) {
  const [before, meant, after] = marked(source);
  return el("code", "mono edit-source", { dir: "auto" }, before, el("mark", "", {}, meant), after);
}

/** The button that has a repair written into its file: what was seen of the playbook follows by itself. In a trial the files are the draft's. */
function mender(repair) {
  const failed = el("p", "edit-unmended", { role: "alert" });
  const button = el("button", "plain mend", { type: "button" }, tr("Mend it"));
  button.onclick = async () => {
    button.disabled = true;
    failed.textContent = "";
    try {
      await call("POST", "playbook/mend", { repair });
    } catch {
      failed.textContent = tr("Nothing was written: the file was changed meanwhile, or cannot be written to.");
      button.disabled = false;
    }
  };
  return el("div", "edit-mend", {}, button, failed);
}

function problem(alike) {
  const [{ level, message, hint, below }] = alike;
  const head = el("p", "edit-head", {}, el("span", `edit-level ${level}`, {}, LEVELS[level]()));
  const lines = alike.map(({ place, source, repair }) => el("div", "edit-at", {}, place ? el("p", "edit-place", {}, placeWords(place)) : null, source ? excerpt(source) : null, repair && hasConsole ? mender(repair) : null));
  return el("li", "edit-problem", {}, head, el("p", "edit-message", { dir: "auto" }, inWords(message)), ...lines, hint ? notice(hint, "edit-hint") : null, ...below.map((one) => notice(one, "edit-below")));
}
