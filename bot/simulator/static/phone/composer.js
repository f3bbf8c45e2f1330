// The field to write in, with a draft for each friend, and the trays below it.

import { $, icon } from "../elements.js";
import { ofTab } from "../memory.js";
import { currentLanguage } from "../words.js";
import { stickers, things } from "./trays.js";
import { openPlaces } from "./places.js";
import { asPicture, chosenFiles } from "./sending_pictures.js";

export class Composer {
  /** `acts`: say(text), send(type, content), sendPictures(blobs): each resolves to whether it was taken. */
  constructor(acts) {
    this.acts = acts;
    this.saying = Promise.resolve();
    this.tray = null;
    $("more").append(icon("plus"));
    $("stickers").append(icon("sticker"));
    $("send").append(icon("send"));
    $("more").addEventListener("click", () => this.openTray("things"));
    $("stickers").addEventListener("click", () => this.openTray("stickers"));
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    $("composer").addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.tray) return;
      const opener = this.tray === "stickers" ? $("stickers") : $("more");
      this.openTray(null);
      opener.focus();
    });
    const field = $("text");
    field.addEventListener("keydown", (event) => {
      // While an input method composes (注音, 倉頡 …), Enter chooses a word and must not send.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
        event.preventDefault();
        this.say();
      }
    });
    field.addEventListener("input", () => this.ready());
    field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    $("phone").addEventListener("dragover", (event) => event.preventDefault());
    $("phone").addEventListener("drop", (event) => this.take(event, event.dataTransfer));
  }

  /** Show the composer of this friend, with the draft that was left. */
  draw(friend) {
    $("composer").hidden = friend?.standing !== "friend";
    if (friend?.id !== this.friend) {
      this.friend = friend?.id;
      this.openTray(null);
      $("text").value = ofTab.get(`draft.${this.friend}`) ?? "";
    }
    this.ready();
    if (this.language !== currentLanguage()) this.fill();
  }

  /** Put a text into the field and be ready to write. */
  write(text) {
    $("text").value = text;
    this.ready();
    $("text").focus();
  }

  /** Open a tray; the open one, or null, closes it. */
  openTray(name) {
    this.tray = name === this.tray ? null : name;
    $("tray").hidden = !this.tray;
    $("more").setAttribute("aria-expanded", String(this.tray === "things"));
    $("stickers").setAttribute("aria-expanded", String(this.tray === "stickers"));
    this.fill();
    if (this.tray) $("tray").querySelector("button")?.focus();
  }

  fill() {
    this.language = currentLanguage();
    if (this.tray === "stickers") $("tray").replaceChildren(stickers((content) => this.send("sticker", content)));
    else if (this.tray) $("tray").replaceChildren(things({ album: () => this.album(), camera: () => this.camera(), places: () => this.places() }));
    else $("tray").replaceChildren();
  }

  album = () => this.pick(false);
  camera = () => this.pick(true);

  async pick(camera) {
    this.openTray(null);
    const files = await chosenFiles(camera);
    return files.length ? this.pictures(files) : false;
  }

  /** Choose a place and send it. */
  async places() {
    this.openTray(null);
    const content = await openPlaces();
    return content ? this.acts.send("location", content) : false;
  }

  send(type, content) {
    return this.acts.send(type, content);
  }

  /** Send pictures that were dropped or pasted; what is no picture goes its usual way. */
  take(event, data) {
    const files = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (event.type === "drop") event.preventDefault();
    if (!files.length || $("composer").hidden) return;
    event.preventDefault();
    this.pictures(files);
  }

  /** What was pasted with the focus elsewhere: pictures are sent, a text goes to the field's cursor. */
  paste(event) {
    this.take(event, event.clipboardData);
    const text = event.clipboardData?.getData("text/plain");
    if (event.defaultPrevented || !text) return;
    event.preventDefault();
    const field = $("text");
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    this.ready();
  }

  async pictures(files) {
    return this.acts.sendPictures(await Promise.all(files.map(asPicture)));
  }

  /** Send the draft, one after the other; what could not be sent comes back into it. */
  say() {
    const field = $("text");
    const text = field.value;
    const friend = this.friend;
    if (!text.trim()) return;
    field.value = "";
    this.ready();
    this.saying = this.saying.then(async () => {
      if (await this.acts.say(text, friend)) return;
      if (friend !== this.friend) return ofTab.put(`draft.${friend}`, text);
      field.value = field.value ? `${text}\n${field.value}` : text;
      this.ready();
    });
  }

  ready() {
    const field = $("text");
    $("send").disabled = !field.value.trim();
    ofTab.put(`draft.${this.friend}`, field.value || null);
    if (!CSS.supports("field-sizing", "content")) field.rows = Math.min(5, field.value.split("\n").length);
  }
}
