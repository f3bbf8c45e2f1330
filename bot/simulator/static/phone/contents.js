// What stands in a message, drawn: each kind by its own module, what is not known as a quiet card.

import { el, icon } from "../elements.js";
import { flexMessage } from "../flex/flex.js";
import { words } from "../words.js";
import { imagemap } from "./imagemap.js";
import { audio, file, image, video } from "./media.js";
import { place } from "./place.js";
import { sticker, stickerName } from "./sticker.js";
import { template } from "./template.js";
import { isOneEmoji, plainText, textNodes } from "./text.js";

/** Kinds that take the whole width of the chat and have no bubble. */
export const isWide = (content) => content.type === "flex" || content.type === "imagemap" || content.type === "template";

/** The words of a message, for a screen reader and the chat list. */
export function inWords(content) {
  const w = words();
  if (typeof content.text === "string") return plainText(content);
  if (content.type === "sticker") return `${w.kinds.sticker} ${stickerName(content)}`;
  const told = [content.altText, content.title, content.address].find((text) => typeof text === "string");
  return [kindOf(content), told].filter(Boolean).join(" · ") || w.notDrawn;
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

function drawn(content, { act, watched }) {
  switch (content.type) {
    case "text":
    case "textV2":
      return el("div", isOneEmoji(content) ? "one-emoji" : "bubble tailed", { dir: "auto" }, ...textNodes(content, act));
    case "sticker":
      return sticker(content);
    case "image":
      return image(content);
    case "video":
      return video(content, content.trackingId ? watched : null);
    case "audio":
      return audio(content);
    case "file":
      return file(content);
    case "location":
      return place(content);
    case "imagemap":
      return imagemap(content, act, content.video?.trackingId ? watched : null);
    case "template":
      return template(content, act);
    case "flex":
      return el("div", "flex-room", { role: "group", "aria-label": content.altText ?? words().kinds.flex }, flexMessage(content.contents, { act }));
    case "coupon":
      return coupon(content);
    default:
      return null;
  }
}

/** A coupon, of which the message tells nothing but its id. */
function coupon(content) {
  const w = words();
  const told = el("div", "", {}, el("p", "kind", {}, w.kinds.coupon), el("p", "body", { dir: "auto" }, typeof content.couponId === "string" ? content.couponId : w.notDrawn));
  return el("div", "bubble card coupon", {}, icon("ticket", 30), told);
}

/** A card that says what kind of message this is, and what it says where it cannot be shown. */
function quiet(content) {
  const lines = [el("p", "kind", {}, kindOf(content)), el("p", "body", { dir: "auto" }, content.altText ?? words().notDrawn)];
  return el("div", "bubble card tailed", {}, icon("card", 28), el("div", "", {}, ...lines));
}

const kindOf = (content) => words().kinds[content.type] ?? words().otherKind(String(content.type));
