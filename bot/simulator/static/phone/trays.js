// What opens below the field: stickers, and the other things that can be sent.

import { el, icon } from "../elements.js";
import { tr } from "../words.js";
import { TRAY, figure, moodName } from "./sticker.js";

/** A grid of stickers; `send(content)` gets the one that is chosen. */
export function stickers(send) {
  const buttons = TRAY.map(({ packageId, stickerId, mood }) => {
    const content = { packageId, stickerId, stickerResourceType: "STATIC", keywords: [moodName(mood)] };
    return el("button", "", { type: "button", "aria-label": moodName(mood), title: `${packageId}/${stickerId}`, onclick: () => send(content) }, figure(packageId, stickerId));
  });
  return el("div", "sticker-tray", { role: "group", "aria-label": tr("Sticker") }, ...buttons);
}

/** Pictures from the album or the camera, and places. */
export function things({ album, camera, places }) {
  const kinds = [["image", tr("Picture"), album], ["camera", tr("Camera"), camera], ["pin", tr("Location"), places]];
  const buttons = kinds.map(([mark, label, onclick]) => el("button", "", { type: "button", onclick }, icon(mark), label));
  return el("div", "thing-tray", { role: "group", "aria-label": tr("Other messages") }, ...buttons);
}
