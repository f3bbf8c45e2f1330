// What is wrong with LIFF on the chosen friend's phone.

import { words } from "../words.js";
import { faultGroup } from "./fault_group.js";

const USUAL = { in_client: true, os: "ios", permission: true, launched_from_chat: true, token: "good", friend: true };
const CHOICES = {
  permission: { permission: false },
  elsewhere: { launched_from_chat: false },
  computer: { in_client: false, os: "web" },
  browser: { in_client: false, os: "android" },
  expired: { token: "expired" },
  stranger: { friend: false },
};

const differs = (settings) => Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== USUAL[name]));
const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());

/** The name of what is switched on; null where all is well, `other` for what only the JSON interface sets. */
function chosen(settings) {
  const off = differs(settings);
  if (!Object.keys(off).length) return null;
  return Object.keys(CHOICES).find((name) => same(CHOICES[name], off)) ?? "other";
}

/** What is wrong on this friend's phone, in words: none, or one. */
export function liffFaultOn(friend) {
  const name = friend ? chosen(friend.liff) : null;
  return name === null ? [] : [words().liffFaults[name]];
}

/** `put(settings)` is told of a choice. */
export function liffFaults(friend, put) {
  const w = words();
  const is = chosen(friend.liff);
  const names = [...Object.keys(CHOICES), ...(is === "other" ? ["other"] : [])];
  return faultGroup({
    kind: "liff",
    wide: true,
    title: w.liffOf(friend.name),
    rows: [{ value: null, name: w.faultNames.none }, ...names.map((name) => ({ value: name, name: w.liffFaults[name], expect: w.liffExpect[name] }))],
    chosen: is,
    put: (name) => put(CHOICES[name] ?? {}),
  });
}
