// What opens below the field: stickers, and the other things that can be sent.

import { el, icon } from "../elements.js";
import { words } from "../words.js";
import { TRAY, figure } from "./sticker.js";

/** A grid of stickers; `send(content)` gets the one that is chosen. */
export function stickers(send) {
  const w = words();
  const buttons = TRAY.map(({ packageId, stickerId, mood }) => {
    const content = { packageId, stickerId, stickerResourceType: "STATIC", keywords: [w.moods[mood]] };
    return el("button", "", { type: "button", "aria-label": w.moods[mood], title: `${packageId}/${stickerId}`, onclick: () => send(content) }, figure(packageId, stickerId));
  });
  return el("div", "sticker-tray", { role: "group", "aria-label": w.sendSticker }, ...buttons);
}

/** Pictures from the album or the camera, and places. */
export function things({ album, camera, places }) {
  const w = words();
  const kinds = [["image", w.sendImage, album], ["camera", w.sendPhoto, camera], ["pin", w.sendLocation, places]];
  const buttons = kinds.map(([mark, label, onclick]) => el("button", "", { type: "button", onclick }, icon(mark), label));
  return el("div", "thing-tray", { role: "group", "aria-label": w.more }, ...buttons);
}
