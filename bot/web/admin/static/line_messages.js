// Cards as LINE draws them, by the simulator's parts. Without this file their words stand there.

import { flexMessage } from "./line/flex/flex.js";
import { DRAWN } from "./line/phone/template.js";
import { speakLanguage } from "./line/words.js";

speakLanguage(document.documentElement.lang);
const nothing = { act() {} };

for (const place of document.querySelectorAll("[data-message]")) {
  const message = JSON.parse(place.dataset.message);
  const drawn = message.type === "flex" ? flexMessage(message.contents, nothing) : DRAWN.template.draw(message, nothing);
  if (drawn === null) continue;
  for (const button of drawn.querySelectorAll("button")) button.tabIndex = -1;
  drawn.inert = true;
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", place.textContent.trim().replace(/\s+/g, " "));
  place.replaceChildren(drawn);
}
