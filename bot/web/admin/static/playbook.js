// The playbook's editor: what is written is saved by itself, and checked. Without this file one saves with the button.
// What could not be saved stays in this browser, for this account, until it is saved or thrown away by a click.

import { editorOn } from "./editor.js";

const SAVE_AFTER = 600; // milliseconds of rest
const AGAIN = 5000; // until it is tried again
const desk = document.querySelector("[data-playbook]");
const list = document.querySelector("[data-problems]");
const form = document.querySelector("[data-text]");
const status = document.querySelector("[data-status]");
const { path, kept } = desk.dataset;
const area = form?.querySelector("textarea");
const proof = () => document.querySelector("[name=proof]").value;
let editor = null;
let problems = [];
let stored = ""; // what the server has
let waits = 0;
let isSaving = false;
let isAsking = false; // which of two texts stays
let checks = 0;

/** Send fields as a form does; with a text of any length as one that brings a file. */
const post = (where, fields, body = new URLSearchParams()) => {
  for (const [name, value] of Object.entries({ proof: proof(), ...fields })) body.append(name, value);
  return fetch(where, { method: "POST", body });
};
const say = (text) => (status.textContent = text);

/** What of the file is written in: the draft's revision, the live file that it began from, what that revision holds. */
const opened = () => ({ revision: form.revision.value, base: form.base.value, content: form.content.value });

function keep(text) {
  try {
    localStorage.setItem(kept, JSON.stringify({ text, ...opened() }));
  } catch {
    // this browser keeps nothing: it stays in the field
  }
}

function left() {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "null");
  } catch {
    return null;
  }
}

function later(rest = SAVE_AFTER) {
  clearTimeout(waits);
  waits = setTimeout(save, rest);
}

/** Store what is written; whatever comes of it, it is in this browser until the server has it. */
async function save() {
  clearTimeout(waits);
  waits = 0;
  const text = editor.text();
  if (isSaving || isAsking || text === stored) return;
  isSaving = true;
  keep(text);
  say(list.dataset.saving);
  const fields = { path, as: "json", ...opened(), file: text };
  const answer = await post(form.action, fields, new FormData()).catch(() => null);
  const data = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json().catch(() => null) : null;
  isSaving = false;
  if (answer?.ok && data) return saved(text, data);
  if (answer?.status === 409 && data) return data.asks ? ask(data.refused, text) : say(data.refused);
  if (answer && answer.status < 500) return say(list.dataset.signedOut);
  say(list.dataset.failed);
  later(AGAIN);
}

function saved(text, { revision, base, content }) {
  stored = text;
  form.revision.value = revision;
  form.base.value = base;
  form.content.value = content;
  if (editor.text() === text) {
    localStorage.removeItem(kept);
    say(list.dataset.saved);
    check();
  } else {
    later();
  }
}

/** There are two texts: the one here, and the one that the server has. Nothing is saved before one is chosen. */
function ask(why, mine) {
  isAsking = true;
  say(why);
  const buttons = document.createElement("span");
  buttons.className = "buttons";
  const button = (word, chosen) => {
    const made = document.createElement("button");
    made.className = "button quiet";
    made.type = "button";
    made.textContent = word;
    made.addEventListener("click", chosen);
    buttons.append(made);
  };
  button(list.dataset.keep, async () => {
    await renewed(); // the revision that it is to replace
    isAsking = false;
    if (editor.text() !== mine && stored !== editor.text()) mine = editor.text();
    editor.put(mine);
    save();
  });
  button(list.dataset.other, () => {
    localStorage.removeItem(kept);
    location.reload();
  });
  status.append(buttons);
}

/** Which revision the server has by now. */
async function renewed() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const now = page.querySelector("[data-text]");
  if (now === null) return;
  form.revision.value = now.revision.value;
  form.base.value = now.base.value;
  form.content.value = now.content.value;
  stored = now.querySelector("textarea").value;
}

/** What `oaflow check` says of the whole draft; of several answers the last one asked for counts. */
async function check() {
  const mine = ++checks;
  const answer = await post("/admin/playbook/check", {}).catch(() => null);
  const found = await answer?.json().catch(() => null);
  if (mine !== checks || !found) return;
  if (answer.ok) show(found);
  else if (found.refused) say(found.refused);
}

function show({ problems: found, states }) {
  problems = found;
  editor?.mark(problems.filter((one) => one.file === path));
  list.replaceChildren(...problems.map(drawn));
  document.querySelector("[data-no-mistakes]").hidden = problems.some((one) => one.level === "error");
  document.dispatchEvent(new CustomEvent("checked", { detail: problems.some((one) => one.level === "error") }));
  for (const link of document.querySelectorAll("[data-file]")) {
    const number = problems.filter((one) => one.file === link.dataset.file && one.level === "error").length;
    const mark = link.querySelector("[data-mistakes]");
    mark.hidden = number === 0;
    mark.textContent = number;
    if (states[link.dataset.file]) link.dataset.state = states[link.dataset.file];
  }
}

function drawn(problem) {
  const item = document.createElement("li");
  item.className = `is-${problem.level}`;
  const at = document.createElement(problem.file === path ? "button" : "a");
  at.className = "at";
  at.textContent = problem.file === path ? list.dataset.line.replace("#", problem.line) : `${problem.file}:${problem.line}`;
  if (problem.file === path) at.addEventListener("click", () => editor.go(problem.line, problem.column));
  else at.href = `/admin/playbook?file=${encodeURIComponent(problem.file)}#line-${problem.line}`;
  const says = document.createElement("span");
  says.textContent = ` ${problem.message}`;
  item.append(at, says);
  if (problem.hint) {
    const hint = document.createElement("span");
    hint.className = "says";
    hint.textContent = problem.hint;
    item.append(hint);
  }
  if (problem.repair.length && problem.file === path && editor) item.append(mender(problem));
  return item;
}

/** The button that makes a repair, in what was checked: what is written since may have moved the place. */
function mender(problem) {
  const button = document.createElement("button");
  button.className = "button quiet mend";
  button.type = "button";
  button.textContent = list.dataset.mend;
  button.disabled = editor.text() !== stored;
  button.setAttribute("aria-label", `${list.dataset.mend}: ${problem.message}`);
  button.addEventListener("click", () => {
    editor.mend(problem.repair);
    save();
  });
  return button;
}

/** What may stand at a place of what is written. */
async function suggest(text, line, column) {
  const answer = await post("/admin/playbook/suggest", { path, line, column, file: text }, new FormData()).catch(() => null);
  return answer === null || !answer.ok ? [] : (await answer.json()).words;
}

function write() {
  form.querySelector("[data-save]").hidden = true;
  form.querySelector("[data-keys]").hidden = false;
  stored = area.value;
  editor = editorOn(area, suggest);
  const before = left();
  if (before !== null && before.text !== stored) {
    editor.put(before.text);
    const isPublished = Boolean(before.content) && before.content === form.base.value && form.revision.value === "0";
    if (isPublished || (before.revision === form.revision.value && before.base === form.base.value)) save();
    else ask(list.dataset.left, before.text); // the file was changed since
  } else {
    localStorage.removeItem(kept);
  }
  editor.onInput(() => {
    for (const button of list.querySelectorAll(".mend")) button.disabled = true; // until it is checked again
    if (!isAsking) later();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  addEventListener("pagehide", () => !isAsking && editor.text() !== stored && keep(editor.text()));
  const line = /^#line-(\d+)$/.exec(location.hash);
  if (line) editor.go(Number(line[1]), 1);
  if (problems.length) show({ problems, states: {} }); // checked before there was an editor
}

// what is thrown away by a click does not come back from this browser
for (const other of document.querySelectorAll("form[data-ends]")) {
  other.addEventListener("submit", () => {
    if (editor) stored = editor.text();
    clearTimeout(waits);
    const prefix = other.dataset.ends === "all" ? kept.slice(0, -path.length) : kept;
    for (const name of Object.keys(localStorage)) if (name.startsWith(prefix)) localStorage.removeItem(name);
  });
}

if (area) write();
check();
