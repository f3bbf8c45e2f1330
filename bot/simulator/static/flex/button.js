// A button: a label in one line, in three styles and two heights.

import { el } from "../elements.js";
import { keepFitting } from "./fitting.js";
import { isAction, presser } from "./tap.js";
import { gravity, scaled } from "./text.js";
import { colour, dress, oneOf, textSize } from "./units.js";

export function button(part, place, drawing) {
  const style = oneOf(["primary", "secondary", "link"], part.style, "link");
  const height = oneOf(["sm", "md"], part.height, "md");
  const label = el("span", "flex-label", {}, typeof part.action?.label === "string" ? part.action.label : "");
  const element = el("div", "flex-button");
  element.append(pressed(part.action, element, drawing.act, `flex-press flex-${style} flex-${height}`, label));
  const face = element.firstChild;
  dress(element, { justifyContent: gravity(part) });
  dress(face, { [style === "link" ? "color" : "backgroundColor"]: colour(part.color), fontSize: scaled(textSize("md"), part.scaling) });
  if (part.adjustMode === "shrink-to-fit") keepFitting(face, label);
  return element;
}

/** A button without an action cannot be pressed; LINE takes no such card. */
function pressed(action, element, act, classes, label) {
  if (isAction(action)) return presser(action, element, act, classes, label);
  return el("button", classes, { type: "button", disabled: true }, label);
}
