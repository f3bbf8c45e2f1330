// One bubble: header, hero, body and footer, one below the other.

import { el } from "../elements.js";
import { tappable } from "./tap.js";
import { colour, dress, oneOf } from "./units.js";
import { tr } from "../words.js";

const SIZES = ["nano", "micro", "deca", "hecto", "kilo", "mega", "giga"];
const BLOCKS = new Map([
  ["header", ["box"]],
  ["hero", ["box", "image", "video"]],
  ["body", ["box"]],
  ["footer", ["box"]],
]);

/** A bubble; `at` is where it is in the message (`""` or a number in a carousel). */
export function bubble(part, at, drawing, carousel = false) {
  const size = oneOf(SIZES, part.size, "mega");
  const element = el("article", "flex-bubble", { "data-size": size, "data-at": at, dir: oneOf(["ltr", "rtl"], part.direction, "ltr") });
  drawing.notice(part, at);
  for (const [name, types] of BLOCKS) {
    if (part[name] === undefined) continue;
    const place = { row: false, gap: null, first: true, hero: name === "hero", size, carousel, depth: 1, at: at ? `${at}/${name}` : name };
    const drawn = types.includes(part[name]?.type) ? drawing.draw(part[name], place) : drawing.misplaced(part[name], place);
    element.append(...block(name, drawn, part.styles?.[name], element.childElementCount === 0));
  }
  if (element.querySelector(":scope > .flex-body")) element.classList.add("flex-stretching");
  if (element.querySelector(":scope > .flex-footer")) element.classList.add("flex-footed");
  if (element.childElementCount === 0) element.append(el("p", "flex-strange", {}, tr("An empty card")));
  tappable(element, part.action, drawing.act);
  return element;
}

/** The block in its style, a line above it where it has one; never above the first. */
function block(name, drawn, style, first) {
  const element = el("div", `flex-block flex-${name}`, {}, drawn);
  dress(element, { backgroundColor: colour(style?.backgroundColor) });
  if (style?.separator !== true || first) return [element];
  const line = el("div", "flex-separator", { role: "presentation" });
  dress(line, { borderColor: colour(style.separatorColor) });
  return [line, element];
}
