// The phone: the chat of the chosen friend, the list of chats, and their frame.

import { copied } from "../clipboard.js";
import { $, el, face, icon } from "../elements.js";
import { clockTime, currentLanguage, tr } from "../words.js";
import { idWords } from "./account_id.js";
import { openAbout } from "./about.js";
import { actions } from "./actions.js";
import { ChatList } from "./chat_list.js";
import { ChatLog } from "./chat_log.js";
import { Composer } from "./composer.js";
import { focusField, isElsewhere } from "./focus.js";
import { GroupSheet } from "./group_sheet.js";
import { LiffBrowser, channelOf } from "./liff_browser.js";
import { messageMenu } from "./message_menu.js";
import { QuickReplies } from "./quick_replies.js";
import { RichMenu } from "./rich_menu.js";
import { toast } from "./sheet.js";
import { SmsBanner } from "./sms.js";
import { StaffLine } from "./staff_line.js";
import { takeTyping } from "./typing.js";

export class Phone {
  /** `acts`: add(), choose(id), follow(), block(), unblock(), invite(), change(what), say(text, friend), send(type, content),
   * sendPictures(blobs), tap(body), unsend(message), watched(message), redeliver(message), chosen(message),
   * sayIn(group, text), openGroup(id), leaveGroup(), dismissSms(sms), openLiff(address), leadsTo(address). */
  constructor(acts) {
    this.acts = acts;
    const act = (action, message, element) => this.run(action, message, element);
    this.composer = new Composer({ ...acts, say: (text, friend) => this.say(text, friend) });
    this.menu = new RichMenu(act);
    this.quick = new QuickReplies(act);
    this.staff = new StaffLine();
    this.liff = new LiffBrowser({
      open: acts.openLiff,
      outside: (uri) => this.run({ type: "uri", uri }),
      follow: acts.follow,
      unblock: acts.unblock,
      state: () => this.state,
    });
    this.sms = new SmsBanner({ fill: (code, sms) => this.fill(code, sms), dismiss: acts.dismissSms });
    this.log = new ChatLog({ act, watched: acts.watched, redeliver: acts.redeliver, chosen: acts.chosen });
    this.group = new GroupSheet({ act, watched: acts.watched, redeliver: acts.redeliver, sayIn: acts.sayIn, left: acts.leaveGroup });
    this.list = new ChatList({ add: acts.add, choose: (id) => acts.choose(id).then(() => this.showList(false)), close: () => this.showList(false) });
    this.run = actions({
      tap: acts.tap,
      account: () => this.state.account.id,
      now: () => this.state.now,
      liff: (address) => this.openPage(address),
      leadsTo: acts.leadsTo,
      fill: (text) => this.writeInChat(text),
      keyboard: (text) => this.write(text),
      voice: () => toast(tr("A phone would begin to record")),
      menu: (open) => this.menu.show(open),
      album: this.composer.album,
      camera: this.composer.camera,
      places: () => this.composer.places(),
    });
    takeTyping(() => this.type(), (event) => this.paste(event));
    messageMenu((element) => this.log.messageAt(element), acts);
    $("back").prepend(icon("back"));
    $("about").append(icon("menu"));
    $("to-end").append(icon("down", 20));
    $("back").addEventListener("click", () => this.showList($("people").hidden));
    $("about").addEventListener("click", () => openAbout(this.state.friend, this.state.groups, acts));
    this.showList(false);
    this.tick();
  }

  say(text, friend) {
    this.sms.said(text);
    return this.acts.say(text, friend);
  }

  /** A key is on its way: the field takes it, whatever covers it, or it is said what comes first. */
  type() {
    if (this.liff.isOpen || !this.state?.account) return;
    if ($("composer").hidden) return toast(tr("Press “{first}” first, then type.", { first: $("enter").textContent }));
    if (!$("people").hidden) this.showList(false);
    this.menu.keys();
    $("text").focus();
  }

  /** Something was pasted beside every field: into the one to write in, or it is a picture to send. */
  paste(event) {
    this.type();
    if (document.activeElement === $("text")) this.composer.paste(event);
  }

  /** Put a text into the field, and be ready to write. */
  write(text) {
    this.menu.keys();
    this.composer.write(text);
  }

  /** The same where LINE goes to the chat for it, from whatever is open. */
  writeInChat(text) {
    this.liff.close();
    this.write(text);
  }

  /** Show what happens in the group that is looked at, once the stream has brought it: it may be younger than its messages. */
  showGroup({ account, group: { id, messages }, groups }) {
    const group = groups.find((one) => one.id === id);
    if (!group) return;
    if (this.group.shown !== id) this.group.open(group, account);
    this.group.draw(group, messages);
  }

  /** Open the page of a LIFF address; false where it is none of this bot's. */
  openPage(address) {
    const channel = channelOf(address, this.state.channels);
    if (channel) this.liff.open(address, channel);
    return Boolean(channel);
  }

  /** Put a code where it is asked for: on the page that is open, where it has done its work then, else into the field. */
  async fill(code, sms) {
    if (!this.liff.isOpen) this.write(code);
    else if (this.liff.fill(code)) this.acts.dismissSms(sms);
    else toast((await copied(code)) ? tr("Copied “{text}”", { text: code }) : tr("The browser does not let the page copy"));
  }

  /** Light messages up by their ids, and show the first of them. */
  mark(ids) {
    this.log.mark(ids);
  }

  /** Bring the screen in line with the state; `fresh` are ids of messages that have just come. */
  draw(state, fresh = new Set()) {
    const { account, friend } = state;
    this.state = state;
    document.title = account?.title ? tr("{name} · Simulator", { name: account.title }) : tr("Simulator");
    $("skeleton")?.remove();
    $("phone-time").textContent = clockTime(state.now);
    if (!account) return;
    this.head(account, friend);
    this.elsewhere(state);
    this.sms.draw(friend, state.sms);
    this.liff.draw(friend);
    const blank = !friend || friend.standing === "stranger";
    $("chat-room").hidden = blank && state.messages.size === 0;
    const entered = this.doorstep(account, friend, $("chat-room").hidden);
    this.staff.draw(friend, state.now);
    this.composer.draw(friend);
    this.menu.draw(friend, state.menus.get(account.name) ?? []);
    this.quick.draw(friend?.standing === "friend" ? state.messages : new Map());
    if (!$("chat-room").hidden) this.log.draw(state, fresh);
    if (entered) focusField();
    this.start();
    if (!$("people").hidden) this.list.draw(state);
    if (state.group) this.showGroup(state);
  }

  /** Whose chat it is and who one is in it; over the list of chats, what that is. */
  head(account, friend) {
    const isList = !$("people").hidden;
    $("chat-title").textContent = isList ? tr("Friends") : account.title;
    $("chat-as").textContent = friend && !isList ? tr("You are {name}", { name: friend.name }) : "";
    $("about").hidden = !friend || isList;
  }

  /** The first time that somebody can write, they may do so at once. */
  start() {
    if (this.started || $("composer").hidden) return;
    this.started = true;
    if (!isElsewhere() && document.activeElement === document.body && matchMedia("(hover: hover)").matches) $("text").focus({ preventScroll: true });
  }

  /** How much is unread in the other chats of this account. */
  elsewhere(state) {
    const others = state.friends.filter((friend) => friend.channel === state.account.name && friend.id !== state.friend?.id);
    const unread = others.reduce((sum, friend) => sum + (state.unread.get(friend.id) ?? 0), 0);
    $("elsewhere").hidden = !unread;
    $("elsewhere").textContent = unread > 99 ? "99+" : String(unread);
    $("back").setAttribute("aria-label", unread ? `${tr("Chats")} (${tr("{number} unread", { number: unread })})` : tr("Chats"));
  }

  showList(open) {
    const was = !$("people").hidden;
    $("people").hidden = !open;
    $("conversation").hidden = open;
    $("back").setAttribute("aria-expanded", String(open));
    $("back").firstChild.replaceWith(icon(open ? "close" : "back"));
    if (open) {
      if (this.state?.account) this.draw(this.state);
      ($("people").querySelector("[aria-pressed=true]") ?? $("add")).focus();
      return;
    }
    if (this.state?.account) this.draw(this.state);
    if (was) focusField();
  }

  /** The line where nobody can write: before the first friend, before adding, after blocking. Whether one has just come past it. */
  doorstep(account, friend, large) {
    const step = $("doorstep");
    const focused = step.contains(document.activeElement);
    step.hidden = friend?.standing === "friend";
    step.classList.toggle("strip", !large);
    const stamp = JSON.stringify([currentLanguage(), account.title, account.id, friend?.name, friend?.standing, large]);
    if (step.dataset.stamp === stamp) return focused && step.hidden;
    step.dataset.stamp = stamp;
    const parts = [];
    if (large) parts.push(face(account.title, account.id, "bot large"), el("bdi", "who", {}, account.title), el("p", "id", {}, idWords(account.id)));
    const act = (label, onclick) => el("button", "primary", { type: "button", id: "enter", onclick }, label);
    if (!friend) parts.push(el("p", "what", {}, tr("This official account has no friends yet. Add it and talk to the bot as a customer would.")), act(tr("Add friend"), () => this.acts.add()));
    else if (friend.standing === "stranger") parts.push(el("p", "what", {}, tr("Add the account, and begin to talk.")), act(tr("Add friend"), () => this.acts.follow()));
    else if (friend.standing === "blocked") parts.push(el("p", "what", {}, tr("{name} has blocked this account: no message arrives, and none can be written.", { name: friend.name })), act(tr("Unblock"), () => this.acts.unblock()));
    step.replaceChildren(...parts);
    if (focused && !step.hidden) $("enter")?.focus();
    return focused && step.hidden;
  }

  notice(text) {
    $("notice").hidden = !text;
    if ($("notice").textContent !== text) $("notice").textContent = text ?? "";
  }

  tick() {
    if (this.state) $("phone-time").textContent = clockTime(this.state.now);
    setTimeout(() => this.tick(), 60_000 - (Date.now() % 60_000));
  }
}
