// What one does with a friend: another name, block, unblock, add, invite into a group.

import { el, face } from "../elements.js";
import { tr } from "../words.js";
import { openSheet } from "./sheet.js";

const LANGUAGES = { "zh-TW": "繁體中文", en: "English", ja: "日本語", th: "ไทย", id: "Bahasa Indonesia" };
const NAME_AT_MOST = 20;

/** A sheet about the friend, and the way to their `groups`. `acts`: change({name, language}), follow(), block(), unblock(), invite(),
 * openGroup(id), anew(), each resolving to whether it was done. */
export function openAbout(friend, groups, acts) {
  const field = el("input", "", { id: "name", maxLength: NAME_AT_MOST, dir: "auto", spellcheck: false, value: friend.name, enterKeyHint: "done" });
  const known = Object.keys(LANGUAGES);
  const spoken = known.includes(friend.language) ? known : [...known, friend.language];
  const language = el("select", "", { id: "phone-language" }, ...spoken.map((one) => el("option", "", { value: one, selected: one === friend.language }, LANGUAGES[one] ?? one)));
  const form = el("form", "rename", {}, el("label", "", {}, tr("Display name"), field), el("label", "", {}, tr("LINE's language on this phone (pages follow it)"), language), el("button", "wide-button", { type: "submit" }, tr("Save")));
  const after = (act) => async () => (await act()) && close();
  const changed = () => ({ ...(field.value === friend.name ? {} : { name: field.value }), ...(language.value === friend.language ? {} : { language: language.value }) });
  const change = async () => Object.keys(changed()).length === 0 || (await acts.change(changed()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    after(change)();
  });
  const button = (id, label, act, classes = "") => el("button", `wide-button ${classes}`, { type: "button", id, onclick: after(act) }, label);
  const standing = {
    stranger: () => button("standing", tr("Add friend"), acts.follow, "strong"),
    friend: () => button("standing", tr("Block"), acts.block, "grave"),
    blocked: () => button("standing", tr("Unblock"), acts.unblock, "strong"),
  }[friend.standing]();
  const invite = friend.standing === "friend" ? button("invite", tr("Invite to a group"), acts.invite) : null;
  const mine = groups.filter((group) => group.member === friend.id).map((group) => el("button", "wide-button", { type: "button", "data-group": group.id, onclick: after(() => acts.openGroup(group.id)) }, seeGroup(group)));
  const forgets = el("div", "anew-warning", {}, el("p", "notice", {}, tr("The bot forgets this friend: chat, tags, flows and binding are gone, and the account is not added yet. The shop's records stay.")), button("anew-sure", tr("Yes, begin anew"), acts.anew, "grave"));
  const ask = () => {
    anew.replaceWith(forgets);
    forgets.querySelector("button").focus();
  };
  const anew = el("button", "wide-button", { type: "button", id: "anew", onclick: ask }, tr("Begin anew"));
  const close = openSheet(friend.name, el("div", "sheet-body about", {}, face(friend.name, friend.id, "large"), form, ...mine, invite, standing, anew));
}

const seeGroup = ({ name, joined }) => (joined ? tr("See the group “{name}”", { name }) : tr("See the group “{name}” (it has left)", { name }));
