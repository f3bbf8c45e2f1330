// Draws: a wheel or a card to scratch, which shows what the server has decided, and nothing before.

import { el, mark, shape } from "./elements.js";
import { address } from "./address.js";
import { tr } from "./sentences.js";

const TURNS = 5; // whole turns of a wheel before it stops
const TURN_MS = 3600;
const ENOUGH = 0.45; // so much of a card is scratched off: the rest goes by itself
const LETTERS = 6; // of a prize's title, on a wheel

/** What `page.js` shows a screen with. */
export const view = (screen, page) => new Draws(screen, { enter: page.answer, refresh: page.again, close: page.close }, page.timezone, "my_coupons" in page.pages);

export class Draws {
  #acts;
  #timezone;
  #coupons;
  #seen = new Map(); // by draw, how many tries were shown to their end
  waiting = tr("One moment…");

  /** `acts`: `enter(name)`, `refresh()`, `close()`; `coupons`: the page of coupons is there. */
  constructor(screen, acts, timezone, coupons) {
    this.#acts = acts;
    this.#timezone = timezone;
    this.#coupons = coupons;
    this.element = el("section", "screen draws");
    for (const draw of screen.draws) this.#seen.set(draw.name, draw.state === "waits" ? draw.tries - 1 : draw.tries);
    this.update(screen);
  }

  update(screen) {
    const left = document.activeElement?.closest(".draw")?.dataset.draw;
    this.element.replaceChildren(
      el("h1", "", { tabIndex: -1 }, tr("Draws")),
      ...screen.draws.map((draw) => this.#draw(draw)),
      ...(screen.draws.length ? [] : [el("p", "help", {}, tr("There is no draw at the moment"))]),
      el("div", "fresh", {}, el("span"), el("button", "link", { type: "button", onclick: this.#acts.refresh }, mark("again", 18), tr("Update"))),
    );
    stay([...this.element.querySelectorAll(".draw")].find((one) => one.dataset.draw === left));
  }

  focus() {
    this.element.querySelector("h1").focus({ preventScroll: true });
  }

  #draw(draw) {
    const news = draw.state !== "waits" && draw.tries > (this.#seen.get(draw.name) ?? 0);
    const result = el("div", "draw-result", { role: "status" });
    const told = () => {
      this.#seen.set(draw.name, draw.tries);
      result.replaceChildren(...this.#result(draw));
    };
    const look = draw.look === "scratch" ? scratchCard(draw, news, told) : wheel(draw, news, told);
    if (!news) result.replaceChildren(...this.#result(draw));
    return el(
      "article",
      `draw ${draw.look}`,
      { "data-draw": draw.name },
      draw.image ? el("img", "coupon-picture", { src: address(draw.image), alt: "" }) : null,
      el(
        "div",
        "coupon-words",
        {},
        el("h2", "", { tabIndex: -1 }, draw.title),
        draw.starts ? el("p", "begins", {}, tr("From {when}", { when: this.#moment(draw.starts) })) : null,
        draw.ends ? el("p", "until", {}, tr("Until {when}", { when: this.#end(draw.ends) })) : null,
      ),
      look,
      result,
      draw.state === "open" ? el("button", "button main", { type: "button", onclick: () => this.#acts.enter(draw.name) }, draw.look === "scratch" ? tr("Take a card") : tr("Turn the wheel")) : null,
      el("details", "draw-prizes", {}, el("summary", "", {}, tr("Prizes and rules"), mark("next", 20)), el("ul", "", {}, ...draw.prizes.map((title) => el("li", "", {}, title))), draw.terms ? el("p", "terms", {}, draw.terms) : null),
    );
  }

  #result({ state, result, won, code, until, daily }) {
    if (state === "waits") return [el("p", "", {}, tr("Drawing…"))];
    if (state === "early") return [el("p", "help", {}, tr("This draw has not begun"))];
    const again = state === "over" ? tr("This draw is over") : state === "had" ? (daily ? tr("Come again tomorrow") : tr("Thank you for taking part")) : null;
    const last = result === "won" ? this.#won(won, code, until) : result === "nothing" && state !== "open" ? [el("p", "draw-word", {}, tr("No luck this time"))] : [];
    return [...last, ...(again ? [el("p", "help", {}, again)] : [])];
  }

  #won(title, code, until) {
    return [
      el("p", "draw-word won", {}, tr("You have won: {prize}", { prize: title })),
      code ? el("p", "number", {}, el("span", "unseen", {}, `${tr("Code")} `), code) : null,
      code && until ? el("p", "until", {}, tr("Until {when}", { when: this.#end(until) })) : null,
      code && this.#coupons ? el("p", "help", {}, tr("It is among your coupons.")) : null,
    ].filter(Boolean);
  }

  #moment(at) {
    return new Date(at).toLocaleString(document.documentElement.lang, { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.#timezone });
  }

  /** The moment from which on it is over, as people say it: at midnight the day before is its last. */
  #end(at) {
    return this.#moment(at).endsWith("00:00") ? this.#moment(at - 1).replace(/,?\s*23:59$/, "") : this.#moment(at);
  }
}

/** What had the focus is gone: a keyboard and a screen reader go on at the name of their draw. */
function stay(article) {
  article?.querySelector("h2").focus({ preventScroll: true });
}

const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A wheel whose fields are the prizes, and one for none; it turns while the server decides, and stops where it says. */
function wheel(draw, news, told) {
  const fields = [...draw.prizes.map((title, at) => [title, at]), ...(draw.sure ? [] : [[tr("No prize"), null]])];
  const angle = 360 / fields.length;
  const disc = shape("g", { class: "disc" });
  disc.append(...fields.flatMap(([title], at) => field(title, at, angle)));
  const drawing = shape("svg", { viewBox: "-110 -116 220 226", class: "wheel-picture", "aria-hidden": "true" });
  drawing.append(disc, shape("circle", { r: 14, class: "hub" }), shape("path", { d: "M-9 -113h18l-9 19Z", class: "hand" }));
  const at = fields.findIndex(([, prize]) => (draw.result === "won" ? prize === (draw.prize ?? "gone") : prize === null));
  const rest = draw.result && at >= 0 ? -(at + 0.5) * angle : 0;
  disc.style.transform = `rotate(${rest}deg)`;
  if (draw.state === "waits" && !isStill()) disc.animate([{ transform: "rotate(0deg)" }, { transform: "rotate(360deg)" }], { duration: 700, iterations: Infinity });
  else if (news && !isStill()) disc.animate([{ transform: "rotate(0deg)" }, { transform: `rotate(${360 * TURNS + rest}deg)` }], { duration: TURN_MS, easing: "cubic-bezier(0.15, 0.7, 0.1, 1)" }).finished.then(told, told);
  else if (news) queueMicrotask(told);
  return el("div", "wheel-frame", {}, drawing);
}

function field(title, at, angle) {
  const [from, to] = [at * angle, (at + 1) * angle].map((degrees) => ((degrees - 90) * Math.PI) / 180);
  const [x, y, u, v] = [Math.cos(from), Math.sin(from), Math.cos(to), Math.sin(to)].map((part) => (part * 100).toFixed(2));
  const whole = angle === 360 ? "M0 -100a100 100 0 1 1 -0.01 0Z" : `M0 0L${x} ${y}A100 100 0 ${angle > 180 ? 1 : 0} 1 ${u} ${v}Z`;
  const words = shape("text", { transform: `rotate(${(at + 0.5) * angle}) translate(0 -70)`, "text-anchor": "middle" });
  words.textContent = [...title].length > LETTERS ? `${[...title].slice(0, LETTERS - 1).join("")}…` : title;
  return [shape("path", { d: whole, class: `field-${at % 3}` }), words];
}

/** A card: what is under its cover is there only once the server has decided it. */
function scratchCard(draw, news, told) {
  const under = el("div", "under", {}, draw.state === "waits" ? tr("Drawing…") : draw.result === "won" ? draw.won : draw.result ? tr("No luck this time") : "?");
  const frame = el("div", "card-frame", {}, under);
  if (!news) return frame;
  const cover = el("canvas", "cover", { width: 320, height: 150, "aria-hidden": "true" });
  const button = el("button", "link", { type: "button" }, tr("Show it"));
  const hint = el("p", "help scratch-hint", {}, tr("Scratch it off with your finger"), " ", button);
  const open = () => {
    const left = hint.contains(document.activeElement);
    under.removeAttribute("aria-hidden");
    cover.remove();
    hint.remove();
    told();
    if (left) stay(frame.closest(".draw"));
  };
  button.addEventListener("click", open);
  under.setAttribute("aria-hidden", "true"); // until it is uncovered
  scratching(cover, open);
  frame.append(cover);
  return el("div", "", {}, frame, hint);
}

function scratching(cover, done) {
  const paint = cover.getContext("2d");
  const ink = getComputedStyle(document.documentElement).getPropertyValue("--edge") || "#9aa5a0";
  paint.fillStyle = ink;
  paint.fillRect(0, 0, cover.width, cover.height);
  paint.globalCompositeOperation = "destination-out";
  const cells = new Set();
  cover.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse" && !event.buttons) return;
    const box = cover.getBoundingClientRect();
    const [x, y] = [((event.clientX - box.left) * cover.width) / box.width, ((event.clientY - box.top) * cover.height) / box.height];
    paint.beginPath();
    paint.arc(x, y, 22, 0, 2 * Math.PI);
    paint.fill();
    for (const dx of [-16, 0, 16]) for (const dy of [-16, 0, 16]) cells.add(`${Math.floor((x + dx) / 20)},${Math.floor((y + dy) / 20)}`);
    if (cells.size > ENOUGH * Math.ceil(cover.width / 20) * Math.ceil(cover.height / 20)) done();
  });
}
