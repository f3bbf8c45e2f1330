// The member card: what a till needs, large and on white in every light; fresh on a pull or a tap.

import { el, mark } from "./elements.js";
import { address } from "./address.js";
import { Pull } from "./pull.js";
import { tr } from "./sentences.js";

export class MemberCard {
  #refresh;
  #timezone;
  #at = el("span", "at");
  #pull;

  /** `refresh()` asks the shop anew; `timezone` is the playbook's, by which all its times are. */
  constructor(screen, refresh, timezone) {
    this.#refresh = refresh;
    this.#timezone = timezone;
    this.element = el("section", "screen member-card");
    this.#pull = new Pull(this.element, refresh);
    this.update(screen);
  }

  update(screen) {
    const at = new Date(screen.card.at);
    this.#at.textContent = tr("Updated at {time}", { time: at.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: this.#timezone }) });
    const again = el("button", "link", { type: "button", onclick: this.#refresh }, mark("again", 18), tr("Update"));
    this.element.replaceChildren(
      this.#pull.hint,
      el("h1", "unseen", { tabIndex: -1 }, tr("Member card")),
      plate(screen.card),
      ...(screen.card.code ? [panel(screen.card.code)] : []),
      fields(screen.card.fields ?? []),
      el("div", "fresh", {}, this.#at, again),
    );
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  end() {
    this.#pull.end();
  }
}

function plate(card) {
  const made = el(
    "div",
    "plate",
    {},
    card.picture ? el("img", "plate-picture", { src: address(card.picture), alt: "" }) : el("span", "", {}, document.title),
    card.name ? el("strong", "plate-name", {}, card.name) : null,
  );
  if (card.colour) {
    made.style.backgroundColor = card.colour;
    made.classList.add(isLight(made) ? "on-light" : "on-dark");
  }
  return made;
}

function panel({ text, svg, instead }) {
  const square = svg && /viewBox="0 0 (\d+) \1"/.test(svg);
  const source = svg && `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return el(
    "div",
    `panel${square ? " square" : ""}`,
    {},
    source ? el("img", "code-picture", { src: source, alt: tr("Barcode of member number {number}", { number: text }) }) : null,
    el("p", "number", {}, el("span", "unseen", {}, `${tr("Member number")} `), text),
    instead ? el("p", "instead", {}, tr("This number cannot be shown as {kind}, so here is a QR code", { kind: instead })) : null,
    el("p", "show", {}, tr("Please show this at the till.")),
  );
}

function fields(rows) {
  const lines = rows.map(({ title, text, icon }) =>
    el(
      "div",
      "fact",
      {},
      el("dt", "", {}, icon ? el("img", "icon", { src: address(icon), alt: "", width: 20, height: 20 }) : null, title),
      el("dd", "", {}, text || "—"),
    ),
  );
  return el("dl", "facts", {}, ...lines);
}

/** Whether dark letters stand better on this colour: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function isLight(element) {
  document.body.append(element); // a colour's name is known once it is drawn
  const [red, green, blue] = getComputedStyle(element)
    .backgroundColor.match(/[\d.]+/g)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  element.remove();
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179;
}
