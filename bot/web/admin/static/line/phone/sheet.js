// What the drawn messages open, a picture or a video, large: on the staff's pages a dialog over the page.

import { el, icon } from "../elements.js";
import { tr } from "../words.js";

/** Show something large; returns what closes it. */
export function openSheet(title, body, { classes = "", onclose } = {}) {
  const shut = el("button", "round", { type: "button", "aria-label": tr("Close"), onclick: () => dialog.close() }, icon("close"));
  const dialog = el("dialog", `seen-large ${classes}`, { "aria-label": title, onclick: ({ target }) => target === dialog && dialog.close() }, shut, body);
  dialog.addEventListener("close", () => {
    dialog.remove();
    onclose?.();
  });
  document.body.append(dialog);
  dialog.showModal();
  return () => dialog.close();
}

/** What was just done, in a line; here it is seen by itself. */
export function toast() {}
