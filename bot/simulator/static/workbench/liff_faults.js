// What is wrong with LIFF on the chosen friend's phone.

import { phrase, tr } from "../words.js";
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
const NAMES = {
  permission: phrase("May not speak for the person"),
  elsewhere: phrase("Opened outside of a chat"),
  computer: phrase("Opened in LINE for PC"),
  browser: phrase("Opened in another browser"),
  expired: phrase("Sign-in has expired"),
  stranger: phrase("Not a friend yet"),
  other: phrase("Set through the JSON interface"),
};
const EXPECTED = {
  permission: phrase("The page cannot say its trigger; the result is pushed instead, once, within a minute."),
  elsewhere: phrase("The page cannot say its trigger either; the result is pushed."),
  computer: phrase("The page asks to go on with the phone, and shows a QR code."),
  browser: phrase("The page asks to open it in LINE."),
  expired: phrase("The page signs in again by itself; what was typed stays."),
  stranger: phrase("LIFF says that the account is not a friend."),
  other: phrase("“Normal” puts it back."),
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
  return name === null ? [] : [NAMES[name]()];
}

/** `put(settings)` is called on a choice. */
export function liffFaults(friend, put) {
  const is = chosen(friend.liff);
  const names = [...Object.keys(CHOICES), ...(is === "other" ? ["other"] : [])];
  return faultGroup({
    kind: "liff",
    wide: true,
    title: tr("How pages open on {name}'s phone (LIFF)", { name: friend.name }),
    rows: [{ value: null, name: tr("Normal") }, ...names.map((name) => ({ value: name, name: NAMES[name](), expect: EXPECTED[name]() }))],
    chosen: is,
    put: (name) => put(CHOICES[name] ?? {}),
  });
}
