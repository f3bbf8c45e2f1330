// What is between components: a line, or nothing.

import { el } from "../elements.js";
import { colour, dress, space } from "./units.js";

/** A hairline across the box: upright in a row, level in a column. */
export function separator(part) {
  const element = el("div", "flex-separator", { role: "presentation" });
  dress(element, { borderColor: colour(part.color) });
  return element;
}

/** Room that is shared out as `flex` says (1 unless given); deprecated by LINE, still sent. */
export const filler = () => el("div", "flex-filler");

/** Room of a fixed size at the edge of a box; LINE has taken it out of its pages, old cards have it. */
export function spacer(part, place) {
  const element = el("div", "flex-spacer");
  dress(element, { [place.row ? "width" : "height"]: space(part.size) ?? space("md") });
  return element;
}
