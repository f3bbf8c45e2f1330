// The rule that would have heard it, and where in the playbook it goes.

import { el } from "../elements.js";
import { words } from "../words.js";
import { codeBlock, copyButton } from "./copying.js";

let folder = null;

/** Where the playbook's files are. */
export function useFolder(path) {
  folder = path;
}

/** Where the file is that is to be opened, to be copied; nothing where that is not known. */
const whole = (file) => (folder ? [el("p", "whole-path", {}, copyButton(`${folder}/${file}`, { classes: "source", shown: `${folder}/${file}`, label: words().copyPlace }))] : []);

/** For a turn that nobody took, or only a rule for all the rest; nothing where no rule is missing. What is `near` was shown before. */
export function ruleToPaste({ rule, paste, instead, unheard, add, heard, near }) {
  if (add) return listToWiden(add, heard);
  if (!rule) return null;
  const w = words();
  const label = near?.length ? w.orOwnRule : unheard ? w.wouldHear : w.wouldBeBetter;
  const block = el("div", "would", {}, el("p", "", {}, label), codeBlock(rule, label));
  if (paste) block.append(el("p", "where-to", {}, paste.line === null ? w.pasteNew(paste.file) : w.pasteBelow(paste.file, paste.line, paste.below)), ...whole(paste.file));
  if (instead) block.append(el("p", "where-to", {}, w.orderOfRest));
  return block;
}

/** A rule waits for the same with other marks: a second one would come before it for good. */
function listToWiden({ file, line, text, list }, said) {
  const w = words();
  const label = w.onlyMarks(text, line);
  return el("div", "would", {}, el("p", "", {}, label), codeBlock(list, label), el("p", "where-to", {}, w.addToList(file, line, text, said)), ...whole(file));
}
