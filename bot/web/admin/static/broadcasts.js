// How far broadcasts are is drawn anew when the server says that something is new; what one writes meanwhile stays.

import { follow } from "./live.js";

const SELDOM = 2000; // ms between two looks

let asking = false;
let again = false;

/** The parts as the server has them by now; nothing where it does not say: the next news bring them. */
async function renew() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const rest = new Promise((over) => setTimeout(over, SELDOM));
  try {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const now = page.getElementById(part.id);
      if (now === null || part.contains(document.activeElement)) continue; // nobody loses the place that they are at
      if (part.innerHTML !== now.innerHTML) part.replaceChildren(...now.childNodes);
    }
  } catch {
    // no network just now: the stream comes again, and with it the next look
  } finally {
    await rest;
    asking = false;
    if (again) {
      again = false;
      renew();
    }
  }
}

let isFirst = true;

follow("broadcasts", "", () => {
  if (!isFirst) renew();
  isFirst = false;
});
