// A broadcast while it is composed: drawn and counted as one writes; small buttons change the form where it is.

import { drawMessages } from "./line_messages.js";

const PAUSE = 700; // ms without a key until it is looked at
let asked = 0;
let waits = 0;
let isWritten = false;

const form = () => document.querySelector("[data-compose]");
const side = document.getElementById("side");

/** The form as data, with what a button does; files are sent only by the field that was changed. */
function fieldsOf(act, file = null) {
  const fields = new FormData(form());
  fields.set("act", act);
  if (file !== null) fields.set("file", file, file.name);
  return fields;
}

async function look() {
  const mine = ++asked;
  const fields = fieldsOf("look");
  fields.set("part", "side");
  const answer = await fetch(form().action, { method: "POST", body: fields }).catch(() => null);
  if (mine !== asked || answer === null || !answer.ok) return; // a later one is under way; else saving says why
  const text = await answer.text();
  if (mine !== asked) return;
  const open = side.querySelector("details")?.open ?? false;
  side.innerHTML = text;
  if (open) side.querySelector("details")?.setAttribute("open", "");
  await drawMessages(side);
}

/** A small button: the form comes back changed, and stays where one is. */
async function change(act, file) {
  const mine = ++asked;
  clearTimeout(waits);
  const answer = await fetch(form().action, { method: "POST", body: fieldsOf(act, file) }).catch(() => null);
  if (answer === null || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [now, beside] = [page.querySelector("[data-compose]"), page.getElementById("side")];
  if (now === null || mine !== asked) return;
  form().replaceWith(now);
  side.replaceChildren(...beside.childNodes);
  showRefused(page);
  isWritten = true;
  dress();
  const added = /^add:([ab])/.exec(act);
  if (added) [...now.querySelectorAll(".bubble")].findLast((one) => one.dataset.group === added[1])?.querySelector("textarea, select, [type=file]")?.focus();
  else if (act === "condition") [...now.querySelectorAll(".condition select")].at(-1)?.focus();
  await drawMessages(side);
}

/** Why it was not done stands on top of a page; here it stands beside the form. */
function showRefused(page) {
  const said = page.querySelector("main [role=alert]");
  document.querySelector("main [role=alert]")?.remove();
  if (said !== null) form().prepend(said);
}

/** How long texts are, as LINE counts them. */
function count(field) {
  let says = field.nextElementSibling;
  if (says === null) field.after((says = Object.assign(document.createElement("span"), { className: "counted" })));
  const length = field.value.length;
  says.textContent = `${length} / ${field.dataset.counts}`;
  says.classList.toggle("is-over", length > Number(field.dataset.counts));
}

function dress() {
  for (const field of document.querySelectorAll("[data-counts]")) count(field);
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("[data-compose]") || event.target.type === "file") return;
  isWritten = true;
  if (event.target.dataset.counts) count(event.target);
  if (/^c\d$/.test(event.target.name)) {
    event.target.nextElementSibling.hidden = "alone" in event.target.selectedOptions[0].dataset;
  }
  clearTimeout(waits);
  if (!event.isComposing) waits = setTimeout(look, PAUSE);
});
document.addEventListener("compositionend", () => {
  clearTimeout(waits);
  waits = setTimeout(look, PAUSE);
});
document.addEventListener("change", (event) => {
  const { upload } = event.target.dataset;
  if (upload && event.target.files.length) change(upload, event.target.files[0]);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button === null) return;
  event.preventDefault();
  change(button.value);
});
document.addEventListener("submit", () => {
  isWritten = false;
});
addEventListener("beforeunload", (event) => {
  if (isWritten) event.preventDefault();
});

dress();
