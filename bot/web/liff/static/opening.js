// A short address of ours: asks the server who opens it, then sends its text or opens its target.

import { base } from "./address.js";
import * as storage from "./storage.js";
import * as line from "./line.js";
import { Refused, Server } from "./server.js";
import { over } from "./still_screens.js";
import { messageScreen } from "./message_screen.js";
import { tr } from "./sentences.js";

const QUIET_MS = 300; // a wait that needs no words

export class Opening {
  #data;
  #root;
  #notice = document.getElementById("notice");

  /** `data` is the channel's, with the `opening` that the address names; `root` is where screens are drawn. */
  constructor(data, root) {
    this.#data = data;
    this.#root = root;
  }

  /** Tell the server, and lead on. */
  async begin() {
    const { channel, opening } = this.#data;
    const { kind, code } = opening;
    const server = new Server([channel, kind, code], line.idToken, (trouble) => this.#tell(trouble));
    const waits = setTimeout(() => this.#tell(tr("Opening, one moment…")), QUIET_MS);
    try {
      const leads = await server.open({ opening: storage.opening.name(kind, code) });
      storage.signedIn.forget();
      storage.opening.forget(kind, code);
      await (leads.say ? this.#say(leads) : this.#open(leads.open));
    } catch (error) {
      this.#refused(error);
    } finally {
      clearTimeout(waits);
      this.#tell(null);
    }
  }

  /** Say it in the person's name; outside a chat (a code that was scanned) it is put into the chat's field. */
  async #say({ say: text, chat }) {
    try {
      await line.say(text);
      return line.close();
    } catch {
      const open = () => line.open(chat);
      this.#draw({ mark: "next", title: tr("Please send “{text}” in the chat", { text }), texts: [tr("The text is ready for you: just tap send.")], buttons: [{ label: tr("Go to the chat"), act: open }] });
      open();
    }
  }

  /** A page of this bot opens in this window, anything else in another, from which one comes back to the chat. */
  #open(address) {
    const own = `https://liff.line.me/${this.#data.liff_id}/`;
    if (address.startsWith(own)) return location.replace(`${base}/liff/${this.#data.channel}/${address.slice(own.length)}`);
    const again = { label: tr("Open it again"), act: () => line.open(address) };
    this.#draw({ mark: "done", title: tr("Opened for you"), texts: [tr("When you are done, we are glad to see you in the chat.")], buttons: [{ label: tr("Back to the chat"), act: line.close }, again] });
    document.addEventListener("visibilitychange", () => document.hidden || line.close());
    line.open(address);
  }

  #refused(error) {
    const why = error instanceof Refused ? error.why : "other";
    if (why === "expired" && !storage.signedIn.again()) {
      storage.signedIn.remember();
      return line.signInAgain();
    }
    if (!(error instanceof Refused)) console.error(error);
    const { liff_id: id, opening } = this.#data;
    const acts = { again: () => location.reload(), close: line.close };
    this.#put(over(why, line.link(id, `${opening.kind}/${opening.code}`), acts).element);
  }

  #draw(parts) {
    this.#put(messageScreen(parts));
  }

  #put(element) {
    this.#root.replaceChildren(element);
    this.#root.removeAttribute("aria-busy");
    element.querySelector("h1")?.focus();
  }

  #tell(text) {
    this.#notice.textContent = text ?? "";
  }
}
