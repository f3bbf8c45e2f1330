// When something is drawn: with the next frame, and never while a button is held down.
// What is drawn anew between press and release is another element: it gets no click.

const PRESSED = "button, a, label, summary";

let held = false;
const waiting = [];

/** Call `draw` with the next frame; where a button is held down then, with the one after it was let go. */
export function withNextFrame(draw) {
  requestAnimationFrame(() => {
    if (held) waiting.push(draw);
    else draw();
  });
}

function letGo() {
  held = false;
  for (const draw of waiting.splice(0)) withNextFrame(draw); // the click comes first
}

addEventListener("pointerdown", ({ target }) => (held = Boolean(target.closest?.(PRESSED))), true);
for (const end of ["pointerup", "pointercancel", "keydown"]) addEventListener(end, letGo, true);
addEventListener("blur", letGo); // of the window
addEventListener("pointermove", ({ buttons }) => held && !buttons && letGo(), true); // let go outside of the page
