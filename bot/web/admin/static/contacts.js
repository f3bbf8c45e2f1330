// The list of customers is searched as one types: what was written is sent as a form, and stands in no address.

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
  if (mine === asked) found.innerHTML = text;
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
