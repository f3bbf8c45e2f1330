// Ready answers: found by a word or the arrow keys, seen as the customer would get them, sent by a second step.

import { draw } from "./chat_drawing.js";

const SOON = 120; // milliseconds that a ready answer is chosen for before it is fetched

export class ReadyAnswers {
  #dialog;
  #how; // { send(named), written(), fetched(named) }
  #chosen = "";
  #timer = 0;
  #help;

  /** `send(named)` sends one and gives what is wrong, `written()` what else goes out with it, as text and whether
   *  there are pictures, `fetched(named)` one as it would go out. */
  constructor(dialog, how) {
    this.#dialog = dialog;
    this.#how = how;
    this.#part("close").addEventListener("click", () => dialog.close());
    this.#part("back").addEventListener("click", () => this.#toList());
    this.#part("send").addEventListener("click", () => this.#send());
    this.#search.addEventListener("input", () => this.#find());
    this.#help = this.#part("shown").firstElementChild;
    dialog.addEventListener("close", () => this.#forget());
    dialog.addEventListener("keydown", (event) => this.#key(event));
    dialog.addEventListener("click", ({ target }) => {
      const option = target.closest("[data-ready]");
      if (option) this.#choose(option, true);
      else if (target === dialog) dialog.close();
    });
  }

  get isOpen() {
    return this.#dialog.open;
  }

  open() {
    this.#search.value = "";
    this.#find();
    this.#says("");
    this.#dialog.dataset.pane = "list";
    this.#dialog.showModal();
    this.#search.focus();
  }

  /** What it costs by now: the words of the page. */
  priced(price) {
    this.#part("cost").replaceChildren(...price.cloneNode(true).childNodes);
  }

  get #search() {
    return this.#dialog.querySelector("input[type=search]");
  }

  get #options() {
    return [...this.#dialog.querySelectorAll("[data-ready]")];
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#chosen = "";
    for (const one of this.#options) one.ariaSelected = "false";
    this.#part("shown").replaceChildren(this.#help);
    this.#part("send").disabled = true;
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-part="${name}"]`);
  }

  #says(text) {
    const says = this.#dialog.querySelector(".ready-says");
    says.textContent = text;
    says.hidden = text === "";
  }

  #find() {
    const words = this.#search.value.trim().toLowerCase();
    for (const one of this.#options) one.hidden = !one.textContent.toLowerCase().includes(words);
    for (const group of this.#dialog.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[data-ready]:not([hidden])");
    this.#part("none").hidden = this.#options.some((one) => !one.hidden);
  }

  #key(event) {
    const { key, target } = event;
    if (event.isComposing || event.keyCode === 229) return;
    const shown = this.#options.filter((one) => !one.hidden);
    const at = shown.findIndex((one) => one.dataset.ready === this.#chosen);
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (target === this.#part("shown") || !shown.length) return;
      event.preventDefault();
      const isFirst = target === this.#search && (key === "ArrowDown" || at < 0);
      const next = isFirst ? Math.max(0, at) : at + (key === "ArrowDown" ? 1 : -1);
      if (next < 0) this.#search.focus();
      else this.#choose(shown[Math.min(next, shown.length - 1)], false, true);
    } else if (key === "Enter" && target === this.#search) {
      event.preventDefault();
      if (shown.length) this.#choose(shown[Math.max(0, at)], true);
    }
  }

  #toList() {
    this.#dialog.dataset.pane = "list";
    this.#search.focus();
  }

  /** Show one. `isMeant`: it was clicked, or Enter was pressed, so the next Enter sends it. */
  #choose(option, isMeant, focuses = false) {
    const isNew = this.#chosen !== option.dataset.ready || this.#part("send").disabled;
    this.#chosen = option.dataset.ready;
    for (const one of this.#options) {
      one.ariaSelected = String(one === option);
      one.tabIndex = one === option ? 0 : -1;
    }
    option.scrollIntoView({ block: "nearest" });
    if (focuses) option.focus();
    this.#says("");
    clearTimeout(this.#timer);
    if (!isMeant) {
      if (isNew) this.#part("send").disabled = true;
      this.#timer = setTimeout(() => this.#show(false), SOON);
      return;
    }
    this.#dialog.dataset.pane = "seen";
    this.#show(true);
  }

  async #show(isMeant) {
    const named = this.#chosen;
    const shown = this.#part("shown");
    const fresh = await this.#how.fetched(named).catch(() => null);
    if (named !== this.#chosen || fresh === null || !this.isOpen) return;
    const { text, pictures } = this.#how.written();
    const before = text.trim() === "" ? [] : [said(text)];
    if (pictures !== "") before.push(Object.assign(document.createElement("p"), { className: "small", textContent: pictures }));
    shown.replaceChildren(...before, ...fresh.childNodes);
    draw(shown);
    shown.scrollTop = 0;
    const send = this.#part("send");
    send.disabled = shown.querySelector(".ready-says") !== null;
    if (isMeant && !send.disabled) send.focus();
  }

  async #send() {
    const send = this.#part("send");
    send.disabled = true;
    const wrong = await this.#how.send(this.#chosen);
    send.disabled = false;
    this.#says(wrong);
    if (wrong === "") this.#dialog.close();
    else send.focus();
  }
}

/** What is written, as it goes out before the ready answer. */
function said(text) {
  const line = Object.assign(document.createElement("div"), { className: "line by-staff" });
  const message = Object.assign(document.createElement("div"), { className: "message" });
  message.append(Object.assign(document.createElement("p"), { className: "bubble", textContent: text }));
  line.append(message);
  return line;
}
