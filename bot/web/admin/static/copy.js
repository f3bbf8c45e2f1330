// A button beside a field or a password, or below what is to be pasted, copies it. Without this file there is no button: one
// copies by hand.

const SAID_FOR = 2000; // milliseconds

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = button.parentElement.querySelector("input, textarea, .signs") ?? button.closest("details").querySelector("pre");
  const word = button.textContent;
  const select = () => (field.select ? field.select() : getSelection().selectAllChildren(field));
  field.addEventListener("focus", select);
  button.hidden = false;
  button.addEventListener("click", async () => {
    select();
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
    } catch {
      if (!document.execCommand("copy")) return; // plain http: it stays selected, to be copied by hand
    }
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = word), SAID_FOR);
  });
}
