// What is under way is drawn anew by itself, and nothing beside it: what one writes meanwhile stays.

const EVERY = 2000; // milliseconds

const phrase = () => new Promise((over) => setTimeout(over, EVERY));

/** The part as the server has it by now; null where it does not say. */
async function asked(part) {
  try {
    const answer = await fetch(part.dataset.page);
    if (answer.status >= 500) return null; // it starts anew, or its database is away: it goes on
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(part.id);
    if (now === null) location.assign(part.dataset.page); // signed out, or the shop is gone: the page says it
    return now;
  } catch {
    return null;
  }
}

async function follow(part) {
  while (part.hasAttribute("aria-busy")) {
    await phrase();
    const now = await asked(part);
    if (now === null) continue;
    part.toggleAttribute("aria-busy", now.hasAttribute("aria-busy")); // no longer: its words are read out
    part.replaceChildren(...now.childNodes);
  }
}

for (const part of document.querySelectorAll("[aria-busy]")) follow(part);
