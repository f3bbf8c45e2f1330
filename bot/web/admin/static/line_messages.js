// Messages as LINE draws them, by the simulator's parts, to look at. Without this file their words stand there.

import { bodyOf } from "./line/phone/contents.js";
import { speakLanguage } from "./line/words.js";

speakLanguage(document.documentElement.lang);

for (const place of document.querySelectorAll("[data-message]")) {
  const drawn = bodyOf(JSON.parse(place.dataset.message), { act() {}, watched: null });
  for (const button of drawn.querySelectorAll("button")) button.tabIndex = -1;
  drawn.inert = true;
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", place.textContent.trim().replace(/\s+/g, " "));
  place.replaceChildren(drawn);
}
