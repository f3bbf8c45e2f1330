// Pull a page down at its top and let go, as telephones do.

import { el } from "./elements.js";
import { tr } from "./sentences.js";

const FAR = 72; // px that a finger has to go

export class Pull {
  hint = el("p", "pull", { "aria-hidden": "true" });
  #from = null;
  #far = false;
  #ends = new AbortController();

  /** `done()` is called when a finger that has pulled `element` far enough lets go. */
  constructor(element, done) {
    const listen = (name, handler) => element.addEventListener(name, handler, { passive: true, signal: this.#ends.signal });
    listen("touchstart", (event) => (this.#from = scrollY <= 0 ? event.touches[0].clientY : null));
    listen("touchmove", (event) => this.#show(this.#from === null ? 0 : event.touches[0].clientY - this.#from));
    listen("touchcancel", () => this.#show(0));
    listen("touchend", () => {
      const far = this.#far;
      this.#from = null;
      this.#show(0);
      if (far) done();
    });
  }

  end() {
    this.#ends.abort();
  }

  #show(distance) {
    this.#far = distance >= FAR;
    this.hint.style.height = `${Math.max(0, Math.min(distance, FAR) / 2)}px`;
    this.hint.textContent = this.#far ? tr("Let go to update") : "";
  }
}
