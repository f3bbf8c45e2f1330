// Pictures and icons. Only this server is asked for them; of a picture elsewhere its place is drawn, with the host's name.

import { el, icon as drawn } from "../elements.js";
import { addressOf, ownAddress } from "../own_address.js";
import { shareOf } from "./place.js";
import { holdStill } from "./still.js";
import { tappable } from "./tap.js";
import { gravity, scaled } from "./text.js";
import { colour, dress, pictureSize, ratio, textSize } from "./units.js";
import { tr } from "../words.js";

const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const SIDES = new Map([["start", "flex-start"], ["center", "center"], ["end", "flex-end"]]);

/** The picture at `address`, filling what it is put into, by `fit` or `cover`; it moves only where it may. */
export function shown(address, mode, moving = false) {
  const own = ownAddress(address);
  if (own === null) return absent(addressOf(address)?.host || tr("picture"));
  const image = el("img", "flex-shown", { alt: "", loading: "lazy", decoding: "async", draggable: false, src: own });
  image.style.objectFit = mode === "cover" ? "cover" : "contain";
  if (!moving) image.addEventListener("load", () => holdStill(image), { once: true });
  image.addEventListener("error", () => image.replaceWith(absent(tr("No such picture"))), { once: true });
  return image;
}

function absent(why) {
  return el("span", "flex-absent", { role: "img", "aria-label": why, title: why }, drawn("image", 24), el("span", "flex-absent-host", { "aria-hidden": "true" }, why));
}

/**
 * An image: `size` is the width of its drawing area, at most that of the component, `aspectRatio` its shape.
 * A share (or `full`) is of the component, which is then as wide as its box lets it be.
 */
export function image(part, place, drawing) {
  const size = pictureSize(part.size) ?? pictureSize("md");
  const area = el("div", "flex-area", {}, shown(part.url, part.aspectMode, part.animated === true && !isCalm()));
  const element = el("div", "flex-image", {}, area);
  const whole = size.endsWith("%");
  const alone = place.row && shareOf(part, true) === 0 && whole; // no share of the row: the picture's own share is its width
  dress(element, { alignItems: SIDES.get(part.align) ?? null, justifyContent: gravity(part), width: alone ? size : whole ? "100%" : null });
  dress(area, { width: alone ? "100%" : size, aspectRatio: String(ratio(part.aspectRatio)), backgroundColor: colour(part.backgroundColor) });
  tappable(element, part.action, drawing.act);
  return element;
}

/** An icon is as high as letters of its size; its lower edge is its baseline. */
export function icon(part) {
  const size = scaled(textSize(part.size) ?? textSize("md"), part.scaling);
  const element = el("div", "flex-icon", {}, shown(part.url, "fit"));
  dress(element, { height: size, aspectRatio: String(ratio(part.aspectRatio)) });
  return element;
}
