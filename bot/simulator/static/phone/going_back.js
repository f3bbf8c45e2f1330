// Going back in a conversation: to a message, and to before the first. What stays as it is, is said before.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { words } from "../words.js";
import { openSheet, toast } from "./sheet.js";

/** Ask whether to go back to this message of a friend's chat, and do it. */
export function askBack(message, friend) {
  const w = words();
  const told = message.author === "bot" ? w.backAfter : w.backBefore;
  const go = async () => {
    close();
    await done(() => call("POST", `friends/${encodeURIComponent(friend)}/back`, { message: message.id }), w.wentBack);
  };
  const button = el("button", "wide-button strong", { type: "button", "data-first": "", id: "go-back", onclick: go }, w.goBack);
  const close = openSheet(w.backTitle, el("div", "sheet-body", {}, el("p", "told", {}, told), el("p", "told", {}, w.backStays), button));
}

/** The friend is a stranger again; resolves to whether it was done. */
export const beginAnew = (friend) => done(() => call("POST", `friends/${encodeURIComponent(friend)}/anew`, {}), words().begunAnew);

async function done(work, what) {
  const w = words();
  try {
    await work();
    toast(what);
    return true;
  } catch (trouble) {
    toast(w.backErrors[trouble.code] ?? w.errors[trouble.code] ?? w.errors.other);
    return false;
  }
}
