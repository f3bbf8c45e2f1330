// Where the focus goes when what had it is gone.

import { $ } from "../elements.js";

/** Whether the page around this one has the focus: somebody writes there. */
export const isElsewhere = () => parent !== window && !document.hasFocus();

/** Into the field, where a keyboard is there anyway; on a touch screen that would bring one up. */
export function focusField() {
  if (isElsewhere()) return;
  const typing = $("text").checkVisibility() && matchMedia("(hover: hover)").matches;
  (typing ? $("text") : $("chat").checkVisibility() ? $("chat") : $("back")).focus({ preventScroll: true });
}
