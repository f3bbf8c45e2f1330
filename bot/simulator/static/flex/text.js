// Texts and the spans in them.

import { el } from "../elements.js";
import { keepFitting } from "./fitting.js";
import { tappable } from "./tap.js";
import { colour, count, dress, leading, oneOf, textSize } from "./units.js";

const WEIGHTS = new Map([["regular", "400"], ["bold", "700"]]);
const GRAVITY = new Map([["top", "flex-start"], ["center", "center"], ["bottom", "flex-end"]]);

/** The vertical place of a component in height that is left over. */
export const gravity = (part) => GRAVITY.get(part.gravity) ?? null;

/** A font size that follows LINE's setting where the component asks for that; the page sets `--flex-scale`. */
export const scaled = (size, scaling) => (size && scaling === true ? `calc(${size} * var(--flex-scale, 1))` : size);

export function text(part, place, drawing) {
  const lines = el("p", part.wrap === true ? "flex-lines flex-wrap" : "flex-lines");
  const element = el("div", "flex-text", {}, lines);
  lines.append(...written(part, place, drawing));
  dress(element, { ...letters(part, part.scaling, "md"), justifyContent: place.baseline ? null : gravity(part) });
  dress(lines, { textAlign: oneOf(["start", "center", "end"], part.align) });
  clamp(lines, part);
  spread(lines, part);
  if (part.adjustMode === "shrink-to-fit" && part.wrap !== true) keepFitting(element, lines);
  tappable(element, part.action, drawing.act);
  return element;
}

/** Spans where there are any (`text` is then ignored), else the text. */
function written(part, place, drawing) {
  if (!Array.isArray(part.contents) || part.contents.length === 0) return [asText(part.text)];
  return part.contents.map((child, number) => {
    const at = `${place.at}/${number}`;
    if (child?.type !== "span") return drawing.misplaced(child, { at });
    drawing.notice(child, at);
    const span = el("span", "flex-span", { "data-at": at }, asText(child.text));
    dress(span, letters(child, part.scaling));
    return span;
  });
}

const asText = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

function letters(part, scaling, usual = null) {
  return {
    fontSize: scaled(textSize(part.size) ?? textSize(usual), scaling),
    fontWeight: WEIGHTS.get(part.weight) ?? null,
    fontStyle: oneOf(["normal", "italic"], part.style),
    textDecorationLine: oneOf(["none", "underline", "line-through"], part.decoration),
    color: colour(part.color),
  };
}

/** At most so many lines, the last with an ellipsis; 0 is no limit. */
function clamp(lines, part) {
  const most = count(part.maxLines);
  if (part.wrap !== true || !most) return;
  lines.classList.add("flex-clamped");
  lines.style.webkitLineClamp = String(most);
}

/** More room between lines, none above the first nor below the last. */
function spread(lines, part) {
  const more = leading(part.lineSpacing);
  if (part.wrap === true && more) lines.style.setProperty("--flex-leading", more);
}
