// What stands beside a form, looked at anew as one writes: the form says which part of the page that is, if any.

const PAUSE = 700; // ms without a key until it is looked at
const form = document.querySelector("[data-beside]");
const side = form?.dataset.beside ? document.getElementById(form.dataset.beside) : null;
let asked = 0;
let waits = 0;

async function look() {
  const mine = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("act", "look");
  fields.set("part", "side");
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (mine !== asked || answer === null || !answer.ok) return; // a later one is under way; else saving says why
  const text = await answer.text();
  if (mine !== asked) return;
  const open = [...side.querySelectorAll("details")].map((one) => one.open);
  side.innerHTML = text;
  [...side.querySelectorAll("details")].forEach((one, number) => one.toggleAttribute("open", open[number] ?? false));
  if (side.querySelector("[data-message]")) await (await import("./line_messages.js")).drawMessages(side);
}

function lookLater() {
  clearTimeout(waits);
  waits = setTimeout(look, PAUSE);
}

// What says something only beside another field: `name=one|other`, or `name`, which is not empty then; with
// `&` between, where both hold.
function showWhatCounts() {
  const said = new FormData(form);
  function holds(condition) {
    const [name, values] = condition.split("=");
    const value = said.get(name) ?? "";
    return values === undefined ? value !== "" : values.split("|").includes(value);
  }
  for (const one of form.querySelectorAll("[data-only]")) {
    one.hidden = !one.dataset.only.split("&").every(holds);
    for (const field of one.querySelectorAll("[data-required]")) field.required = !one.hidden;
  }
}

if (form !== null) {
  showWhatCounts();
  form.addEventListener("input", showWhatCounts);
}
if (side !== null) {
  for (const button of form.querySelectorAll("[data-looks]")) button.hidden = true;
  form.addEventListener("input", (event) => {
    if (!event.isComposing) lookLater();
  });
  form.addEventListener("compositionend", lookLater);
}
