// Messages as LINE draws them, by the simulator's parts, to look at. Without this file their words stand there.

import { bodyOf } from "./line/phone/contents.js";
import { speakLanguage } from "./line/words.js";

speakLanguage(document.documentElement.lang);

const LEFT_OUT = new Set(["type", "aria-label", "style"]); // of a picture nothing is pressed; a style is no attribute here

/** The same that nobody presses. */
function asPicture(button) {
  const shown = document.createElement("span");
  for (const { name, value } of button.attributes) if (!LEFT_OUT.has(name)) shown.setAttribute(name, value);
  shown.style.cssText = button.style.cssText;
  shown.append(...button.childNodes);
  return shown;
}

/** Their looks, which no page waits for before it is painted. */
function styled(name) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL(name, import.meta.url).href });
  return new Promise((done) => {
    link.addEventListener("load", done);
    link.addEventListener("error", done);
    document.head.prepend(link);
  });
}
let looks;

/** What stands in an element is drawn, once their looks are there. */
export async function drawMessages(inside) {
  const places = inside.querySelectorAll("[data-message]");
  if (!places.length) return;
  looks ??= Promise.all(["./line/flex/flex.css", "./line/phone/messages.css"].map(styled));
  await looks;
  for (const place of places) {
    const drawn = bodyOf(JSON.parse(place.dataset.message), { act() {}, watched: null });
    for (const button of drawn.querySelectorAll("button")) button.replaceWith(asPicture(button));
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", place.textContent.trim().replace(/\s+/g, " "));
    place.replaceChildren(drawn);
  }
}

await drawMessages(document);
