// What one does with a friend: another name, block, unblock, add, invite into a group.

import { el, face } from "../elements.js";
import { words } from "../words.js";
import { openSheet } from "./sheet.js";

const NAME_AT_MOST = 20;

/** A sheet about the friend, and the way to their `groups`. `acts`: change({name, language}), follow(), block(), unblock(), invite(),
 * openGroup(id), anew(), each resolving to whether it was done. */
export function openAbout(friend, groups, acts) {
  const w = words();
  const field = el("input", "", { id: "name", maxLength: NAME_AT_MOST, dir: "auto", spellcheck: false, value: friend.name, enterKeyHint: "done" });
  const known = Object.keys(w.languages);
  const spoken = known.includes(friend.language) ? known : [...known, friend.language];
  const language = el("select", "", { id: "phone-language" }, ...spoken.map((one) => el("option", "", { value: one, selected: one === friend.language }, w.languages[one] ?? one)));
  const form = el("form", "rename", {}, el("label", "", {}, w.displayName, field), el("label", "", {}, w.phoneLanguage, language), el("button", "wide-button", { type: "submit" }, w.save));
  const after = (act) => async () => (await act()) && close();
  const changed = () => ({ ...(field.value === friend.name ? {} : { name: field.value }), ...(language.value === friend.language ? {} : { language: language.value }) });
  const change = async () => Object.keys(changed()).length === 0 || (await acts.change(changed()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    after(change)();
  });
  const button = (id, label, act, classes = "") => el("button", `wide-button ${classes}`, { type: "button", id, onclick: after(act) }, label);
  const standing = {
    stranger: () => button("standing", w.follow, acts.follow, "strong"),
    friend: () => button("standing", w.block, acts.block, "grave"),
    blocked: () => button("standing", w.unblock, acts.unblock, "strong"),
  }[friend.standing]();
  const invite = friend.standing === "friend" ? button("invite", w.invite, acts.invite) : null;
  const mine = groups.filter((group) => group.member === friend.id).map((group) => el("button", "wide-button", { type: "button", "data-group": group.id, onclick: after(() => acts.openGroup(group.id)) }, w.seeGroup(group.name, group.joined)));
  const anew = button("anew", w.beginAnew, acts.anew);
  const close = openSheet(friend.name, el("div", "sheet-body about", {}, face(friend.name, friend.id, "large"), form, ...mine, invite, standing, anew, el("p", "told", {}, w.beginAnewTold)));
}
