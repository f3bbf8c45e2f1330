// The rule that would have heard it, and where in the playbook it goes.

import { el } from "../elements.js";
import { words } from "../words.js";
import { codeBlock } from "./copying.js";

/** For a turn that nobody took, or only a rule for all the rest; nothing where no rule is missing. */
export function ruleToPaste({ rule, paste, instead, unheard }) {
  if (!rule) return null;
  const w = words();
  const label = unheard ? w.wouldHear : w.wouldBeBetter;
  const block = el("div", "would", {}, el("p", "", {}, label), codeBlock(rule, label));
  if (paste) block.append(el("p", "where-to", {}, paste.line === null ? w.pasteNew(paste.file) : w.pasteBelow(paste.file, paste.line, paste.below)));
  if (instead) block.append(el("p", "where-to", {}, w.orderOfRest));
  return block;
}
