// What if LINE, the SMS or a shop has a bad day? Faults to switch on, each with what to expect of the bot.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { words } from "../words.js";
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
const NONE = { answer: null, slow: null, deliver: null };

/** The faults of LINE that are on, in words. */
function lineFaultsOn(faults) {
  const { faultNames } = words();
  if (!faults) return [];
  const on = Object.keys(KINDS).filter((kind) => faults[kind] !== null && faults[kind] !== undefined);
  return on.map((kind) => (kind === "slow" ? faultNames.slow(faults.slow) : faultNames[kind][faults[kind]]) ?? String(faults[kind]));
}

export class Faults {
  constructor(changed) {
    this.changed = changed;
    this.trouble = null;
    this.everywhere = new Reading(() => "faults", changed);
    this.sms = new Reading(() => "sms", changed);
    this.shops = new Reading(() => "shops", changed);
    const w = words();
    this.intro = el("p", "empty", { "data-word": "faultsIntro" }, w.faultsIntro);
    this.told = el("p", "bad", { role: "alert", hidden: true });
    this.list = el("ul", "faults-on");
    const calm = el("button", "primary small", { type: "button", "data-word": "allWell", onclick: () => this.calmDown() }, w.allWell);
    this.alarm = el("section", "fault-alarm", { hidden: true }, el("h3", "", { "data-word": "faultsOnTitle" }, w.faultsOnTitle), this.list, calm);
    this.groups = el("div", "fault-groups");
    this.element = el("div", "panel", {}, this.alarm, this.intro, this.told, this.groups);
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
    const w = words();
    const of = (whose, what) => what.map((one) => w.faultOf(whose, one));
    const others = (all, mine) => Object.entries(all).filter(([id]) => id !== mine);
    return [
      ...lineFaultsOn(account.faults),
      ...others(lines, account.name).flatMap(([name, faults]) => of(channels.find((c) => c.name === name)?.id ?? name, lineFaultsOn(faults))),
      ...liffFaultOn(friend),
      ...others(phones, friend?.id).flatMap(([id, liff]) => of(friends.find((f) => f.id === id)?.name ?? id, liffFaultOn({ liff }))),
      ...of(w.logKind_sms, smsFaultOn(sms)),
      ...Object.entries(shops).flatMap(([name, faults]) => shopFaultsOn(faults).map((one) => w.faultAtShop(name, one))),
      ...hooks.map((name) => w.faultOfHook(name)),
    ];
  }

  draw(state) {
    Object.assign(this, { account: state.account, friend: state.friend });
    this.sms.fresh();
    this.shops.fresh();
    const faults = { ...NONE, ...state.account.faults };
    const shops = this.shops.value?.shops ?? [];
    const w = words();
    const stamp = JSON.stringify([faults, state.account.name, state.friend?.id, state.friend?.name, state.friend?.liff, this.sms.value, shops, w.faultsIntro]);
    this.told.hidden = this.trouble === null;
    this.told.textContent = this.trouble ? (w.errors[this.trouble] ?? w.errors.other) : "";
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
    this.groups.replaceChildren(...Object.keys(KINDS).map((kind) => this.group(kind, faults)), ...liff, ...sms, ...atShops);
    if (focused) this.groups.querySelector(`[data-fault="${CSS.escape(focused)}"]`)?.focus();
  }

  group(kind, faults) {
    const w = words();
    const choices = KINDS[kind].some((value) => value === faults[kind]) ? KINDS[kind] : [...KINDS[kind], faults[kind]];
    const rows = choices.map((value) => {
      const name = value === null ? w.faultNames.none : kind === "slow" ? w.faultNames.slow(value) : w.faultNames[kind][value];
      const expect = value === null || kind === "slow" ? null : w.faultExpect[kind][value];
      return { value, name: name ?? String(value), expect };
    });
    const expect = kind === "slow" ? w.faultExpect.slow : null;
    return faultGroup({ kind, title: w.faultGroups[kind], expect, rows, chosen: faults[kind], put: (value) => this.put(Object.assign(faults, { [kind]: value })) }); // also with what was chosen just before
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
