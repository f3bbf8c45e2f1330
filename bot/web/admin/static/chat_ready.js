// Ready answers: found by a word or the arrow keys, put in at the cursor to be edited, written and changed here.

import { draw } from "./chat_drawing.js";

const SOON = 120; // milliseconds that a ready answer is chosen for before it is fetched

export class ReadyAnswers {
  #dialog;
  #how;
  #chosen = "";
  #timer = 0;
  #help;
  #form;
  #removed = null; // what was removed last, as the form would send it

  /** `how`: `fetched(of, more)` a fragment of the page, `posted(fields, to, file)` what is sent for it, `put(text)` at
   *  the cursor, `attach({ named, title })` what goes out as it is, `picture(one)` a picture, `written()` the text. */
  constructor(dialog, how) {
    this.#dialog = dialog;
    this.#how = how;
    this.#form = dialog.querySelector("form");
    this.#help = this.#part("shown").firstElementChild;
    const clicks = {
      close: () => dialog.close(),
      back: () => this.#toList(),
      put: () => this.#put(),
      new: () => this.#edit(null),
      edit: () => this.#edit(this.#own),
      remove: () => this.#remove(),
      again: () => this.#restore(),
      cancel: () => this.#toList(),
      name: () => this.#insertName(),
      "no-picture": () => this.#picture(null, "none"),
    };
    dialog.addEventListener("click", ({ target }) => {
      const option = target.closest("[data-ready]");
      const part = target.closest("button[data-part]")?.dataset.part;
      if (option) this.#choose(option, true);
      else if (part in clicks) clicks[part]();
      else if (target === dialog) dialog.close();
    });
    this.#search.addEventListener("input", () => this.#find());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    this.#form.elements.file.addEventListener("change", ({ target }) => this.#upload(target));
    dialog.addEventListener("close", () => this.#forget());
    dialog.addEventListener("keydown", (event) => this.#key(event));
  }

  open() {
    this.#search.value = "";
    this.#find();
    this.#says("");
    this.#dialog.dataset.pane = "list";
    this.#dialog.showModal();
    this.#search.focus();
  }

  get #search() {
    return this.#dialog.querySelector("input[type=search]");
  }

  get #options() {
    return [...this.#dialog.querySelectorAll("[data-ready]")];
  }

  /** What is shown, where staff have written it. */
  get #own() {
    return this.#part("shown").querySelector("[data-own]")?.dataset ?? null;
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-part="${name}"]`);
  }

  #says(text, mayUndo = false) {
    const says = this.#dialog.querySelector(".ready-says");
    says.firstElementChild.textContent = text;
    says.hidden = text === "";
    says.classList.toggle("is-good", mayUndo);
    this.#part("again").hidden = !mayUndo;
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#chosen = "";
    for (const one of this.#options) one.ariaSelected = "false";
    this.#part("shown").replaceChildren(this.#help);
    this.#acts();
  }

  /** What may be done with the one that is shown. */
  #acts() {
    const one = this.#part("shown").querySelector("[data-named]");
    this.#part("put").disabled = one === null;
    for (const name of ["edit", "remove"]) this.#part(name).hidden = this.#own === null;
  }

  #find() {
    const words = this.#search.value.trim().toLowerCase().replace(/^\//, "");
    const isShort = (one) => words !== "" && one.dataset.shortcut.toLowerCase() === words;
    for (const one of this.#options) one.hidden = !`${one.textContent} ${one.dataset.shortcut}`.toLowerCase().includes(words);
    for (const group of this.#dialog.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[data-ready]:not([hidden])");
    const shown = this.#options.filter((one) => !one.hidden);
    this.#part("none").hidden = shown.length > 0;
    const first = shown.find(isShort) ?? shown[0];
    for (const one of this.#options) {
      one.classList.toggle("is-first", one === first);
      one.tabIndex = one === first ? 0 : -1;
    }
  }

  #key(event) {
    const { key, target } = event;
    if (event.isComposing || event.keyCode === 229 || this.#form.contains(target)) return;
    const shown = this.#options.filter((one) => !one.hidden);
    const at = shown.findIndex((one) => one.dataset.ready === this.#chosen);
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (target === this.#part("shown") || !shown.length) return;
      event.preventDefault();
      const isFirst = target === this.#search && (key === "ArrowDown" || at < 0);
      const next = isFirst ? Math.max(0, at) : at + (key === "ArrowDown" ? 1 : -1);
      if (next < 0) this.#search.focus();
      else this.#choose(shown[Math.min(next, shown.length - 1)], false);
    } else if (key === "Enter" && (target === this.#search || target.matches("[data-ready]"))) {
      event.preventDefault();
      const one = target === this.#search ? this.#dialog.querySelector(".is-first:not([hidden])") : target;
      if (one) this.#choose(one, false, 0).then(() => this.#put());
    }
  }

  #toList() {
    this.#dialog.dataset.pane = "list";
    this.#search.focus();
  }

  /** Show one, once it is chosen for so long. `isMeant`: it was clicked, so that the next Enter puts it in. */
  async #choose(option, isMeant, after = isMeant ? 0 : SOON) {
    this.#chosen = option.dataset.ready;
    for (const one of this.#options) {
      one.ariaSelected = String(one === option);
      one.tabIndex = one === option ? 0 : -1;
    }
    option.scrollIntoView({ block: "nearest" });
    if (isMeant) this.#dialog.dataset.pane = "seen";
    else option.focus();
    this.#says("");
    clearTimeout(this.#timer);
    if (after > 0) await new Promise((wake) => (this.#timer = setTimeout(wake, after)));
    await this.#show();
    if (isMeant) this.#part("put").focus();
  }

  async #show() {
    const named = this.#chosen;
    const shown = this.#part("shown");
    const fresh = await this.#how.fetched("ready", { ready: named }).catch(() => null);
    if (named !== this.#chosen || fresh === null || !this.#dialog.open) return;
    shown.replaceChildren(...fresh.body.childNodes);
    draw(shown);
    shown.scrollTop = 0;
    this.#acts();
  }

  /** Put the one that is shown into the answer. */
  async #put() {
    const one = this.#part("shown").querySelector("[data-named]");
    if (one === null || !this.#dialog.open) return;
    const { named, text, picture } = one.dataset;
    if (picture) {
      const end = await this.#how.posted({ answer: picture }, "/admin/chat/ready/put");
      if (end.error) return this.#says(end.error);
      this.#how.picture(end);
    }
    if (text) this.#how.put(text);
    else this.#how.attach({ named, title: this.#options.find((option) => option.dataset.ready === named).querySelector("bdi").textContent });
    this.#dialog.close();
  }

  /** Write a new one, of what is written in the answer, or change one. */
  #edit(own) {
    const { name, shortcut, text, answer } = this.#form.elements;
    answer.value = own?.own ?? "";
    [name.value, shortcut.value, text.value] = [own?.name ?? "", own?.shortcut ?? "", own?.source ?? this.#how.written()];
    this.#form.elements.for.value = own?.for ?? "team";
    this.#picture(own?.picture ? `/admin/chat/ready/picture?answer=${own.own}` : null, "");
    this.#says("");
    this.#dialog.dataset.pane = "edit";
    name.focus();
  }

  #picture(address, token) {
    const seen = this.#part("picture");
    this.#form.elements.picture.value = token;
    seen.hidden = this.#part("no-picture").hidden = address === null;
    if (address === null) seen.removeAttribute("src");
    else seen.src = address;
  }

  async #upload(field) {
    const [file] = field.files;
    field.value = "";
    if (file === undefined) return;
    const end = await this.#how.posted({}, "/admin/chat/picture", file);
    this.#says(end.error ?? "");
    if (!end.error) this.#picture(end.address, end.token);
  }

  #insertName() {
    const { text } = this.#form.elements;
    text.setRangeText(this.#part("name").dataset.name, text.selectionStart, text.selectionEnd, "end");
    text.focus();
  }

  async #save() {
    const { file, ...fields } = Object.fromEntries(new FormData(this.#form));
    await this.#stored({ ...fields, form: crypto.randomUUID() });
  }

  async #stored(fields) {
    const end = await this.#how.posted(fields, "/admin/chat/ready");
    if (end.error) return this.#says(end.error);
    await this.#renew();
    const option = this.#options.find((one) => one.dataset.ready === end.named);
    this.#search.value = "";
    this.#find();
    if (option) await this.#choose(option, true);
  }

  async #remove() {
    const own = this.#own;
    const { name, shortcut, source, for: whose } = own;
    const end = await this.#how.posted({ answer: own.own, form: crypto.randomUUID() }, "/admin/chat/ready/remove");
    if (end.error) return this.#says(end.error);
    this.#removed = own.picture ? null : { name, shortcut, text: source, for: whose, answer: "", picture: "" };
    this.#forget();
    await this.#renew();
    this.#toList();
    this.#says(this.#part("again").dataset.removed, this.#removed !== null);
  }

  async #restore() {
    await this.#stored({ ...this.#removed, form: crypto.randomUUID() });
  }

  async #renew() {
    const fresh = await this.#how.fetched("readies");
    this.#dialog.querySelector(".options").replaceChildren(...fresh.body.childNodes);
    this.#find();
  }
}

/** Cards of the playbook that go out with the answer as they are. `changed()` once they are others. */
export class AttachedCards {
  constructor(list, changed) {
    this.list = list;
    this.changed = changed;
  }

  get all() {
    return [...this.list.children].map(({ dataset }) => ({ named: dataset.named, title: dataset.title }));
  }

  get named() {
    return this.all.map(({ named }) => named).join("\n");
  }

  show(cards) {
    this.list.replaceChildren(...cards.map((one) => this.item(one)));
    this.list.hidden = cards.length === 0;
  }

  add(card) {
    this.show([...this.all, card]);
    this.changed();
  }

  item({ named, title }) {
    const item = Object.assign(document.createElement("li"), { className: "tag" });
    Object.assign(item.dataset, { named, title });
    const out = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: this.list.dataset.out });
    out.addEventListener("click", () => {
      item.remove();
      this.list.hidden = this.list.children.length === 0;
      this.changed();
    });
    item.append(Object.assign(document.createElement("bdi"), { textContent: title }), out);
    return item;
  }
}
