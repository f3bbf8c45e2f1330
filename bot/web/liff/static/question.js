// One question on one screen: the sentence, its field, what is wrong, and the button that says what it does.

import { refused, wrongWith } from "./check.js";
import { Countdown } from "./countdown.js";
import { el } from "./elements.js";
import { fieldFor } from "./fields.js";
import { progress, ways, welcomeBack } from "./form.js";
import * as line from "./line.js";
import { privacyNotice } from "./privacy_notice.js";
import { tr } from "./sentences.js";

const ADDRESS = /(https:\/\/[\w\-./?=&%#~+:@]+)/;

/** The parts of a text; an address in it opens in another window, from which one comes back to this page. */
const withAddresses = (text) =>
  text.split(ADDRESS).map((part, number) => (number % 2 ? el("a", "address", { href: part, onclick: (event) => leaveFor(event, part) }, part) : part));

function leaveFor(event, address) {
  event.preventDefault();
  line.open(address);
}

export class Question {
  #screen;
  #answer;
  #act;
  #field;
  #title = el("h1", "", { id: "question", tabIndex: -1 });
  #error = el("p", "error", { id: "error", role: "alert" });
  #timer = el("p", "timer", { id: "timer" });
  #links = el("div", "links");
  #counts = new Countdown(() => this.#count());

  /**
   * `answer(text)` sends; `begun` is what was typed before; `changed(text)` gets what is typed; `sentTo` is the
   * phone that a code went to, where this page knows it; `language` is the playbook's. `act(name)` is what a
   * form does instead of answering.
   */
  constructor(screen, { answer, act, begun, changed, privacy, intro, sentTo, language }) {
    this.#answer = answer;
    this.#act = act;
    this.#field = fieldFor(screen, begun, { ready: (text) => answer(text), changed });
    if (screen.form?.resumed) this.#title.setAttribute("aria-describedby", "resumed");
    for (const part of [this.#title, this.#error, this.#links]) part.lang = language;
    const help = helpFor(screen, sentTo);
    this.button = this.#field.byTap ? null : el("button", "button main", { type: "submit" });
    const input = this.#field.input ?? this.#field.element;
    input.setAttribute("aria-labelledby", "question");
    input.setAttribute("aria-describedby", `${help ? "help " : ""}timer error`);
    if (!this.#field.input) input.setAttribute("role", "group");
    this.element = el(
      "form",
      `screen question ${screen.answer}`,
      { noValidate: true, onsubmit: (event) => this.#submit(event) },
      screen.form ? progress(screen.form) : null,
      screen.form ? welcomeBack(screen.form) : null,
      intro ? el("p", "intro", { lang: language }, intro) : null,
      this.#title,
      help ? el("p", "help", { id: "help" }, help) : null,
      this.#field.element,
      this.#timer,
      this.#error,
      screen.notice && privacy ? privacyNotice(privacy) : null,
      this.button,
      this.#links,
      screen.form ? el("div", "ways", {}, ...ways(screen.form, act, this.#field.element.querySelector(".chosen"))) : null,
    );
    this.#draw(screen);
  }

  /** The same question, asked or answered again. */
  update(screen, answered) {
    const silent = answered && screen.visit === this.#screen.visit && !screen.texts?.length;
    this.#draw(screen);
    if (silent) this.#error.textContent = refused(screen);
    if (screen.answer === "code" && answered) this.#field.clear();
    if (answered && !this.#field.byTap) this.#field.focus();
  }

  /** What was tapped to answer. */
  get tapped() {
    return this.button ?? this.#field.element;
  }

  /** What is waited for, once it is answered. */
  get waiting() {
    if (this.#screen.sends_code) return tr("Sending the code, one moment…");
    return this.#screen.answer === "code" ? tr("Checking, one moment…") : tr("Sending, one moment…");
  }

  /** Where the reader goes: to the code's field, for the keyboard is open already; to an answer that led nowhere, to write over it; else to the sentence. */
  focus() {
    const { input } = this.#field;
    if (this.#screen.answer === "code") this.#field.focus();
    else if (input?.value && this.#screen.texts?.length) {
      this.#field.focus();
      input.select();
    } else this.#title.focus();
  }

  end() {
    this.#counts.stop();
  }

  #draw(screen) {
    this.#screen = screen;
    this.#title.replaceChildren(...withAddresses(screen.question ?? ""));
    this.#error.textContent = (screen.texts ?? []).join("\n");
    this.#field.input?.setAttribute("aria-invalid", String(Boolean(screen.texts?.length)));
    if (this.button) this.button.textContent = buttonText(screen);
    this.#links.replaceChildren(...(screen.links ?? []).map((text) => this.#link(text)));
    this.#counts.start({ again: screen.again_in, valid: screen.answer === "code" ? screen.valid_for : undefined });
  }

  #link(text) {
    const tap = () => {
      if (link.getAttribute("aria-disabled") !== "true") this.#answer(text);
    };
    const link = el("button", "link", { type: "button", onclick: tap, "data-text": text }, text);
    return link;
  }

  #count() {
    const { again, valid } = this.#counts.left;
    if (valid !== undefined) this.#timer.textContent = valid > 0 ? tr("The code is valid for {time}", { time: clock(valid) }) : tr("The code has expired. Please get a new one.");
    for (const link of this.#links.children) {
      const waits = link.dataset.text === this.#screen.again && again > 0;
      link.textContent = waits ? tr("{text} (in {seconds} s)", { text: link.dataset.text, seconds: again }) : link.dataset.text;
      if (waits) link.setAttribute("aria-disabled", "true");
      else link.removeAttribute("aria-disabled");
    }
  }

  #submit(event) {
    event.preventDefault();
    if (!this.button) return;
    const text = this.#field.value();
    const { form, answer } = this.#screen;
    if (!text && form?.optional) return answer === "choices" ? this.#answer("") : this.#act("skip");
    const wrong = text ? wrongWith(this.#screen, text, this.#field.input) : tr("Please fill this in first.");
    if (!wrong) return this.#answer(text);
    this.#error.textContent = wrong;
    this.#field.focus();
  }
}

function helpFor(screen, sentTo) {
  if (screen.answer === "code") return sentTo ? tr("Sent to {phone}", { phone: sentTo }) : tr("The SMS usually arrives within a minute.");
  return screen.answer === "phone" && screen.sends_code ? tr("We will send a 6-digit code to this phone by SMS.") : null;
}

function buttonText(screen) {
  if (screen.notice && screen.form) return tr("Agree and go on");
  if (screen.notice) return screen.sends_code ? tr("Agree and send code") : tr("Agree and continue");
  if (screen.sends_code) return tr("Send code");
  return screen.answer === "code" ? tr("Confirm code") : tr("Continue");
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
