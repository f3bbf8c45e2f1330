// A broadcast while it is composed: drawn and counted as one writes; small buttons change the form where it is.

import { drawMessages } from "./line_messages.js";

const PAUSE = 700; // ms without a key until it is looked at
const COUNTED = 2000; // ms until it is asked again for what is still counted
let asked = 0;
let waits = 0;
let isWritten = false;
let isChanging = false;
const isNarrow = matchMedia("(max-width: 699px)");

const form = () => document.querySelector("[data-compose]");
const side = document.getElementById("side");

/** The form as data, with what a button does; files are sent only by the field that was changed. */
function fieldsOf(act, file = null) {
  const fields = new FormData(form());
  fields.set("act", act);
  if (file !== null) fields.set("file", file, file.name);
  return fields;
}

/** Look at it after a while, unless one writes on. */
function lookLater(pause = PAUSE) {
  clearTimeout(waits);
  waits = setTimeout(look, pause);
}

/** Saving is the button to press next until all is saved: then the one beside the form is. */
function leadOn() {
  const isSaved = !isWritten && side.querySelector("[data-saved]") !== null;
  form().querySelector("[value=save]").classList.toggle("quiet", isSaved);
  const next = side.querySelector("[data-saved] .button");
  next?.classList.toggle("quiet", !isSaved);
  form().querySelector("[data-next]").replaceChildren(...(isSaved ? [next.cloneNode(true)] : []));
}

/** What is still counted is asked for again. */
function awaitCount() {
  if (side.querySelector("[data-counting]")) lookLater(COUNTED);
}

async function look() {
  if (isChanging) return; // it brings what stands beside the form too
  const mine = ++asked;
  const fields = fieldsOf("look");
  fields.set("part", "side");
  const answer = await fetch(form().action, { method: "POST", body: fields }).catch(() => null);
  if (mine !== asked || answer === null || !answer.ok) return; // a later one is under way; else saving says why
  const text = await answer.text();
  if (mine !== asked) return;
  const open = side.querySelector("details")?.open ?? false;
  side.innerHTML = text;
  isWritten = isWritten && side.querySelector("[data-saved]") === null;
  leadOn();
  if (open) side.querySelector("details")?.setAttribute("open", "");
  awaitCount();
  await drawMessages(side);
}

/** The page that a small button brings; null where there is none: no network, signed out, a fault. */
async function changed(fields) {
  try {
    const answer = await fetch(form().action, { method: "POST", body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-compose]") === null ? null : page;
  } catch {
    return null;
  }
}

/** A small button: the form comes back changed, and stays where one is. Nothing is written while that runs. */
async function change(act, file) {
  if (isChanging) return;
  isChanging = true;
  asked++; // what a look brings now is of the form before
  clearTimeout(waits);
  const [fields, at] = [fieldsOf(act, file), document.activeElement];
  form().inert = true;
  const page = await changed(fields);
  isChanging = false;
  if (page === null) {
    form().inert = false;
    for (const field of form().querySelectorAll("[type=file]")) field.value = ""; // the same one can be chosen again
    at?.focus();
    showRefused(Object.assign(document.createElement("p"), { className: "notice is-bad", role: "alert", textContent: form().dataset.failed }));
    return;
  }
  const open = new Set([...form().querySelectorAll("[data-fold][open]")].map((one) => one.dataset.fold));
  const now = page.querySelector("[data-compose]");
  if (form().querySelector("[data-more]")?.open) now.querySelector("[data-more]")?.setAttribute("open", "");
  form().replaceWith(now);
  side.replaceChildren(...page.getElementById("side").childNodes);
  showRefused(page.querySelector("main [role=alert]"));
  isWritten = true;
  dress(open);
  const added = /^add:([ab])/.exec(act);
  if (added) [...now.querySelectorAll(".bubble")].findLast((one) => one.dataset.group === added[1] && isEmpty(one))?.querySelector("textarea, select, [type=file]")?.focus();
  else if (act === "compare") now.querySelector('[data-group="b"] textarea, [data-group="b"] select')?.focus();
  else if (act === "condition") [...now.querySelectorAll(".condition select")].at(-1)?.focus();
  awaitCount();
  await drawMessages(side);
}

/** Whether nothing stands in a message yet, as in one that was just added. */
function isEmpty(bubble) {
  return [...bubble.querySelectorAll("textarea, select, input:not([type=hidden])")].every((field) => field.value === "");
}

/** Why it was not done stands on top of a page; here it stands beside the form. */
function showRefused(said) {
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

/** What is chosen below a fold, in its line. */
function tellChosen(fold) {
  const says = fold.querySelector("[data-chosen]");
  if (says === null) return;
  const chosen = [...fold.querySelectorAll(".tick > :checked + span")].filter((one) => one.closest(".only-with") === null);
  says.textContent = fold.open ? "" : chosen.map((one) => one.textContent.trim()).join(" · ");
}

/** On a phone what most leave as it is stands folded, but for what was `open`; why nothing was done shows all. */
function fold(open) {
  for (const one of form().querySelectorAll("[data-fold]")) {
    if (isNarrow.matches && document.querySelector("main [role=alert]") === null) one.open = open.has(one.dataset.fold);
    tellChosen(one);
    one.addEventListener("toggle", () => tellChosen(one));
  }
}

function dress(open = new Set()) {
  for (const field of document.querySelectorAll("[data-counts]")) count(field);
  fold(open);
  leadOn();
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("[data-compose]") || event.target.type === "file") return;
  isWritten = true;
  leadOn();
  if (event.target.dataset.counts) count(event.target);
  if (/^c\d$/.test(event.target.name)) {
    event.target.nextElementSibling.hidden = "alone" in event.target.selectedOptions[0].dataset;
  }
  clearTimeout(waits);
  if (!event.isComposing) lookLater();
});
document.addEventListener("compositionend", () => lookLater());
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
awaitCount();
