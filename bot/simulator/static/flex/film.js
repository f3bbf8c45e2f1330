// A video as hero: its preview, then the film, then what comes after it. LINE's page: Create a Flex Message including a video.

import { el } from "../elements.js";
import { addressOf, ownAddress } from "../own_address.js";
import { shown } from "./picture.js";
import { isAction, presser } from "./tap.js";
import { dress, ratio } from "./units.js";
import { tr } from "../words.js";

const LARGE_ENOUGH = ["kilo", "mega", "giga"];

/** Where LINE plays no video (in a carousel, in a small bubble, not as hero) its `altContent` is drawn. */
export function film(part, place, drawing) {
  if (!place.hero || place.carousel || !LARGE_ENOUGH.includes(place.size)) return instead(part, place, drawing);
  const element = el("div", "flex-film");
  dress(element, { aspectRatio: String(ratio(part.aspectRatio)) });
  const own = ownAddress(part.url);
  if (own === null) waiting(element, part, null, tr("The video is at {host}; the simulator does not ask for it", { host: addressOf(part.url)?.host || tr("another host") }));
  else waiting(element, part, () => play(element, part, own, drawing.act), tr("Play the video"));
  return element;
}

function instead(part, place, drawing) {
  const kind = part.altContent?.type;
  if (kind !== "box" && kind !== "image") return drawing.misplaced(part, place);
  return drawing.draw(part.altContent, { ...place, at: `${place.at}/altContent`, depth: place.depth + 1 });
}

function waiting(element, part, onclick, label) {
  const start = el("button", "flex-play", { type: "button", disabled: onclick === null, "aria-label": label, title: label });
  if (onclick) start.addEventListener("click", onclick);
  element.replaceChildren(shown(part.previewUrl, "cover"), start);
}

function play(element, part, address, act) {
  const video = el("video", "flex-shown", { src: address, controls: true, playsInline: true });
  video.addEventListener("ended", () => ended(element, part, address, act));
  video.addEventListener("error", () => waiting(element, part, null, tr("No such picture")));
  element.replaceChildren(video);
  video.play().catch(() => {}); // refused or cut short: the controls are there, an error has its own event
}

/** Once more, and the way to the address that the card gives. */
function ended(element, part, address, act) {
  const again = el("button", "flex-after", { type: "button", onclick: () => play(element, part, address, act) }, tr("Play again"));
  const choices = el("div", "flex-ended", {}, again);
  if (isAction(part.action)) {
    const label = typeof part.action.label === "string" ? part.action.label : tr("Tap");
    choices.append(presser(part.action, element, act, "flex-after", label));
  }
  element.replaceChildren(shown(part.previewUrl, "cover"), choices);
  again.focus({ preventScroll: true });
}
