// The playbook's editor: what is written is saved by itself, and checked. Without this file one saves with the button.

import { editorOn } from "./editor.js";

const SAVE_AFTER = 600; // milliseconds of rest
const desk = document.querySelector("[data-playbook]");
const list = document.querySelector("[data-problems]");
const form = document.querySelector("[data-text]");
const status = document.querySelector("[data-status]");
const proof = document.querySelector("[name=proof]").value;
const path = desk.dataset.path;
const kept = `oaflow-draft ${path}`;
const area = form?.querySelector("textarea");
let saving = null;
let again = false;
let waits = 0;
let editor = null;
let problems = [];

/** Send fields as a form does; with a text of any length as one that brings a file. */
const post = (where, fields, body = new URLSearchParams()) => {
  for (const [name, value] of Object.entries({ proof, ...fields })) body.append(name, value);
  return fetch(where, { method: "POST", body });
};
const say = (text) => (status.textContent = text);

/** Store what is written; what cannot be stored stays here, and in the browser. */
async function save() {
  clearTimeout(waits);
  waits = 0;
  if (saving) return void (again = true);
  const written = editor.text();
  say(list.dataset.saving);
  const fields = { path, as: "json", revision: form.revision.value, file: written };
  saving = post(form.action, fields, new FormData()).catch(() => null);
  const answer = await saving;
  saving = null;
  if (answer === null || answer.status >= 500 || answer.redirected) {
    localStorage.setItem(kept, written);
    say(list.dataset.failed);
    later(5000);
    return;
  }
  const data = await answer.json().catch(() => null);
  if (answer.status === 409 && data) return refused(data);
  if (!answer.ok || !data) return say(list.dataset.failed);
  form.revision.value = data.revision;
  localStorage.removeItem(kept);
  say(list.dataset.saved);
  if (again) {
    again = false;
    return save();
  }
  check();
}

function later(rest = SAVE_AFTER) {
  clearTimeout(waits);
  waits = setTimeout(save, rest);
}

/** Another window has saved it: both texts are there, and one chooses. */
function refused({ refused: why, text }) {
  say(why);
  localStorage.setItem(kept, editor.text());
  const buttons = document.createElement("span");
  buttons.className = "buttons";
  for (const [word, take] of [
    [list.dataset.keep, () => editor.text()],
    [list.dataset.other, () => text ?? editor.text()],
  ]) {
    const button = document.createElement("button");
    button.className = "button quiet";
    button.type = "button";
    button.textContent = word;
    button.addEventListener("click", () => {
      localStorage.setItem(kept, take());
      location.reload();
    });
    buttons.append(button);
  }
  status.append(buttons);
}

/** What `oaflow check` says of the whole draft. */
async function check() {
  const answer = await post("/admin/playbook/check", {}).catch(() => null);
  if (answer === null || !answer.ok) return;
  show(await answer.json());
}

function show({ problems: found, states }) {
  problems = found;
  editor?.mark(problems.filter((one) => one.file === path));
  list.replaceChildren(...problems.map(drawn));
  document.querySelector("[data-no-mistakes]").hidden = problems.some((one) => one.level === "error");
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
  return item;
}

/** What may stand at a place of what is written. */
async function suggest(text, line, column) {
  const answer = await post("/admin/playbook/suggest", { path, line, column, file: text }, new FormData()).catch(() => null);
  return answer === null || !answer.ok ? [] : (await answer.json()).words;
}

async function write() {
  form.querySelector("[data-save]").hidden = true;
  editor = await editorOn(area, form.dataset, suggest);
  const left = localStorage.getItem(kept);
  if (left !== null && left !== editor.text()) {
    editor.put(left);
    save();
  }
  editor.onInput(() => later());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  addEventListener("pagehide", () => (waits || saving) && localStorage.setItem(kept, editor.text()));
  const line = /^#line-(\d+)$/.exec(location.hash);
  if (line) editor.go(Number(line[1]), 1);
  editor.mark(problems.filter((one) => one.file === path));
}

if (area) write();
check();
