// Customers are ticked one by one: the browser has them, as sealed parts, while one turns pages of a search.

const KEY = "oaflow.ticked";
let ticked = new Set();
let last = null; // the box that was ticked last, from which Shift ticks as far as the next one

const form = () => document.querySelector("form[data-ticks]");
const boxes = () => [...form().querySelectorAll("[data-tick]")];

/** Who is ticked in this search: another one begins with nobody. */
function read(search) {
  try {
    const there = JSON.parse(sessionStorage.getItem(KEY));
    return new Set(there?.search === search ? there.parts : []);
  } catch {
    return new Set(); // the browser stores nothing, or something else is stored there
  }
}

function write() {
  try {
    if (ticked.size === 0) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ search: form().dataset.search, parts: [...ticked] }));
  } catch {
    // nothing is stored: the ticks of this page count all the same
  }
}

function show() {
  const here = boxes();
  const number = here.filter((box) => box.checked).length;
  const page = form().querySelector("[data-ticks-page]");
  page.checked = number === here.length;
  page.indeterminate = number > 0 && number < here.length;
  form().querySelector("[data-ticks-bar]").toggleAttribute("data-on", ticked.size > 0);
  const says = form().querySelector("[data-says]");
  const text = ticked.size ? says.dataset.says.replace("{number}", ticked.size.toLocaleString("en")) : "";
  if (says.textContent !== text) says.textContent = text;
}

function tick(some, on) {
  for (const box of some) {
    box.checked = on;
    if (on) ticked.add(box.dataset.tick);
    else ticked.delete(box.dataset.tick);
  }
  write();
  show();
}

/** Show the ticks of the list that stands there now. */
export function drawTicks() {
  if (form() === null) return;
  ticked = read(form().dataset.search);
  last = null;
  form().elements.chosen.value = ""; // the browser has them
  for (const box of boxes()) box.checked = ticked.has(box.dataset.tick);
  form().querySelector("[data-needs-script]").hidden = false;
  show();
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-tick]");
  if (box !== null) {
    const all = boxes();
    const [one, other] = [all.indexOf(box), event.shiftKey && last !== null ? all.indexOf(last) : -1];
    const range = other < 0 ? [box] : all.slice(Math.min(one, other), Math.max(one, other) + 1);
    last = box;
    tick(range, box.checked);
  } else if (event.target.closest("[data-ticks-page]") !== null) {
    tick(boxes(), event.target.checked);
  } else if (event.target.closest("[data-ticks-clear]") !== null) {
    event.preventDefault();
    ticked.clear();
    tick(boxes(), false);
    form().querySelector("[data-ticks-page]").focus(); // the bar, and the button in it, are gone
  }
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  const here = new Set(boxes().map((box) => box.dataset.tick));
  form().elements.parts.value = [...ticked].filter((part) => !here.has(part)).join(" ");
});
addEventListener("pageshow", drawTicks); // also when it comes back as it was left

if (document.querySelector("[data-ticks-over]") !== null) {
  try {
    sessionStorage.removeItem(KEY); // it was ordered
  } catch {
    // nothing is stored
  }
}
