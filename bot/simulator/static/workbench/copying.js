// Buttons that put a text onto the clipboard, and say so.

import { copied } from "../clipboard.js";
import { $, el, icon } from "../elements.js";
import { tr } from "../words.js";
import { yamlLines } from "./yaml_view.js";

const NOTICE_FOR = 1600;

/** A button that copies `text`, as the server draws them too. */
export const copyButton = (text, { label = tr("Copy") } = {}) =>
  el("button", "copy quiet", { type: "button", title: label, "data-copy": text, "data-part": `copy ${text.slice(0, 80)}` }, icon("copy", 18), el("span", "", {}, label));

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button === null) return;
  button.dataset.notice = (await copied(button.dataset.copy)) ? tr("Copied") : tr("The browser does not let the page copy");
  $("spoken").textContent = button.dataset.notice;
  setTimeout(() => delete button.dataset.notice, NOTICE_FOR);
});

/** A command with its copy button: its lines end between words only, never within one that fits. */
export function commandBlock(text, label) {
  const words = text.split(" ").flatMap((word, i) => [...(i ? [" "] : []), el("span", "code-word", {}, word)]);
  return el("div", "code-block", {}, el("pre", "code", { tabIndex: 0, role: "region", "aria-label": label }, ...words), copyButton(`${text.trimEnd()}\n`));
}

/** A block of YAML with its copy button, which copies whole lines: pasted above others, they do not run into these. */
export function codeBlock(text, label) {
  return el("div", "code-block", {}, el("pre", "code", { tabIndex: 0, role: "region", "aria-label": label }, ...yamlLines(text)), copyButton(`${text.trimEnd()}\n`, { label: tr("Copy") }));
}
