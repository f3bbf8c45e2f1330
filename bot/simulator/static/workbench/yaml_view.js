// YAML to read and to copy: keys and comments are coloured, nothing else is understood.

import { el } from "../elements.js";

const KEY = /^(\s*(?:- )*)([^\s#"'{[][^:]*)(:)(?=\s|$)/;
const COMMENT = /(?:^|\s)#.*$/;

/** The lines of a text as coloured elements; what is copied from them is the text itself. */
export function yamlLines(text) {
  return text.split("\n").flatMap((line, i) => [...(i ? ["\n"] : []), ...coloured(line)]);
}

function coloured(line) {
  const key = KEY.exec(line);
  const head = key ? [key[1], el("span", "yaml-key", {}, key[2]), key[3]] : [];
  const rest = line.slice(key ? key[0].length : 0);
  const comment = /["']/.test(rest) ? null : COMMENT.exec(rest); // in quotes, a # may be a text
  if (!comment) return [...head, rest];
  return [...head, rest.slice(0, comment.index), el("span", "yaml-comment", {}, comment[0])];
}
