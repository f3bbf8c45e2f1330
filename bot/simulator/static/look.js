// How the page looks and which language it speaks: chosen at its top, and remembered for good.

import { $ } from "./elements.js";
import { forGood } from "./memory.js";
import { currentLanguage, phrase, speak } from "./words.js";

const THEMES = { auto: phrase("Theme: auto"), light: phrase("Theme: light"), dark: phrase("Theme: dark") };
const NAMES = Object.keys(THEMES);
let theme = NAMES.includes(forGood.get("theme")) ? forGood.get("theme") : "auto";

/** Take over what was chosen before, and what is chosen from now on; `draw()` draws the page anew. */
export function choosable(draw) {
  talk(forGood.get("language") ?? document.documentElement.lang); // what the server was started in
  $("theme").addEventListener("click", () => {
    theme = NAMES[(NAMES.indexOf(theme) + 1) % NAMES.length];
    forGood.put("theme", theme);
    dress();
  });
  $("language").addEventListener("click", () => {
    const language = currentLanguage() === "en" ? "zh-TW" : "en";
    forGood.put("language", language);
    talk(language);
    draw();
  });
}

/** Members' pages on the phone follow it, too: `liff/sdk.js` looks here. */
function dress() {
  document.documentElement.dataset.theme = theme;
  $("theme").textContent = THEMES[theme]();
}

function talk(language) {
  speak(language);
  const other = currentLanguage() === "en" ? ["zh-TW", "中文"] : ["en", "English"];
  [$("language").lang, $("language").textContent] = other;
  dress();
}
