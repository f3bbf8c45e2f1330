// Where a component is in the box around it: its share, the space before it, its offsets.
// LINE's pages: Flex Message layout, "Component size" and "Component position".

import { dress, offset, space } from "./units.js";

const FIXED = new Set(["icon", "separator", "spacer"]); // their `flex` is 0 whatever is written
const WITHOUT_SPACING = new Set(["filler", "spacer"]);

/** `flex` as LINE takes it: 1 in rows, 0 in columns, unless given; a box of given width or height in a row has 0. */
export function shareOf(part, row) {
  if (FIXED.has(part.type)) return 0;
  if (row && part.type === "box" && (part.width !== undefined || part.height !== undefined)) return 0;
  if (typeof part.flex === "number" && part.flex >= 0 && part.flex <= 100_000) return part.flex;
  return row || part.type === "filler" ? 1 : 0;
}

/** In a row a share is of the whole width (`X 0 0`), in a column of the height that is left (`X 0 auto`). */
const flexed = (share, row) => (share === 0 ? "0 0 auto" : `${share} 0 ${row ? "0px" : "auto"}`);

/**
 * Settle `element` in its box. `place`: `row` (does the box go sideways), `gap` (its `spacing` in px or null), `first`
 * (nothing that takes room comes before), `afterSpacer`.
 */
export function settle(element, part, place) {
  if (part.position === "absolute") element.classList.add("flex-absolute");
  else stand(element, part, place);
  dress(element, {
    insetBlockStart: offset(part.offsetTop),
    insetBlockEnd: offset(part.offsetBottom),
    insetInlineStart: offset(part.offsetStart),
    insetInlineEnd: offset(part.offsetEnd),
  });
}

function stand(element, part, { row, gap, first, afterSpacer }) {
  const spaced = !first && !afterSpacer && !WITHOUT_SPACING.has(part.type);
  const before = space(part.margin) ?? (spaced ? gap : null);
  dress(element, { flex: flexed(shareOf(part, row), row), [row ? "marginInlineStart" : "marginBlockStart"]: before });
}
