// A button beside a field copies its content. Without this file there is no button: one copies by hand.

const SAID_FOR = 2000; // milliseconds

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = button.parentElement.querySelector("input");
  const word = button.textContent;
  field.addEventListener("focus", () => field.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) return; // plain http: it stays selected, to be copied by hand
    }
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = word), SAID_FOR);
  });
}
