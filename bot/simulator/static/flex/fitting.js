// `adjustMode: shrink-to-fit`: letters as large as they may be, as small as they must.

import { el } from "../elements.js";

const SMALLEST = 6; // px; LINE's pages name no limit
const STEP = 0.5;

/** Keep the one line in `lines` as wide as there is room in `element`, whenever that room changes. */
export function keepFitting(element, lines) {
  // A gauge without height: shrinking the letters does not change it, so that nothing is measured twice.
  const gauge = el("i", "flex-gauge", { "aria-hidden": "true" });
  element.append(gauge);
  let room = -1;
  new ResizeObserver(() => {
    if (room === gauge.clientWidth) return;
    room = gauge.clientWidth;
    fit(lines);
  }).observe(gauge);
}

function fit(lines) {
  lines.style.fontSize = "";
  let size = Number.parseFloat(getComputedStyle(lines).fontSize);
  const least = Math.min(size, SMALLEST);
  while (lines.clientWidth > 0 && lines.scrollWidth > lines.clientWidth && size > least) {
    const guess = Math.floor(((size * lines.clientWidth) / lines.scrollWidth) / STEP) * STEP;
    size = Math.max(least, Math.min(size - STEP, Math.max(guess, size / 2)));
    lines.style.fontSize = `${size}px`;
  }
}
