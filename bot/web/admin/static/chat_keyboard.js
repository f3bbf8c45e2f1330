// A phone's keyboard leaves little of the window: while it is open, the chat is the conversation and a line to write in.

const SHORT = 520; // pixels: a window that is less high has a keyboard in it, or lies on its side
const NEAR = 80; // pixels from the end of the conversation that are its end

export function fitAboveKeyboard(said) {
  let isAtEnd = true;
  said.addEventListener("scroll", () => (isAtEnd = said.scrollHeight - said.scrollTop - said.clientHeight < NEAR));
  new ResizeObserver(() => isAtEnd && (said.scrollTop = said.scrollHeight)).observe(said);
  const fit = () => {
    const height = visualViewport.height * visualViewport.scale; // who zooms in has no keyboard for that
    document.body.classList.toggle("is-short", height < SHORT);
    document.documentElement.style.setProperty("--seen", `${height}px`);
    scrollTo(0, 0); // iOS pushes the page up, and leaves its height as it was
  };
  visualViewport.addEventListener("resize", fit);
  fit();
}
