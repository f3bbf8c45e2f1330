// Rules that are for the first so many people: how many places are taken, and all of them given back.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { inContext, number, tr } from "../words.js";
import { doer } from "./person_edit.js";

export function places(person, { places: rules }) {
  if (!rules?.length) return [];
  const rows = rules.map(({ rule, first, taken, has }) => {
    const clear = async () => {
      await call("POST", "places", { clear: rule });
      await person.reading.again();
    };
    const [button, notice] = doer(inContext("places", "Clear"), tr("Clear the places of {rule}", { rule }), clear);
    button.dataset.edits = `places ${rule}`;
    const count = el("span", "attribute-value", {}, tr("{taken} of {first} taken", { taken: number(taken), first: number(first) }), has ? el("small", "muted place-own", {}, tr("this customer has one")) : null);
    return el("li", "attribute", {}, el("div", "attribute-line", {}, el("bdi", "attribute-name", {}, rule), count, taken > 0 || has ? el("div", "attribute-acts", {}, button) : null), notice);
  });
  return [el("section", "fact", {}, el("h4", "part-title", {}, tr("Places")), el("ul", "attributes", {}, ...rows), el("p", "empty small", {}, tr("Cleared in the simulator only. For the same person to take a place again, take off the tag below as well. To see it full, write first: 2 for a moment.")))];
}
