// What can be tapped: one real button laid over the component, so that mouse, keyboard and screen reader find the same.
// A button that comes later in the card is above an earlier one: the inner action wins, as in LINE.

import { el } from "../elements.js";
import { tr } from "../words.js";

export const isAction = (action) => typeof action === "object" && action !== null && typeof action.type === "string";

const named = (text) => (typeof text === "string" && text.trim() ? text.trim().slice(0, 120) : null);

/** What a screen reader says of an action: its label, else what the component shows, else what it sends or opens. */
export function nameOf(action, element) {
  const candidates = [action.label, element.textContent, action.displayText, action.text, action.uri];
  return candidates.map(named).find((name) => name !== null) ?? tr("Tap");
}

/** The button of an action on `element`, which `act(action, element)` follows. */
export function presser(action, element, act, classes, ...children) {
  const button = el("button", classes, { type: "button", "aria-label": nameOf(action, element) }, ...children);
  if (action.type === "uri") button.setAttribute("role", "link");
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    act(action, element);
  });
  return button;
}

/** Lay a button over `element` if `action` is one. */
export function tappable(element, action, act) {
  if (!isAction(action)) return;
  element.prepend(presser(action, element, act, "flex-tap"));
}
