// The rich menu: the bar that folds it, the picture with its areas, tabs that switch at once.
// https://developers.line.biz/en/docs/messaging-api/rich-menus-overview/

import { $, el, icon } from "../elements.js";
import { ofTab } from "../memory.js";
import { tr } from "../words.js";
import { focusField } from "./focus.js";
import { lay } from "./areas.js";
import { picture } from "./picture.js";

export class RichMenu {
  /** `act(action, message, element)`. */
  constructor(act) {
    this.act = act;
    this.menu = null;
    this.shown = null;
    this.switching = false;
    this.faces = new Map();
    $("to-keys").append(icon("keys"));
    $("to-menu").append(icon("menu"));
    $("to-keys").addEventListener("click", () => this.choose("keys", $("text")));
    $("to-menu").addEventListener("click", () => this.choose(this.opens() ? "open" : "folded", $("menu-bar")));
    $("menu-bar").addEventListener("click", (event) => {
      this.show($("menu-bar").getAttribute("aria-expanded") !== "true");
      if (event.detail) focusField(); // by a pointer: what is typed next is said
    });
    for (const kind of ["beforeinput", "compositionstart"]) $("text").addEventListener(kind, () => this.keys());
  }

  /** Show the menu that this friend sees. `menus` are all of the channel: their pictures are there before they are wanted. */
  draw(friend, menus) {
    const menu = friend?.standing === "friend" ? (menus.find((one) => one.id === friend.menu) ?? null) : null;
    for (const id of this.faces.keys()) if (!menus.some((one) => one.id === id)) this.faces.delete(id);
    for (const one of menu ? menus : []) this.meet(one);
    const shown = menu ? this.faces.get(menu.id).element : null;
    const another = Boolean(menu && this.menu && menu.id !== this.menu.id && friend.id === this.friend.id);
    const isSeen = another && !this.switching; // a tab is changed by who taps it, and at once
    if (another) this.switching = false;
    this.menu = menu;
    this.friend = friend;
    if (shown !== this.shown) this.change(shown, isSeen);
    this.dress(isSeen);
  }

  /** Draw a menu where it is new or looks otherwise: its picture comes after it. */
  meet(menu) {
    const stamp = JSON.stringify([menu.name, menu.size, menu.areas, menu.image]);
    if (this.faces.get(menu.id)?.stamp !== stamp) this.faces.set(menu.id, { stamp, element: this.face(menu) });
  }

  /** Put a face in the other's place; `isSeen`: it covers the one before, and is announced. */
  change(shown, isSeen) {
    const focused = $("rich-menu").contains(document.activeElement);
    const before = this.shown;
    this.shown = shown;
    $("rich-menu").replaceChildren(...[isSeen && before, shown].filter(Boolean));
    if (isSeen) this.comeOver(before, shown);
    if (focused) shown?.querySelector("button")?.focus();
  }

  async comeOver(before, shown) {
    $("spoken").textContent = tr("The rich menu is another one now: {name}", { name: this.menu.chatBarText });
    before.inert = true;
    shown.classList.add("comes");
    await Promise.allSettled(shown.getAnimations().map((one) => one.finished)); // none where motion is not wanted
    shown.classList.remove("comes");
    before.inert = false;
    if (before !== this.shown) before.remove();
  }

  face(menu) {
    const size = { width: Number(menu.size?.width) || 2500, height: Number(menu.size?.height) || 1686 };
    const box = el("div", "menu-face", { role: "group", "aria-label": menu.name }, menu.image ? picture(new URL(`api/${menu.image}`, location.href).href) : el("p", "notice", {}, tr("This menu has no picture yet")));
    box.querySelector("img")?.setAttribute("loading", "eager");
    box.style.aspectRatio = `${size.width} / ${size.height}`;
    box.style.setProperty("--ratio", String(size.width / size.height));
    for (const one of Array.isArray(menu.areas) ? menu.areas : []) {
      const action = one?.action ?? {};
      const label = action.label ?? action.displayText ?? action.text ?? action.uri ?? action.richMenuAliasId ?? action.data ?? tr("area to tap");
      const press = (event) => {
        this.switching = action.type === "richmenuswitch";
        this.act(action, null, event.currentTarget);
      };
      box.append(lay(el("button", "area", { type: "button", "aria-label": label, onclick: press }), one?.bounds, size));
    }
    return box;
  }

  /** How the lower edge looks for this friend: `keys`, or the menu `open` or `folded`. */
  mode() {
    if (!this.menu) return "keys";
    return ofTab.get(`menu.${this.friend.id}`) ?? (this.menu.selected ? "open" : "folded");
  }

  opens = () => this.menu?.selected !== false;

  choose(mode, then) {
    ofTab.put(`menu.${this.friend.id}`, mode);
    this.dress();
    then?.focus();
  }

  /** Unfold or fold the menu, if there is one. */
  show(open) {
    if (this.menu) this.choose(open ? "open" : "folded");
  }

  /** The field to write in, whatever was there. */
  keys() {
    if (this.mode() !== "keys") this.choose("keys");
  }

  dress(isSeen = false) {
    const mode = this.mode();
    $("keys-row").classList.toggle("away", mode !== "keys"); // not hidden: the field takes what is typed all the same
    $("text").tabIndex = mode === "keys" ? 0 : -1;
    $("menu-row").hidden = mode === "keys";
    $("to-menu").hidden = !this.menu;
    $("rich-menu").hidden = mode !== "open";
    $("menu-bar").setAttribute("aria-expanded", String(mode === "open"));
    const text = this.menu?.chatBarText ?? "";
    if ($("menu-bar-text").textContent !== text) $("menu-bar-text").replaceChildren(el("span", isSeen ? "comes" : "", {}, text));
  }
}
