// One search on every page, for pages, customers and what can be done: ⌘K or Ctrl-K, `/` where a page has no field of its own.
// What is written is sent as a form, and stands in no address.

const dialog = document.getElementById("search");
const form = dialog.querySelector("form");
const field = form.elements.who;
const found = dialog.querySelector(".found");
const status = dialog.querySelector("[role=status]");
const opener = document.querySelector(".to-search");
const isApple = /Mac|iP(hone|ad)/.test(navigator.platform);
const WAIT = 200; // milliseconds after the last stroke
let asked = 0;
let waits = 0;

const options = () => [...found.querySelectorAll("[role=option]")];
const active = () => found.querySelector("[aria-selected=true]");

export function openSearch() {
  if (dialog.open) return;
  dialog.showModal();
  field.select();
  if (!found.hasChildNodes()) seek();
}

function shut() {
  field.blur(); // else it has the next stroke, too, where nothing else had the focus
  dialog.close();
}

async function seek() {
  const mine = ++asked;
  clearTimeout(waits);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (mine !== asked || answer === null || !answer.ok) return; // a later one is under way
  const text = await answer.text();
  if (mine !== asked) return;
  found.innerHTML = text;
  found.scrollTop = 0;
  options().forEach((one, number) => (one.id = `option-${number}`));
  choose(options()[0]);
  status.textContent = found.querySelector("[data-says]").dataset.says;
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(active()) + by + all.length) % all.length]);
}

/** The one that is chosen of what the field asks for by now, else the list of customers. */
async function go() {
  if (waits) await seek();
  (active() ?? found.querySelector("button"))?.click();
}

function seekSoon() {
  clearTimeout(waits);
  waits = setTimeout(() => {
    waits = 0;
    seek();
  }, WAIT);
}

field.addEventListener("input", (event) => event.isComposing || seekSoon());
field.addEventListener("compositionend", seekSoon);
field.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // an arrow or Enter of an input method
  const does = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: go, Escape: shut }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
form.addEventListener("submit", (event) => event.preventDefault());
dialog.addEventListener("click", ({ target }) => {
  if (target === dialog || target.closest("[data-close]")) shut();
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey || !(isApple ? event.metaKey : event.ctrlKey)) return;
  event.preventDefault();
  if (dialog.open) shut();
  else openSearch();
});
opener.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the list of all pages, in a window of its own
  event.preventDefault();
  openSearch();
});
addEventListener("pagehide", shut); // who comes back finds the page
const shortcut = opener.querySelector("kbd");
shortcut.textContent = isApple ? "⌘K" : "Ctrl K";
shortcut.hidden = false;
