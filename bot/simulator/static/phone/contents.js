// The contents of a message, drawn: each kind by its own module, what is not known as a quiet card.

import { el, icon } from "../elements.js";
import { flexMessage } from "../flex/flex.js";
import { phrase, tr } from "../words.js";
import * as areas from "./areas.js";
import * as media from "./media.js";
import * as place from "./place.js";
import * as sticker from "./sticker.js";
import * as template from "./template.js";
import { isOneEmoji, plainText, textNodes } from "./text.js";

const TEXT = { called: phrase("text"), draw: written };
const FLEX = { called: phrase("Flex"), wide: true, draw: flex };
const COUPON = { called: phrase("coupon"), draw: coupon };
/** By type: what it is `called`, how it is drawn, whether it takes the whole width of the chat and has no bubble, and
 * what it says where that is more than what it is called. */
const DRAWN = { text: TEXT, textV2: TEXT, ...sticker.DRAWN, ...media.DRAWN, ...place.DRAWN, ...areas.DRAWN, ...template.DRAWN, flex: FLEX, coupon: COUPON };
const rowOf = (type) => (Object.hasOwn(DRAWN, type) ? DRAWN[type] : {});

export const isWide = (content) => Boolean(rowOf(content.type).wide);

/** What a type of messages is called. */
export const typeName = (type) => rowOf(type).called?.() ?? tr("{type}", { type: String(type) });

/** The words of a message, for a screen reader and the chat list. */
export function inWords(content) {
  if (typeof content.text === "string") return plainText(content);
  const { summary } = rowOf(content.type);
  if (summary) return summary(content);
  const more = [content.altText, content.title, content.address].find((text) => typeof text === "string");
  return [typeName(content.type), more].filter(Boolean).join(" · ");
}

/** The message's body. `ports`: act(action, element), watched(). A fault in the drawing costs this message only. */
export function bodyOf(content, ports) {
  try {
    return drawn(content, ports) ?? quiet(content);
  } catch (fault) {
    console.warn("a message could not be drawn", fault);
    return quiet(content);
  }
}

const drawn = (content, ports) => rowOf(content.type).draw?.(content, ports) ?? null;

function written(content, { act }) {
  return el("div", isOneEmoji(content) ? "one-emoji" : "bubble tailed", { dir: "auto" }, ...textNodes(content, act));
}

function flex(content, { act }) {
  return el("div", "flex-room", { role: "group", "aria-label": content.altText ?? FLEX.called() }, flexMessage(content.contents, { act }));
}

/** A coupon, of which the message has the id only. */
function coupon(content) {
  const id = typeof content.couponId === "string" ? content.couponId : tr("This kind cannot be drawn yet");
  const summary = el("div", "", {}, el("p", "kind", {}, COUPON.called()), el("p", "body", { dir: "auto" }, id));
  return el("div", "bubble card coupon", {}, icon("ticket", 30), summary);
}

/** A card that says what kind of message this is, and what it says where it cannot be shown. */
function quiet(content) {
  const lines = [el("p", "kind", {}, typeName(content.type)), el("p", "body", { dir: "auto" }, content.altText ?? tr("This kind cannot be drawn yet"))];
  return el("div", "bubble card tailed", {}, icon("card", 28), el("div", "", {}, ...lines));
}
