// Who begins to type, wherever they are on the page, wants to say it: the keyboard opens and takes the key.

import { $ } from "../elements.js";
import { focusField } from "./focus.js";

const TYPES = new Set(["Process", "Dead", "Unidentified"]); // an input method, or a sign that the next key completes
const OF_ITS_OWN = "input, textarea, select, [contenteditable], [role=dialog]";

/** `begin()` focuses the field while the key is still on its way: it goes there then. Space presses buttons and scrolls. */
export function takeTyping(begin) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const types = ([...event.key].length === 1 && event.key !== " ") || event.isComposing || TYPES.has(event.key);
    if (types && !event.target.closest(OF_ITS_OWN)) begin();
  });
  // A click beside everything leaves no field for an input method to begin in; in the workbench it is where keys scroll.
  document.addEventListener("click", (event) => {
    const isBeside = [document.body, $("chat")].includes(document.activeElement) && !event.target.closest(".bench, .cover");
    if (event.detail && isBeside && getSelection().isCollapsed) focusField();
  });
}
