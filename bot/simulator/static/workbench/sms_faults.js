// What goes wrong where codes are sent: the account of SMS that stands in for every provider.

import { phrase, tr } from "../words.js";
import { faultGroup } from "./fault_group.js";

const CHOICES = { credit: { credit: 0 }, number: { fault: "number" }, credentials: { fault: "credentials" }, silence: { fault: "silence" } };
const NAMES = {
  credit: phrase("No credit left"),
  number: phrase("Number is refused"),
  credentials: phrase("Account is not known"),
  silence: phrase("Sent, but no answer"),
};
const EXPECTED = {
  credit: phrase("Page and chat say that no SMS can be sent just now; nothing is half bound. The bot hears of new credit within ten minutes."),
  number: phrase("The flow hears code: failed, and people are told what the playbook says."),
  credentials: phrase("The flow hears code: failed, and people are told what the playbook says; oaflow's own window says why."),
  silence: phrase("The SMS arrives all the same, and no second one is sent."),
};

/** What went wrong with an SMS, by its name. */
export const smsFault = (name) => NAMES[name]?.() ?? name;

const chosen = ({ credit, fault }) => fault ?? (credit === 0 ? "credit" : null);

/** What is on, in words: none, or one; `account` is null before it was read. */
export function smsFaultOn(account) {
  const name = account ? chosen(account) : null;
  return name === null ? [] : [NAMES[name]()];
}

/** `put(account)` is called on a choice. */
export function smsFaults(account, put) {
  const rows = Object.keys(CHOICES).map((name) => ({ value: name, name: NAMES[name](), expect: EXPECTED[name]() }));
  return faultGroup({ kind: "sms", title: tr("SMS with codes"), wide: true, rows: [{ value: null, name: tr("Normal") }, ...rows], chosen: chosen(account), put: (name) => put(CHOICES[name] ?? {}) });
}
