// Who begins to type, wherever they are on the page, wants to say it: the keyboard opens and takes the key.

import { $ } from "../elements.js";
import { focusField } from "./focus.js";

const TYPES = new Set(["Process", "Dead", "Unidentified"]); // an input method, or a sign that the next key completes
const OF_ITS_OWN = "input, textarea, select, [contenteditable], [role=dialog]";

const IN_CHAT = "#quick, #rich-menu"; // what is tapped there is said, and what comes next may be typed

/** `begin()` focuses the field while the key is still on its way: it goes there then. Space presses buttons and scrolls. `paste(event)` takes what is pasted beside every field. */
export function takeTyping(begin, paste) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const types = ([...event.key].length === 1 && event.key !== " ") || event.isComposing || event.keyCode === 229 || TYPES.has(event.key);
    if (types && !event.target.closest(OF_ITS_OWN)) begin();
  });
  document.addEventListener("paste", (event) => {
    if (!event.defaultPrevented && !event.target.closest(OF_ITS_OWN)) paste(event);
  });
  // A click beside everything leaves no field for an input method to begin in; in the workbench it is where keys scroll.
  document.addEventListener("click", (event) => {
    const { activeElement: on } = document;
    const isBeside = [document.body, $("chat")].includes(on) && !event.target.closest(".bench, .cover");
    const isTapped = on.tagName === "BUTTON" && on.contains(event.target) && Boolean(on.closest(IN_CHAT));
    if (event.detail && (isBeside || isTapped) && getSelection().isCollapsed) focusField();
  });
}
