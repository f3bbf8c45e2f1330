// The buttons below the newest message, gone when one is used or something else is said.
// https://developers.line.biz/en/docs/messaging-api/using-quick-reply/#quick-reply-buttons-disappear

import { $, el, icon } from "../elements.js";
import { focusField } from "./focus.js";
import { picture } from "./picture.js";

/** These stay until what they ask for has been sent. */
const ASKING = new Set(["camera", "cameraRoll", "datetimepicker", "location"]);
const ICONS = { camera: "camera", cameraRoll: "image", location: "pin" };
const AT_MOST = 13;

export class QuickReplies {
  /** `act(action, message, element)` resolves to whether something came of it. */
  constructor(act) {
    this.act = act;
    this.room = $("quick");
    this.used = new Set();
    this.shown = null;
    this.messages = new Map();
  }

  draw(messages) {
    this.messages = messages;
    const newest = [...messages.values()].filter((message) => !message.unsent).at(-1);
    const items = newest?.author === "bot" && !this.used.has(newest.id) ? newest.content?.quickReply?.items : null;
    const wanted = Array.isArray(items) ? items.filter((item) => item?.action).slice(0, AT_MOST) : [];
    const shown = wanted.length ? newest.id : null;
    this.room.hidden = shown === null;
    if (shown === this.shown) return;
    this.shown = shown;
    this.room.replaceChildren(...wanted.map((item) => this.button(item, newest)));
    this.room.scrollLeft = 0;
  }

  button({ action, imageUrl }, message) {
    const mark = imageUrl ? picture(imageUrl) : Object.hasOwn(ICONS, action.type) ? icon(ICONS[action.type], 20) : null;
    const label = el("span", "", { dir: "auto" }, action.label ?? action.text ?? action.type ?? "");
    const button = el("button", "", { type: "button" }, mark, label);
    button.addEventListener("click", async () => {
      if (!ASKING.has(action.type)) this.use(message);
      const done = await this.act(action, message, button);
      if (done && action.type === "datetimepicker") this.use(message);
      if (!done && this.used.delete(message.id)) this.draw(this.messages); // LINE did not take it: still there
    });
    return button;
  }

  use(message) {
    const focused = this.room.contains(document.activeElement);
    this.used.add(message.id);
    this.room.hidden = true;
    this.shown = null;
    if (focused) focusField();
  }
}
