// What a conversation holds, drawn: messages as LINE shows them, by what the simulator's phone draws them with.

import { bodyOf } from "./line/phone/contents.js";
import { openSheet } from "./line/phone/sheet.js";

const OPENED = new Set(["image", "video", "audio", "location"]); // what staff may tap; of all else only the customer

/** Draw what stands in there as a message of LINE's; what cannot be drawn stays as it is written. */
export function draw(within) {
  for (const place of within.querySelectorAll("[data-message]")) {
    const content = JSON.parse(place.dataset.message);
    const drawn = bodyOf(content, { act() {}, watched: null });
    delete place.dataset.message;
    const isStill = !OPENED.has(content.type);
    if (isStill) for (const button of drawn.querySelectorAll("button:not(.film)")) button.tabIndex = -1;
    place.classList.toggle("is-still", isStill);
    place.replaceChildren(drawn);
    for (const strip of place.querySelectorAll(".carousel, .flex-carousel")) strip.tabIndex = 0; // by the arrow keys
  }
}

const asServed = new WeakMap(); // each line, as the server has drawn it

/** The lines as they were served first. */
export function served(said) {
  for (const line of said.querySelectorAll("li.line")) asServed.set(line, line.outerHTML);
  for (const picture of said.querySelectorAll(".is-picture img")) if (picture.complete && picture.naturalWidth === 0) goneIs(picture);
  draw(said);
}

/** A file that is not to be had any more, or not now: a word in its place, which leads to the reason. */
function goneIs(shown) {
  shown.closest(".bubble")?.classList.add("is-gone");
}
document.addEventListener("error", ({ target }) => target.matches?.(":is(.is-picture, .is-audio, .is-video) > *, .is-picture img") && goneIs(target), true);

/** Lines that are as they were stay the same elements: what is open in them, or plays, goes on. */
export function renewed(said, fresh) {
  const known = new Map([...said.querySelectorAll("li.line")].map((line) => [line.id, line]));
  for (const line of fresh.querySelectorAll("li.line")) {
    const html = line.outerHTML;
    const before = known.get(line.id);
    if (before !== undefined && asServed.get(before) === html) line.replaceWith(before);
    else asServed.set(line, html);
  }
  const isAtEnd = said.scrollHeight - said.scrollTop - said.clientHeight < 80;
  const place = said.scrollTop;
  said.replaceChildren(...fresh.childNodes);
  draw(said);
  said.scrollTop = isAtEnd ? said.scrollHeight : place;
}

/** Show a picture of a customer large, or play a video in its box; it is fetched for that, and the server
 * writes down who has opened it. */
export function opened(link) {
  if (link.dataset.opens === "picture") {
    const { alt } = link.querySelector("img");
    openSheet(alt, Object.assign(document.createElement("img"), { src: link.href, alt, className: "shot" }));
    return;
  }
  const video = Object.assign(document.createElement("video"), { src: link.href, controls: true, autoplay: true, playsInline: true, title: link.ariaLabel });
  link.parentElement.querySelector(".measure")?.remove();
  link.replaceWith(video);
  video.focus();
}
