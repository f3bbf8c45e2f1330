// A page in the simulator's workbench: renewed when the workbench says so, but for what is being written or chosen in it.

import "./sent_once.js";

const WAITS = 100; // milliseconds, for what comes together
let wanted = 0;
let due = 0;

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== parent || data !== "renew") return;
  clearTimeout(due);
  due = setTimeout(renew, WAITS);
});

/** Read the page anew; what a form was answered with is not to be read at its address, and stays. */
async function renew() {
  if (document.querySelector("[data-renewed]") === null) return;
  const mine = ++wanted;
  const answer = await fetch(location.href).catch(() => null);
  if (mine !== wanted || answer === null || !answer.ok) return; // the page stays as it is until the next time
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine === wanted) for (const part of document.querySelectorAll("[data-renewed]")) renewPart(part, page.querySelector(`[data-renewed="${part.dataset.renewed}"]`));
}

/** Have the sections of a part be those of `fresh`, in their order; one that reads the same, or is in use, stays the element that it is. */
function renewPart(part, fresh) {
  if (fresh === null) return;
  const standing = new Map([...part.children].map((child) => [keyOf(child), child]));
  let at = part.firstElementChild;
  for (const next of [...fresh.children]) {
    const old = standing.get(keyOf(next));
    standing.delete(keyOf(next));
    if (old === undefined) part.insertBefore(next, at);
    else {
      at = old.nextElementSibling;
      if (inUse(old)) waiting = true;
      else if (readingOf(old) !== readingOf(next)) old.replaceWith(opened(next, old));
    }
  }
  for (const gone of standing.values()) if (!inUse(gone)) gone.remove();
}

let waiting = false;
addEventListener("focusout", () => {
  if (!waiting) return;
  waiting = false;
  due = setTimeout(renew, WAITS);
});

const keyOf = (section) => section.getAttribute("aria-labelledby") ?? section.getAttribute("aria-label") ?? section.className;

/** A section as it was sent, whatever was opened in it since; each answer has another proof, and another name of a form. */
function readingOf(section) {
  const copy = section.cloneNode(true);
  for (const proof of copy.querySelectorAll("input[name=proof], input[name=form], input[name=press]")) proof.removeAttribute("value");
  for (const folded of copy.querySelectorAll("details")) folded.open = false;
  for (const button of copy.querySelectorAll("button")) button.disabled = false;
  return copy.outerHTML;
}

/** Somebody writes in it, or has written or chosen what is not sent yet. */
function inUse(section) {
  const fields = [...section.querySelectorAll("input:not([type=hidden]), select, textarea")];
  return fields.some((field) => field === document.activeElement || isChanged(field));
}

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}

/** The new section, with that open which was open, and the focus where it was. */
function opened(next, old) {
  const was = [...old.querySelectorAll("details")];
  for (const folded of next.querySelectorAll("details")) {
    const before = was.find((one) => nameOf(one) === nameOf(folded));
    if (before) folded.open = before.open;
  }
  const at = [...old.querySelectorAll("a, button, summary")].indexOf(document.activeElement);
  if (at >= 0) queueMicrotask(() => next.querySelectorAll("a, button, summary")[at]?.focus({ preventScroll: true }));
  return next;
}

const nameOf = (details) => [details.closest("li")?.querySelector("time")?.dateTime, details.querySelector("summary").textContent].join();
