// A screen that says one thing, and what can be done about it.

import { el, mark } from "./elements.js";

/**
 * `mark`: a drawing; `title`; `texts`: sentences below it; `list`: lines of what is concerned; `code`: a picture to
 * scan; `buttons`: `{label, act}` or `{label, href}`, the first is the main one unless it says another `look`.
 */
export function messageScreen({ mark: drawing, title, texts = [], list = [], code, buttons = [], look = "" }) {
  return el(
    "section",
    `screen message-screen ${look}`,
    {},
    drawing ? el("div", "sign", {}, mark(drawing, 64)) : null,
    el("h1", "", { tabIndex: -1 }, title),
    ...texts.map((text) => el("p", "help", {}, text)),
    list.length ? el("ul", "list", {}, ...list.map((text) => el("li", "", {}, text))) : null,
    code ? el("img", "code-picture", { src: code.source, alt: code.label, width: 240, height: 240 }) : null,
    el("div", "buttons", {}, ...buttons.map((one, place) => button(one, place ? "quiet" : "main"))),
  );
}

function button({ label, act, href, look }, usual) {
  const classes = `button ${look ?? usual}`;
  if (href) return el("a", classes, { href }, label);
  return el("button", classes, { type: "button", onclick: act }, label);
}
