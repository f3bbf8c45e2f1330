// Somebody waits, or was given to one, while the page is open and nobody sees it: for browsers without a push service.

import { isByPage, isHeard } from "./notices.js";

const HIDDEN = 30_000; // milliseconds between two looks
const LOOKED_AT = { waits: "[data-chat]:not([data-given])", mine: "[data-given]" };

/** Show a notice, which says what the page's `words` say, of each who is new in these lists. */
export function watchWhoWaits(words) {
  const known = {};
  setInterval(() => document.hidden && isByPage() && Object.keys(LOOKED_AT).forEach((of) => look(of, known, words[of])), HIDDEN);
}

async function look(of, known, says) {
  const page = await fetch(`/admin/chat/part?of=list&list=${of}`, { redirect: "manual" }).then((response) => (response.ok ? response.text() : null)).catch(() => null);
  if (page === null) return;
  const links = new DOMParser().parseFromString(page, "text/html").querySelectorAll(LOOKED_AT[of]);
  const now = new Set([...links].map((link) => link.dataset.chat));
  if (known[of] && [...now].some((one) => !known[of].has(one))) {
    const notice = new Notification(says, { tag: `oaflow-chat-${of}`, silent: !isHeard() });
    notice.addEventListener("click", () => window.focus());
  }
  known[of] = now;
}
