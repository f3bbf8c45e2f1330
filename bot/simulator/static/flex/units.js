// How long, how large, which colour: LINE's words and numbers, as CSS. What LINE does not know is `null`.
// The order of the words is LINE's (layout page); their pixels are those of LINE's own preview of Flex messages.

const TEXT = new Map(Object.entries({ xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 }));
const SPACE = new Map(Object.entries({ none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 }));
const PICTURE = new Map(Object.entries({ xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 }));
const BORDER = new Map(Object.entries({ none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 }));
const LONGEST = 10_000; // px; a card that asks for more is not a card

function measured(value, pattern) {
  const [, number, unit] = (typeof value === "string" && pattern.exec(value)) || [];
  if (number === undefined) return null;
  return Math.max(-LONGEST, Math.min(Number(number), LONGEST)) + unit;
}

const pixels = (value) => measured(value, /^(\d{1,9}(?:\.\d{1,9})?)(px)$/);
const share = (value) => measured(value, /^(\d{1,9}(?:\.\d{1,9})?)(%)$/);
const word = (words, value) => (words.has(value) ? `${words.get(value)}px` : null);

/** Font and icon sizes: a word or px. */
export const textSize = (value) => word(TEXT, value) ?? pixels(value);

/** `margin`, `spacing`, corner radius: a word or px, never a share. */
export const space = (value) => word(SPACE, value) ?? pixels(value);

/** `padding…`: a word, px, or a share of the width of the box around. */
export const padding = (value) => space(value) ?? share(value);

/** `offset…`: as `padding`, and backwards too. */
export const offset = (value) => padding(value) ?? measured(value, /^(-\d{1,9}(?:\.\d{1,9})?)(px|%)$/);

/** `width`, `height` and their greatest values: px or a share. */
export const extent = (value) => pixels(value) ?? share(value);

/** The width of a picture: a word (`full` is all there is), px or a share. */
export const pictureSize = (value) => (value === "full" ? "100%" : (word(PICTURE, value) ?? extent(value)));

export const borderWidth = (value) => word(BORDER, value) ?? pixels(value);

/** `#RRGGBB` or `#RRGGBBAA`. */
export const colour = (value) => (typeof value === "string" && /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(value) ? value : null);

/** Additional space between lines: px only. */
export const leading = pixels;

/** `90deg`, `23.5deg`: 0 up to 360, clockwise from "bottom to top". */
export const angle = (value) => measured(value, /^(\d{1,3}(?:\.\d{1,9})?)(deg)$/);

/** A place on the way of a gradient. */
export const percent = share;

/** `{width}:{height}` as one number, width over height; never higher than three times its width, as LINE demands. */
export function ratio(value) {
  const [, width, height] = (typeof value === "string" && /^(\d{1,6}(?:\.\d{1,9})?):(\d{1,6}(?:\.\d{1,9})?)$/.exec(value)) || [];
  if (!(Number(width) > 0) || !(Number(height) > 0)) return 1;
  return Math.max(Number(width) / Number(height), 1 / 3);
}

/** One of the words that are allowed, or `otherwise`. */
export const oneOf = (allowed, value, otherwise = null) => (allowed.includes(value) ? value : otherwise);

/** A whole number of at least nothing, or `null`. */
export const count = (value) => (Number.isInteger(value) && value >= 0 ? value : null);

/** Set those styles that have a value. */
export function dress(element, styles) {
  for (const [name, value] of Object.entries(styles)) if (value !== null && value !== undefined) element.style[name] = value;
}
