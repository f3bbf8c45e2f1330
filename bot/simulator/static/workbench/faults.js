// What if LINE has a bad day? Faults to switch on, each with what to expect of the bot.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { words } from "../words.js";
import { faultGroup } from "./fault_group.js";
import { liffFaultOn, liffFaults } from "./liff_faults.js";
import { Reading } from "./reading.js";
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
    this.sms = new Reading(() => "sms", changed);
    this.intro = el("p", "empty", { "data-word": "faultsIntro" }, words().faultsIntro);
    this.told = el("p", "bad", { role: "alert", hidden: true });
    this.groups = el("div", "fault-groups");
    this.calm = el("button", "plain", { type: "button", "data-word": "allWell", onclick: () => this.calmDown() }, words().allWell);
    this.element = el("div", "panel", {}, this.intro, this.told, this.groups, this.calm);
  }

  /** The faults that are on for this account, this friend's phone and the SMS, in words; empty when all is well. */
  on({ account, friend }) {
    this.sms.fresh();
    return [...lineFaultsOn(account.faults), ...liffFaultOn(friend), ...smsFaultOn(this.sms.value)];
  }

  draw(state) {
    Object.assign(this, { account: state.account, friend: state.friend });
    const faults = { ...NONE, ...state.account.faults };
    const w = words();
    const stamp = JSON.stringify([faults, state.account.name, state.friend?.id, state.friend?.name, state.friend?.liff, this.sms.value, w.faultsIntro]);
    this.told.hidden = this.trouble === null;
    this.told.textContent = this.trouble ? (w.errors[this.trouble] ?? w.errors.other) : "";
    this.calm.hidden = this.on(state).length === 0;
    if (this.stamp === stamp) return;
    this.stamp = stamp;
    const focused = document.activeElement?.dataset?.fault;
    const liff = state.friend && state.account.liff ? liffFaults(state.friend, (settings) => this.putLiff(settings)) : "";
    const sms = this.sms.value ? smsFaults(this.sms.value, (account) => this.putSms(account)) : "";
    this.groups.replaceChildren(...Object.keys(KINDS).map((kind) => this.group(kind, faults)), liff, sms);
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

  async calmDown() {
    await this.put(NONE);
    if (this.friend && liffFaultOn(this.friend).length) await this.putLiff({});
    if (smsFaultOn(this.sms.value).length) await this.putSms({});
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
    }
    this.changed();
  }
}
