// A flow's picture in its frame: larger and smaller by buttons, keys, and Ctrl with the wheel or two fingers; moved by dragging.
// Without this file it has its own size, and is scrolled.

const LEAST = 0.2;
const MOST = 3;
const LEGIBLE = 1; // of its own size: its smallest Chinese has 11 pixels then
const STEP = 1.25;
const FEW = 4; // pixels: less is a click

for (const view of document.querySelectorAll("[data-picture]")) {
  const picture = view.querySelector("svg");
  const [, , wide, high] = picture.getAttribute("viewBox").split(" ").map(Number);
  const section = view.closest("section");
  const output = section.querySelector("[data-scale]");
  let scale = 1;

  /** In this size; what is at (x, y) of the frame stays there. */
  function zoom(to, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const next = Math.min(MOST, Math.max(LEAST, to));
    const left = ((view.scrollLeft + x) / scale) * next - x;
    const top = ((view.scrollTop + y) / scale) * next - y;
    scale = next;
    picture.setAttribute("width", wide * scale);
    picture.setAttribute("height", high * scale);
    view.scrollTo({ left, top, behavior: "instant" });
    output.textContent = `${Math.round(scale * 100)}%`;
  }

  const whole = () => Math.min(1, (view.clientWidth - 2) / wide);
  const does = { in: () => zoom(scale * STEP), out: () => zoom(scale / STEP), fit: () => zoom(whole()) };
  const keys = { "+": "in", "=": "in", "-": "out", 0: "fit" };

  section.querySelector("[data-tools]").hidden = false;
  for (const button of section.querySelectorAll("[data-zoom]")) button.addEventListener("click", does[button.dataset.zoom]);
  view.addEventListener("keydown", (event) => {
    const named = keys[event.key];
    if (!named || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does[named]();
  });
  view.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // else it scrolls
      event.preventDefault();
      const box = view.getBoundingClientRect();
      zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    },
    { passive: false },
  );

  let from = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return; // fingers scroll by themselves
    from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (from === null) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!from.moved && Math.abs(x) + Math.abs(y) < FEW) return;
    from.moved = true;
    view.classList.add("is-moved");
    view.scrollTo({ left: from.left - x, top: from.top - y, behavior: "instant" });
  });
  addEventListener("pointerup", () => {
    const moved = from?.moved;
    from = null;
    view.classList.remove("is-moved");
    if (moved) view.addEventListener("click", (event) => event.preventDefault(), { once: true, capture: true });
    if (moved) setTimeout(() => view.dispatchEvent(new Event("click", { cancelable: true })), 0); // takes the listener away
  });
  view.addEventListener("dragstart", (event) => event.preventDefault()); // of a link

  zoom(Math.max(LEGIBLE, whole()), 0, 0);
  const begin = picture.querySelector('[data-box="begin"]')?.getBoundingClientRect();
  const box = view.getBoundingClientRect();
  if (begin && begin.bottom > box.bottom) view.scrollTo({ top: begin.top - box.top - box.height / 2, behavior: "instant" });
}
