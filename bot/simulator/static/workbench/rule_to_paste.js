// The rule that would have matched, and where in the playbook it goes.

import { el } from "../elements.js";
import { tr } from "../words.js";
import { codeBlock, copyButton } from "./copying.js";

let folder = null;

/** Whether our staff's pages are beside this one: a trial has none, its phone stands on one of them. */
export const hasConsole = globalThis.location?.pathname.startsWith("/simulator/") ?? false;

/** Where the playbook's files are. */
export function useFolder(path) {
  folder = path;
}

/** Where the file is that is to be opened, to be copied; nothing where that is not known. */
const whole = (file) => (folder ? [el("p", "whole-path", {}, copyButton(`${folder}/${file}`, { classes: "source", shown: `${folder}/${file}`, label: tr("Copy the place") }))] : []);

/** For a turn that nobody took, or only a rule for all the rest; nothing where no rule is missing. What is `near` was shown before. */
export function ruleToPaste({ rule, paste, instead, unheard, add, heard, near }) {
  if (add) return listToWiden(add, heard);
  if (!rule) return null;
  const label = near?.length ? tr("Or, to answer something else, by a rule of its own:") : unheard ? tr("With this rule the bot would answer:") : tr("To have the bot answer this, add a rule:");
  const form = hasConsole && /when: \{text: /.test(rule) ? [el("a", "primary small way", { href: `../admin/playbook/answer?asked=${encodeURIComponent(heard)}` }, tr("Write the answer"))] : [];
  const written = [el("p", "", {}, label), codeBlock(rule, label)];
  if (paste) written.push(el("p", "where-to", {}, paste.line === null ? tr("Make the file {file} in the playbook's folder, paste this, write your answer instead of “…”, and save.", { file: paste.file }) : tr("Open {file}, click at the very start of line {line}, paste (right below “{below}”), write your answer instead of “…”, and save.", { file: paste.file, line: paste.line + 1, below: paste.below })), ...whole(paste.file));
  if (instead) written.push(el("p", "where-to", {}, tr("anything_else answered this. It is always asked last, so the new rule need not stand before it.")));
  const block = form.length ? [el("details", "", {}, el("summary", "", {}, tr("Write it into the file instead")), ...written)] : written;
  return el("div", "would", {}, ...form, ...block);
}

/** A rule waits for the same with other marks: a second one would come before it for good. */
function listToWiden({ file, line, text, list }, said) {
  const label = tr("Only marks, spaces, width or characters differ from “{text}” in line {line}; no other rule is needed:", { text, line });
  return el("div", "would", {}, el("p", "", {}, label), codeBlock(list, label), el("p", "where-to", {}, tr("Open {file}, add “{said}” to the list in line {line}, and save. Where only “{text}” stands there, write the above instead.", { file, line, text, said })), ...whole(file));
}
