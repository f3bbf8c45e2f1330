// Once another bot answers at this address, it is the one that was just made: on to its phone, signed in as here.

import { pause } from "./renewal.js";

const EVERY = 300; // milliseconds
const USUAL = 30_000; // milliseconds; past them it says where to look

/** The run that answers by now; null while none does. */
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
const begun = performance.now();
setInterval(() => {
  const seconds = Math.round((performance.now() - begun) / 1000);
  document.querySelector("[data-since]").textContent = opening.dataset.seconds.replace("#", seconds);
}, 1000);
let now = null;
while (now === null || now === opening.dataset.opening) {
  await pause(EVERY);
  now = await serving(opening.dataset.served);
}
document.querySelector("[data-goes-on]").submit();
