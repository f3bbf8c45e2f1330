// A box and what it holds, in a row, in a column or on one baseline.

import { el } from "../elements.js";
import { tappable } from "./tap.js";
import { angle, borderWidth, colour, dress, extent, oneOf, padding, percent, space } from "./units.js";

const LAYOUTS = ["horizontal", "vertical", "baseline"];
const ALONG = ["flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly"];
const ACROSS = ["flex-start", "center", "flex-end"];
const IN_A_LINE = new Set(["icon", "text", "span", "filler", "spacer"]);

/** The types that `layout` takes; a span is at home in a text only. */
function takes(layout, type) {
  if (type === "span") return false;
  return layout === "baseline" ? IN_A_LINE.has(type) : type !== "icon";
}

export function box(part, place, drawing) {
  const layout = oneOf(LAYOUTS, part.layout, "vertical");
  const element = el("div", `flex-box flex-${layout}`);
  dress(element, { ...frame(part), ...lining(part), ...background(part), ...arrangement(part, layout) });
  element.append(...held(part, layout, place, drawing));
  tappable(element, part.action, drawing.act);
  return element;
}

function held(part, layout, place, drawing) {
  const contents = Array.isArray(part.contents) ? part.contents : [];
  const inside = { row: layout !== "vertical", baseline: layout === "baseline", gap: space(part.spacing), depth: place.depth + 1 };
  let first = true;
  let afterSpacer = false;
  return contents.map((child, number) => {
    const at = `${place.at}/${number}`;
    if (!takes(layout, child?.type)) return drawing.misplaced(child, { ...inside, at, first });
    const element = drawing.draw(child, { ...inside, at, first, afterSpacer });
    if (child?.position !== "absolute") first = false;
    afterSpacer = child?.type === "spacer";
    return element;
  });
}

function frame(part) {
  return {
    width: extent(part.width),
    maxWidth: within(extent(part.maxWidth), part),
    height: extent(part.height),
    maxHeight: extent(part.maxHeight),
    borderWidth: borderWidth(part.borderWidth),
    borderColor: colour(part.borderColor),
    borderRadius: space(part.cornerRadius),
  };
}

/** No wider than its box, but for what is put over it: that is cut where the box ends. */
const within = (most, part) => (most && part.position !== "absolute" ? `min(${most}, 100%)` : most);

/** `paddingAll` for every side, unless the side has its own. */
function lining(part) {
  return {
    padding: padding(part.paddingAll),
    paddingBlockStart: padding(part.paddingTop),
    paddingBlockEnd: padding(part.paddingBottom),
    paddingInlineStart: padding(part.paddingStart),
    paddingInlineEnd: padding(part.paddingEnd),
  };
}

function background(part) {
  return { backgroundColor: colour(part.backgroundColor), backgroundImage: gradient(part.background) };
}

/** CSS turns gradients the way LINE does: 0 is bottom to top, clockwise. */
function gradient(background) {
  if (background?.type !== "linearGradient") return null;
  const [turn, start, end] = [angle(background.angle), colour(background.startColor), colour(background.endColor)];
  if (!turn || !start || !end) return null;
  const middle = colour(background.centerColor);
  const stops = middle ? [start, `${middle} ${percent(background.centerPosition) ?? "50%"}`, end] : [start, end];
  return `linear-gradient(${turn}, ${stops.join(", ")})`;
}

function arrangement(part, layout) {
  return {
    justifyContent: oneOf(ALONG, part.justifyContent),
    alignItems: layout === "baseline" ? null : oneOf(ACROSS, part.alignItems),
  };
}
