// What is under way is drawn anew by itself.

import { pageNow, pause } from "./renewal.js";

const EVERY = 2000; // milliseconds

async function follow(part) {
  while (part.hasAttribute("aria-busy")) {
    await pause(EVERY);
    const page = await pageNow(part.dataset.page);
    if (page === null) continue;
    const now = page.getElementById(part.id);
    if (now === null && part.dataset.whole !== undefined) return location.reload(); // all else on it depends on that
    if (now === null) return location.assign(part.dataset.page); // signed out, or the shop is gone: the page says it
    part.toggleAttribute("aria-busy", now.hasAttribute("aria-busy")); // no longer: its words are read out
    part.replaceChildren(...now.childNodes);
  }
}

for (const part of document.querySelectorAll("[aria-busy]")) follow(part);
