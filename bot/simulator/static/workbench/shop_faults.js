// What goes wrong at a shop: how it answers, and how slowly.

import { words } from "../words.js";
import { faultGroup } from "./fault_group.js";

const CHOICES = {
  answer: [null, "500", "429", "credentials", "permission", "not-json"],
  slow: [null, 3, 15], // s; the bot waits 10
};

const nameOf = (kind, value) => (kind === "slow" ? words().faultNames.slow(value) : words().shopAnswers[value]) ?? String(value);

/** What is on at a shop, in words. */
export const shopFaultsOn = (faults) => Object.keys(CHOICES).filter((kind) => (faults[kind] ?? null) !== null).map((kind) => nameOf(kind, faults[kind]));

/** The groups of one of the shops; `put(faults)` is told of a choice. */
export function shopFaults(shop, first, put) {
  const w = words();
  const { faults } = shop;
  return Object.entries(CHOICES).map(([kind, values]) => {
    const known = values.includes(faults[kind]) ? values : [...values, faults[kind]];
    const rows = known.map((value) => ({ value, name: value === null ? w.faultNames.none : nameOf(kind, value) }));
    const title = w.faultAtShop(shop.name, w.shopFaultGroups[kind]);
    return faultGroup({ kind: `shop-${kind}${first ? "" : `-${shop.name}`}`, title, rows, chosen: faults[kind], put: (value) => put(Object.assign(faults, { [kind]: value })) }); // also with what was chosen just before
  });
}
