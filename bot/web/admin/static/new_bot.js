// Once another process answers at this address, it is the bot that was just made: on to its phone.

import { pause } from "./renewal.js";

const EVERY = 300; // milliseconds
const USUAL = 30_000; // milliseconds; past them it says where to look

/** The process that answers by now; null while none does. */
async function serving(address) {
  try {
    const answer = await fetch(address, { cache: "no-store" });
    return answer.ok ? (await answer.json()).process : null;
  } catch {
    return null;
  }
}

const opening = document.querySelector("[data-opening]");
setTimeout(() => (document.querySelector("[data-takes-long]").hidden = false), USUAL);
let now = null;
while (now === null || now === opening.dataset.opening) {
  await pause(EVERY);
  now = await serving(opening.dataset.served);
}
location.assign(opening.dataset.to);
