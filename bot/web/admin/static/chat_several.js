// Several chats of the list at once: ticked by the mouse, a finger or keys, and one deed for all of them.

/** `list` has the rows, `bar` is the form below it, `opener` the button that begins; `renew` draws the list anew. */
export class Several {
  constructor({ list, bar, opener, renew }) {
    [this.list, this.bar, this.opener, this.renew] = [list, bar, opener, renew];
    this.ticked = new Set();
    this.last = null; // the chat that was ticked last, from which Shift ticks as far as the next one
    this.says = bar.querySelector("[data-says]");
    this.left = bar.querySelector("ul");
    this.go = bar.querySelector("[data-go]");
    opener.addEventListener("click", () => (this.isOn ? this.end() : this.begin()));
    list.addEventListener("click", (event) => this.pressed(event), true);
    bar.addEventListener("click", ({ target }) => {
      if (target.closest("[data-all]")) this.all();
      else if (target.closest("[data-end]")) this.end();
    });
    bar.elements.what.addEventListener("change", () => this.asked(""));
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    new MutationObserver(() => this.show()).observe(list, { childList: true });
  }

  get isOn() {
    return !this.bar.hidden;
  }

  rows() {
    return [...this.list.querySelectorAll("[data-chat]")];
  }

  begin() {
    this.bar.hidden = false;
    this.tell("");
    this.show();
  }

  end() {
    const was = document.activeElement;
    this.bar.hidden = true;
    this.ticked.clear();
    this.show();
    if (!was?.isConnected || this.bar.contains(was)) this.opener.focus();
  }

  /** In this mode a press on a row ticks it. */
  pressed(event) {
    const row = this.isOn && !event.ctrlKey && !event.metaKey ? event.target.closest("[data-chat]") : null;
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    this.tick(row, event.shiftKey);
  }

  /** Tick a row, or as far as it from the last one; once more takes it off. */
  tick(row, isRange = false) {
    if (!this.isOn) this.begin();
    const rows = this.rows();
    const from = isRange ? rows.findIndex((one) => one.dataset.chat === this.last) : -1;
    const at = rows.indexOf(row);
    const isOff = from < 0 && this.ticked.has(row.dataset.chat);
    const some = from < 0 ? [row] : rows.slice(Math.min(from, at), Math.max(from, at) + 1);
    for (const { dataset } of some) isOff ? this.ticked.delete(dataset.chat) : this.ticked.add(dataset.chat);
    this.last = row.dataset.chat;
    this.asked("");
    this.show();
  }

  all() {
    if (!this.isOn) this.begin();
    const rows = this.rows();
    const isAll = rows.every(({ dataset }) => this.ticked.has(dataset.chat));
    for (const { dataset } of rows) isAll ? this.ticked.delete(dataset.chat) : this.ticked.add(dataset.chat);
    this.asked("");
    this.show();
  }

  /** Have this chosen as the deed, to be done by Enter; empty: to be chosen. */
  choose(what) {
    if (what) this.bar.elements.what.value = what;
    this.asked("");
    (what ? this.go : this.bar.elements.what).focus();
  }

  /** Draw the ticks; who is not in the list any more is not chosen. */
  show() {
    const rows = this.rows();
    const here = new Set(rows.map(({ dataset }) => dataset.chat));
    for (const chat of this.ticked) if (!here.has(chat)) this.ticked.delete(chat);
    this.list.classList.toggle("is-choosing", this.isOn);
    this.opener.setAttribute("aria-pressed", String(this.isOn));
    for (const row of rows) {
      const isTicked = this.ticked.has(row.dataset.chat);
      row.classList.toggle("is-ticked", isTicked);
      row.querySelector("[data-ticked]").hidden = !isTicked;
    }
    const text = this.bar.dataset.number.replace("{number}", this.ticked.size);
    const number = this.bar.querySelector("[data-number]");
    if (number.textContent !== text) number.textContent = text;
    this.go.disabled = this.ticked.size === 0 || this.isBusy === true;
  }

  tell(text, left = []) {
    this.says.textContent = text;
    this.left.replaceChildren(
      ...left.map(({ name, why }) => Object.assign(document.createElement("li"), { textContent: `${name}：${why}` })),
    );
    this.left.hidden = left.length === 0;
  }

  /** What is to be confirmed; empty: nothing. */
  asked(text) {
    this.bar.elements.sure.value = text ? "yes" : "";
    this.go.textContent = text ? this.go.dataset.sure : this.go.dataset.go;
    this.tell(text);
  }

  async send() {
    if (this.isBusy || this.ticked.size === 0) return;
    const fields = { ...Object.fromEntries(new FormData(this.bar)), chats: [...this.ticked].join(" ") };
    this.isBusy = true;
    this.show();
    this.tell(this.bar.dataset.busy);
    let end;
    try {
      const response = await fetch(this.bar.action, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
      end = await response.json();
    } catch {
      end = { error: this.bar.dataset.lost }; // the form keeps its id: once more does nothing twice
    }
    this.isBusy = false;
    if (end.asks) this.asked(end.asks);
    else if (end.error) this.tell(end.error);
    else {
      this.asked("");
      this.tell([end.said, end.gone].filter(Boolean).join(" · "), end.left);
      this.ticked = new Set(end.left.map(({ chat }) => chat));
      this.bar.elements.form.value = crypto.randomUUID();
      await this.renew();
    }
    this.show();
    this.go.focus();
  }
}
