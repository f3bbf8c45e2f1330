// Pictures with areas that can be tapped. Imagemap messages: one, with perhaps a video in it.
// https://developers.line.biz/en/reference/messaging-api/#imagemap-message

import { el, icon } from "../elements.js";
import { phrase, tr } from "../words.js";
import { watch } from "./media.js";
import { picture } from "./picture.js";

const WIDTHS = [240, 300, 460, 700, 1040];
const WIDEST = 330;
const list = (value) => (Array.isArray(value) ? value : []);

const CALLED = phrase("imagemap");
export const DRAWN = {
  imagemap: { called: CALLED, wide: true, draw: (content, { act, watched }) => imagemap(content, act, content.video?.trackingId ? watched : null) },
};

/** The picture with its areas. LINE asks for the width that the screen needs, below the base address. */
function imagemap(content, act, watched) {
  const base = { width: Number(content.baseSize?.width) || 1040, height: Number(content.baseSize?.height) || 1040 };
  const needed = WIDEST * (window.devicePixelRatio || 1);
  const width = WIDTHS.find((one) => one >= needed) ?? WIDTHS.at(-1);
  const box = el("div", "imagemap", { role: "group", "aria-label": content.altText ?? CALLED() }, picture(`${content.baseUrl}/${width}`, { alt: content.altText ?? "" }));
  box.style.aspectRatio = `${base.width} / ${Math.min(base.height, base.width * 4)}`;
  if (content.video) box.append(film(content.video, base, act, watched));
  for (const one of list(content.actions)) box.append(area(one, base, act));
  return box;
}

/** Put an element over the part of a picture that `bounds` says, in the picture's own units. */
export function lay(element, bounds, size) {
  const share = (part, whole) => `${Math.max(0, Math.min(100, ((Number(part) || 0) / whole) * 100))}%`;
  element.style.left = share(bounds?.x, size.width);
  element.style.top = share(bounds?.y, size.height);
  element.style.width = share(bounds?.width, size.width);
  element.style.height = share(bounds?.height, size.height);
  return element;
}

function area(one, base, act) {
  const action = asAction(one ?? {});
  const label = action.label ?? action.text ?? action.uri ?? tr("area to tap");
  return lay(el("button", "area", { type: "button", "aria-label": label, onclick: (event) => act(action, event.currentTarget) }), one?.area, base);
}

/** An imagemap's action in the form that all other messages use. */
function asAction({ type, label, text, linkUri, clipboardText }) {
  if (type === "uri") return { type, label, uri: linkUri };
  if (type === "clipboard") return { type, label, clipboardText };
  return { type, label, text };
}

function film(video, base, act, watched) {
  const link = video.externalLink;
  const after = link?.linkUri ? () => el("button", "wide-button", { type: "button", onclick: (event) => act({ type: "uri", uri: link.linkUri }, event.currentTarget) }, link.label ?? link.linkUri) : null;
  const button = el("button", "area film", { type: "button", "aria-label": tr("Play video"), onclick: () => watch(video, watched, after) }, picture(video.previewImageUrl), el("span", "play", {}, icon("play", 30)));
  return lay(button, video.area, base);
}
