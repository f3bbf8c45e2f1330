// The console's page of a friend in a frame: as high as what is in it, and renewed in place.

import { el } from "../elements.js";
import { currentLanguage, tr } from "../words.js";

export class ContactFrame {
  constructor() {
    this.element = el("iframe", "person-page", { hidden: true, scrolling: "no", onload: () => this.loaded() });
    this.grown = new ResizeObserver(() => this.fit());
    this.stale = this.missed = false;
  }

  /** What it shows may be something else by now; a page that is just loading may have been read before that. */
  hear() {
    this.stale = this.missed = true;
  }

  /** Show the page of a friend; null: none. */
  draw(friend) {
    this.element.hidden = !friend;
    if (!friend) return;
    this.element.title = tr("What the bot knows of {name}", { name: friend.name });
    const part = [currentLanguage(), document.documentElement.dataset.theme, "of", friend.channel, friend.id].map(encodeURIComponent);
    const page = `person/${part.join("/")}`;
    if (this.page !== page) {
      this.page = page;
      this.element.src = page;
    } else if (this.stale) this.renew();
    this.stale = false;
  }

  renew() {
    this.element.contentWindow.postMessage("renew", location.origin);
  }

  loaded() {
    const { body, documentElement: root } = this.element.contentDocument;
    if (!root.querySelector("main")) return;
    this.grown.disconnect();
    this.grown.observe(body);
    this.fit();
    root.querySelector(".flash, .refused")?.scrollIntoView({ block: "nearest" });
    if (this.missed) this.renew();
    this.missed = false;
  }

  fit() {
    this.element.style.height = `${this.element.contentDocument.body.scrollHeight}px`;
  }
}
