// Template messages: buttons, confirm, carousel, image carousel.
// https://developers.line.biz/en/reference/messaging-api/#template-messages

import { el } from "../elements.js";
import { phrase, plural, tr } from "../words.js";
import { CALLED_PICTURE } from "./media.js";
import { picture } from "./picture.js";

const list = (value) => (Array.isArray(value) ? value : []);
const COLOUR = /^#[0-9a-f]{6}$/i;

export const DRAWN = { template: { called: phrase("buttons"), wide: true, draw: (content, { act }) => template(content, act) } };

/** The card, or null for a kind that LINE has not got. `act(action, element)` is called on a tap. */
function template(content, act) {
  const card = content.template ?? {};
  switch (card.type) {
    case "buttons":
      return el("div", "plate", {}, ...column(card, card, act));
    case "confirm":
      return el("div", "plate confirm", {}, el("div", "plate-words", {}, el("p", "plate-text", { dir: "auto" }, card.text ?? "")), taps(card.actions, act));
    case "carousel": {
      const pictured = list(card.columns).some((one) => one?.thumbnailImageUrl);
      const columns = list(card.columns).map((one) => el("div", "plate", {}, ...column(one ?? {}, card, act, pictured)));
      return strip("carousel", columns);
    }
    case "image_carousel":
      return strip("carousel pictures", list(card.columns).map((one) => pictureColumn(one ?? {}, act)));
    default:
      return null;
  }
}

/** A row of cards that scrolls to the side and stops at each. */
function strip(classes, cards) {
  return el("div", classes, { role: "group", "aria-roledescription": tr("carousel"), "aria-label": plural("1 card", "{number} cards", cards.length) }, ...cards);
}

/** Picture, title and text of a column, then its buttons; `look` says how pictures are shown. */
function column(one, look, act, pictured = Boolean(one.thumbnailImageUrl)) {
  const shown = [];
  if (pictured) shown.push(thumbnail(one, look));
  const text = el("div", "plate-words", {}, one.title ? el("p", "plate-title", { dir: "auto" }, one.title) : null, el("p", "plate-text", { dir: "auto" }, one.text ?? ""));
  shown.push(text);
  if (!one.defaultAction) return [...shown, taps(one.actions, act)];
  const label = one.defaultAction.label ?? [one.title, one.text].filter(Boolean).join(" ");
  return [button("plate-area", one.defaultAction, act, { "aria-label": label }, ...shown), taps(one.actions, act)];
}

function thumbnail(one, look) {
  const box = el("span", `thumbnail ${look.imageAspectRatio === "square" ? "square" : ""} ${look.imageSize === "contain" ? "contain" : ""}`);
  const colour = one.imageBackgroundColor ?? look.imageBackgroundColor;
  if (COLOUR.test(colour)) box.style.background = colour;
  if (one.thumbnailImageUrl) box.append(picture(one.thumbnailImageUrl));
  return box;
}

function taps(actions, act) {
  return el("div", "taps", {}, ...list(actions).map((action) => button("tap", action, act, { dir: "auto" }, action?.label ?? "")));
}

function pictureColumn(one, act) {
  const label = one.action?.label;
  return button("plate picture-card", one.action, act, { "aria-label": label ?? CALLED_PICTURE() }, picture(one.imageUrl), label ? el("span", "picture-label", { dir: "auto" }, label) : null);
}

function button(classes, action, act, properties, ...children) {
  return el("button", classes, { type: "button", ...properties, onclick: (event) => act(action, event.currentTarget) }, ...children);
}
