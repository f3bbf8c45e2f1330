// What if LINE, the SMS or a shop has a bad day? Faults to switch on, each with what to expect of the bot.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { refusal } from "../refusals.js";
import { currentLanguage, phrase, textProps, tr } from "../words.js";
import { faultGroup } from "./fault_group.js";
import { liffFaultOn, liffFaults } from "./liff_faults.js";
import { Reading } from "./reading.js";
import { showRows } from "./rows.js";
import { shopFaults, shopFaultsOn } from "./shop_faults.js";
import { smsFaultOn, smsFaults } from "./sms_faults.js";

const KINDS = {
  answer: [null, "500", "429", "quota", "token"],
  slow: [null, 3, 15], // s; the bot waits 10
  deliver: [null, "twice", "late"],
};
const TITLES = {
  answer: phrase("How LINE answers the bot"),
  slow: phrase("How slow LINE is"),
  deliver: phrase("How webhooks arrive"),
};
const NAMES = {
  500: phrase("500 internal error"),
  429: phrase("429 too many requests"),
  quota: phrase("Month's quota used up"),
  token: phrase("Access token expired"),
  twice: phrase("Each one twice"),
  late: phrase("Out of order"),
};
const EXPECTED = {
  500: phrase("The bot tries again: a reply for 50 seconds, a push for 23 hours with the same retry key. Once this is off it arrives, never twice; what was too late is listed as failed."),
  429: phrase("The bot waits and sends again: a reply for 50 seconds, a push for 23 hours. What was too late is listed as failed."),
  quota: phrase("Pushes are not tried again and are listed as failed. Replies are free and still arrive."),
  token: phrase("Each call gets 401. The bot fetches a new token and tries again; a fixed one has to be replaced by hand."),
  twice: phrase("The bot knows the event's id and answers once."),
  late: phrase("Two events of one person change places. Both are handled, none is lost."),
};
const NONE = { answer: null, slow: null, deliver: null };

/** The faults of LINE that are on, in words. */
function lineFaultsOn(faults) {
  if (!faults) return [];
  const on = Object.keys(KINDS).filter((kind) => faults[kind] !== null && faults[kind] !== undefined);
  return on.map((kind) => nameOf(kind, faults[kind]));
}

function nameOf(kind, value) {
  if (value === null) return tr("Normal");
  return kind === "slow" ? tr("{seconds} s slow", { seconds: value }) : (NAMES[value]?.() ?? String(value));
}

export class Faults {
  constructor(changed) {
    this.changed = changed;
    this.trouble = null;
    this.everywhere = new Reading(() => "faults", changed);
    this.sms = new Reading(() => "sms", changed);
    this.shops = new Reading(() => "shops", changed);
    this.intro = el("p", "empty", textProps("For engineers: give LINE a bad day and see what the bot does. A fault stays on until it is switched off."));
    this.notice = el("p", "bad", { role: "alert", hidden: true });
    this.list = el("ul", "faults-on");
    const calm = el("button", "primary small", { type: "button", ...textProps("Everything back to normal"), onclick: () => this.calmDown() });
    this.alarm = el("section", "fault-alarm", { hidden: true }, el("h3", "", textProps("Faults that are on")), this.list, calm);
    this.groups = el("div", "fault-groups");
    this.element = el("div", "panel", {}, this.alarm, this.intro, this.notice, this.groups);
  }

  /** The server began anew. */
  begin() {
    for (const one of [this.everywhere, this.sms, this.shops]) one.forget();
  }

  /** A fault was switched, here or by somebody else. */
  hear() {
    for (const one of [this.everywhere, this.sms, this.shops]) one.stale = true;
  }

  /** All faults that are on, wherever, in words; empty when all is well. Those of others than who is shown say whose. */
  on({ account, friend, channels, friends }) {
    this.everywhere.fresh();
    const { channels: lines = {}, friends: phones = {}, sms = null, shops = {}, hooks = [] } = this.everywhere.value ?? {};
    const of = (whose, what) => what.map((one) => tr("{whose}: {what}", { whose, what: one }));
    const others = (all, mine) => Object.entries(all).filter(([id]) => id !== mine);
    return [
      ...lineFaultsOn(account.faults),
      ...others(lines, account.name).flatMap(([name, faults]) => of(channels.find((c) => c.name === name)?.id ?? name, lineFaultsOn(faults))),
      ...liffFaultOn(friend),
      ...others(phones, friend?.id).flatMap(([id, liff]) => of(friends.find((f) => f.id === id)?.name ?? id, liffFaultOn({ liff }))),
      ...of(tr("SMS"), smsFaultOn(sms)),
      ...Object.entries(shops).flatMap(([name, faults]) => shopFaultsOn(faults).map((one) => tr("Shop {shop}: {what}", { shop: name, what: one }))),
      ...hooks.map((name) => tr("System “{hook}”: fails", { hook: name })),
    ];
  }

  draw(state) {
    Object.assign(this, { account: state.account, friend: state.friend });
    this.sms.fresh();
    this.shops.fresh();
    const faults = { ...NONE, ...state.account.faults };
    const shops = this.shops.value?.shops ?? [];
    const stamp = JSON.stringify([faults, state.account.name, state.account.verified, state.friend?.id, state.friend?.name, state.friend?.liff, this.sms.value, shops, currentLanguage()]);
    this.notice.hidden = this.trouble === null;
    this.notice.textContent = this.trouble ? refusal(this.trouble) : "";
    const on = this.on(state);
    if (!on.length && this.alarm.contains(document.activeElement)) this.groups.querySelector("input:checked")?.focus();
    this.alarm.hidden = on.length === 0;
    showRows(this.list, on.map((one) => ({ key: one, stamp: one, make: () => el("li", "", { dir: "auto" }, one) })));
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    const focused = document.activeElement?.dataset?.fault;
    const liff = state.friend && state.account.liff ? [liffFaults(state.friend, (settings) => this.putLiff(settings))] : [];
    const sms = this.sms.value ? [smsFaults(this.sms.value, (account) => this.putSms(account))] : [];
    const atShops = shops.flatMap((shop, number) => shopFaults(shop, number === 0, (value) => this.putShop(shop.name, value)));
    this.groups.replaceChildren(...Object.keys(KINDS).map((kind) => this.group(kind, faults)), this.followers(), ...liff, ...sms, ...atShops);
    if (focused) this.groups.querySelector(`[data-fault="${CSS.escape(focused)}"]`)?.focus();
  }

  group(kind, faults) {
    const choices = KINDS[kind].some((value) => value === faults[kind]) ? KINDS[kind] : [...KINDS[kind], faults[kind]];
    const rows = choices.map((value) => ({ value, name: nameOf(kind, value), expect: EXPECTED[value]?.() ?? null }));
    const expect = kind === "slow" ? tr("Messages arrive all the same, only LINE answers late. Webhooks still get their 200 within 2 seconds and nobody else waits; what gets no answer is tried again, never sent twice.") : null;
    return faultGroup({ kind, title: TITLES[kind](), expect, rows, chosen: faults[kind], put: (value) => this.put(Object.assign(faults, { [kind]: value })) }); // also with what was chosen just before
  }

  /** What LINE tells of the account's friends: no fault, but of which kind the account is. */
  followers() {
    const rows = [
      { value: true, harm: false, name: tr("Tells them (verified or premium account)"), expect: tr("oaflow friends import reads LINE's list.") },
      { value: false, harm: false, name: tr("Does not (account that is not verified)"), expect: tr("The list is refused: friends are known once they do something, or from a file; sizes say how many are known so far.") },
    ];
    return faultGroup({ kind: "followers", title: tr("Whether LINE tells who the account's friends are"), rows, chosen: this.account.verified, put: (verified) => this.putFollowers(verified) });
  }

  putFollowers(verified) {
    return this.attempt(async () => {
      this.account.verified = (await call("PUT", `channels/${encodeURIComponent(this.account.name)}/followers`, { verified })).verified;
    });
  }

  /** Everything is as usual again: also of other accounts, friends and shops. */
  calmDown() {
    return this.attempt(async () => {
      this.everywhere.value = await call("DELETE", "faults", {});
      this.account.faults = NONE;
      await Promise.all([this.sms.again(), this.shops.again()]);
    });
  }

  putShop(name, faults) {
    return this.attempt(async () => {
      await call("PUT", `shop/${encodeURIComponent(name)}/faults`, faults);
    });
  }

  putSms(account) {
    return this.attempt(async () => {
      this.sms.value = await call("PUT", "sms", account);
    });
  }

  putLiff(settings) {
    return this.attempt(async () => {
      this.friend.liff = await call("PUT", `friends/${this.friend.id}/liff`, settings);
    });
  }

  put(faults) {
    return this.attempt(async () => {
      this.account.faults = await call("PUT", `channels/${encodeURIComponent(this.account.name)}/faults`, faults);
    });
  }

  async attempt(work) {
    this.trouble = null;
    try {
      await work();
    } catch (trouble) {
      this.trouble = trouble.code ?? "other";
      this.stamp = null; // what is chosen on the page goes back to what is true
      this.shops.stale = true;
    }
    this.everywhere.stale = true;
    this.changed();
  }
}
