// How far broadcasts are is drawn anew when the server says that something is new.

import { follow } from "./live.js";
import { pageNow, pause } from "./renewal.js";

const SELDOM = 2000; // milliseconds between two looks

let asking = false;
let again = false;

async function renew() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const rest = pause(SELDOM);
  const page = await pageNow(location.href); // where nobody says it the next news bring it
  for (const part of page === null ? [] : document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(part.id);
    if (now === null || part.contains(document.activeElement)) continue; // nobody loses the place that they are at
    if (part.innerHTML !== now.innerHTML) part.replaceChildren(...now.childNodes);
  }
  await rest;
  asking = false;
  if (again) {
    again = false;
    renew();
  }
}

let isFirst = true;

follow("broadcasts", "", () => {
  if (!isFirst) renew();
  isFirst = false;
});
