// What one can do with a message: by a long press, the right button, or the menu key.

import { copied } from "../clipboard.js";
import { $, el, icon } from "../elements.js";
import { tr } from "../words.js";
import { openSheet, toast } from "./sheet.js";
import { plainText } from "./text.js";

const LONG = 500;

/** Listen in the chat. `messageAt(element)` is the message there; `acts`: unsend(message), chosen(message). */
export function messageMenu(messageAt, acts) {
  const chat = $("chat");
  let timer;
  const open = (event) => {
    const message = messageAt(event.target);
    if (!message || message.unsent || event.target.closest("a, input, textarea")) return;
    event.preventDefault();
    show(message, acts);
  };
  chat.addEventListener("contextmenu", open);
  chat.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.classList.contains("said")) open(event);
  });
  const still = () => clearTimeout(timer);
  chat.addEventListener("pointerdown", (event) => {
    still();
    if (event.pointerType === "touch") timer = setTimeout(() => open(event), LONG);
  });
  for (const kind of ["pointerup", "pointermove", "pointercancel", "scroll"]) chat.addEventListener(kind, still, { passive: true });
}

function show(message, acts) {
  const { content } = message;
  const row = (mark, label, act) => el("button", "list-row", { type: "button", onclick: () => { close(); act(); } }, icon(mark), label);
  const copy = async () => toast((await copied(plainText(content))) ? tr("Copied") : tr("The browser does not let the page copy"));
  const rows = [
    typeof content.text === "string" ? row("copy", tr("Copy text"), copy) : null,
    row("clock", tr("Back to here, and try again"), () => acts.back(message)),
    message.author === "bot" ? row("menu", tr("Why this answer"), () => acts.chosen(message, true)) : row("undo", tr("Unsend"), () => acts.unsend(message)),
  ].filter(Boolean);
  rows[0].setAttribute("data-first", "");
  const close = openSheet(tr("This message"), el("div", "sheet-body", {}, ...rows));
}
