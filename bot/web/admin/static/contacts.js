// The list of customers is searched as one types: what was written is sent as a form, and stands in no address.

import { drawTicks } from "./ticks.js";

const form = document.querySelector("[data-sought]");
const found = document.getElementById("found");
let asked = 0;
let waits = 0;

async function seek() {
  const mine = ++asked;
  const fields = new URLSearchParams(new FormData(form));
  fields.set("part", "1");
  const answer = await fetch(form.action, { method: "POST", body: fields }).catch(() => null);
  if (mine !== asked || answer === null || !answer.ok) return; // a later one is under way; else Enter says why
  const text = await answer.text();
  if (mine !== asked) return;
  found.innerHTML = text;
  drawTicks();
}

form.addEventListener("input", (event) => {
  if (event.isComposing) return;
  clearTimeout(waits);
  waits = setTimeout(seek, 250);
});
form.addEventListener("compositionend", () => {
  clearTimeout(waits);
  waits = setTimeout(seek, 250);
});
