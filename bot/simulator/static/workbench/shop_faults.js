// What goes wrong at a shop: how it answers, and how slowly.

import { phrase, tr } from "../words.js";
import { faultGroup } from "./fault_group.js";

const CHOICES = {
  answer: [null, "500", "429", "credentials", "permission", "not-json"],
  slow: [null, 3, 15], // s; the bot waits 10
};
const ANSWERS = {
  429: phrase("429 too many requests"),
  500: phrase("500 internal error"),
  credentials: phrase("Does not know these credentials"),
  permission: phrase("Credentials without permission"),
  "not-json": phrase("A maintenance page instead of data"),
};
const TITLES = {
  answer: phrase("How the shop answers"),
  slow: phrase("How slow the shop is"),
};

const nameOf = (kind, value) => (kind === "slow" ? tr("{seconds} s slow", { seconds: value }) : ANSWERS[value]?.()) ?? String(value);

/** What is on at a shop, in words. */
export const shopFaultsOn = (faults) => Object.keys(CHOICES).filter((kind) => (faults[kind] ?? null) !== null).map((kind) => nameOf(kind, faults[kind]));

/** The groups of one of the shops; `put(faults)` is called on a choice. */
export function shopFaults(shop, first, put) {
  const { faults } = shop;
  return Object.entries(CHOICES).map(([kind, values]) => {
    const known = values.includes(faults[kind]) ? values : [...values, faults[kind]];
    const rows = known.map((value) => ({ value, name: value === null ? tr("Normal") : nameOf(kind, value) }));
    const title = tr("Shop {shop}: {what}", { shop: shop.name, what: TITLES[kind]() });
    return faultGroup({ kind: `shop-${kind}${first ? "" : `-${shop.name}`}`, title, rows, chosen: faults[kind], put: (value) => put(Object.assign(faults, { [kind]: value })) }); // also with what was chosen just before
  });
}
