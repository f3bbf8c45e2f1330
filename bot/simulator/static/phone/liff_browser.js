// LIFF's browser over the chat: a page of this server in a frame, and what its `liff` wishes of the phone.
// https://developers.line.biz/en/docs/liff/overview/#screen-size

import { $, el, icon } from "../elements.js";
import { addressOf } from "../own_address.js";
import { tr } from "../words.js";
import { focusField } from "./focus.js";
import { openSheet } from "./sheet.js";

const BEHIND = ["people", "conversation"];

/** The channel whose LIFF app an address opens, `https://liff.line.me/{liffId}…`; undefined where none of these has it. */
export function channelOf(address, channels) {
  const url = addressOf(address);
  const id = url?.protocol === "https:" && url.host === "liff.line.me" ? url.pathname.split("/")[1] : null;
  return channels.find((channel) => id && channel.liff === id);
}

export class LiffBrowser {
  /** `ports`: open(address) resolves to `{launch, url}`, or to null where that failed, which was shown; outside(uri) opens any other address;
   * follow(), unblock() make friends; state() is the phone's. */
  constructor(ports) {
    this.ports = ports;
    this.frame = null;
    addEventListener("message", (event) => this.hear(event));
    $("liff").addEventListener("keydown", (event) => this.key(event));
  }

  /** Open the LIFF address of this channel on the phone. */
  async open(address, channel) {
    const { friend } = this.ports.state();
    const opened = await this.ports.open(address);
    if (!opened) return;
    this.came ??= document.activeElement;
    Object.assign(this, { friend: friend.id, launch: opened.launch });
    const inside = friend.liff.in_client;
    const { title } = channel;
    this.frame = el("iframe", "liff-page", { src: opened.url, title, onload: () => this.loaded() });
    const shut = el("button", "round", { type: "button", "aria-label": tr("Close"), onclick: () => this.close() }, icon("close"));
    const notice = el("p", "liff-where", {}, inside ? location.host : tr("A browser outside of LINE · {host}", { host: location.host }));
    const head = el("header", "liff-head", {}, el("div", "liff-names", {}, el("h2", "liff-title", {}, el("bdi", "", {}, title)), notice), shut);
    $("liff").replaceChildren(head, el("div", "liff-body", {}, el("p", "liff-coming", { role: "status" }, tr("Opening the page…")), this.frame));
    $("liff").setAttribute("aria-label", title);
    $("liff").classList.toggle("outside", !inside);
    $("liff").hidden = false;
    for (const id of BEHIND) $(id).inert = true;
    document.querySelector(".chat-head").inert = true;
    shut.focus();
  }

  /** Close it; the focus goes back to what opened it, the chat stays where it is. */
  close() {
    if (!this.frame) return;
    this.frame = null;
    $("liff").hidden = true;
    $("liff").replaceChildren();
    for (const id of BEHIND) $(id).inert = false;
    document.querySelector(".chat-head").inert = false;
    const { came } = this;
    this.came = null;
    if (came instanceof HTMLElement && came.isConnected && came.checkVisibility()) came.focus({ preventScroll: true });
    else focusField();
  }

  /** The phone shows this friend now: a page of somebody else's is closed. */
  draw(friend) {
    if (this.frame && friend?.id !== this.friend) this.close();
  }

  /** Put a code where the page asks for one, as a phone's keyboard suggests it; false where no page does. */
  fill(code) {
    const field = this.frame?.contentDocument?.querySelector('input[autocomplete~="one-time-code"]');
    if (!field) return false;
    field.focus();
    field.value = code;
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: code }));
    return true;
  }

  get isOpen() {
    return this.frame !== null;
  }

  loaded() {
    $("liff").querySelector(".liff-coming")?.remove();
    this.frame?.contentDocument?.addEventListener("keydown", (event) => this.key(event));
    if ($("liff").contains(document.activeElement)) this.frame?.focus();
  }

  key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) this.close();
  }

  /** A wish of the page's `liff`. Of the page alone: no other window has one. */
  hear({ origin, source, data }) {
    if (!this.frame || origin !== location.origin || source !== this.frame.contentWindow || data?.liff !== this.launch) return;
    if (data.wish === "close") this.close();
    else if (data.wish === "open") this.ports.outside(String(data.url));
    else if (data.wish === "befriend") this.befriend(source);
  }

  /** LINE's small window that asks to add, or to unblock, the account. */
  befriend(page) {
    const { friend, account } = this.ports.state();
    const answer = () => page.postMessage({ answered: "befriend" }, location.origin);
    if (friend.standing === "friend") return answer();
    const blocked = friend.standing === "blocked";
    const act = async () => (await (blocked ? this.ports.unblock() : this.ports.follow())) && close();
    const yes = el("button", "wide-button strong", { type: "button", "data-first": "", onclick: act }, blocked ? tr("Unblock") : tr("Add friend"));
    const close = openSheet(account.title, el("div", "sheet-body", {}, el("p", "notice", {}, tr("This page asks you to add the official account as a friend first.")), yes), { onclose: answer });
  }
}
