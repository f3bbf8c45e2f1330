// What goes wrong where codes are sent: the account of SMS that stands in for every provider.

import { words } from "../words.js";
import { faultGroup } from "./fault_group.js";

const CHOICES = { credit: { credit: 0 }, number: { fault: "number" }, credentials: { fault: "credentials" }, silence: { fault: "silence" } };

const chosen = ({ credit, fault }) => fault ?? (credit === 0 ? "credit" : null);

/** What is on, in words: none, or one; `account` is null before it was read. */
export function smsFaultOn(account) {
  const name = account ? chosen(account) : null;
  return name === null ? [] : [words().smsFaults[name]];
}

/** `put(account)` is told of a choice. */
export function smsFaults(account, put) {
  const w = words();
  const rows = Object.keys(CHOICES).map((name) => ({ value: name, name: w.smsFaults[name], expect: w.smsExpect[name] }));
  return faultGroup({ kind: "sms", title: w.smsGroup, wide: true, rows: [{ value: null, name: w.faultNames.none }, ...rows], chosen: chosen(account), put: (name) => put(CHOICES[name] ?? {}) });
}
