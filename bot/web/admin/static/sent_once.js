// What was sent is sent once, however often somebody presses while the answer is on its way. A form whose answer is a file stays
// as it is (`data-stays`), and so does one that a script sends.
const sent = new Set();
const ANSWERED_BY = 30_000; // milliseconds; who has stopped the page from loading may press again then
document.addEventListener("submit", (event) =>
  setTimeout(() => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || "stays" in form.dataset) return;
    for (const button of form.elements) {
      if (button.type !== "submit" || button.disabled) continue;
      button.disabled = true;
      sent.add(button);
    }
    setTimeout(rearm, ANSWERED_BY);
  }),
);
addEventListener("pageshow", rearm);

function rearm() {
  for (const button of sent) button.disabled = false;
  sent.clear();
}
