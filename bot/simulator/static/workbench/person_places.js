// Rules that are for the first so many people: how many places are taken, and all of them given back.

import { call } from "../connection.js";
import { el } from "../elements.js";
import { number, words } from "../words.js";
import { doer } from "./person_edit.js";

export function places(person, { places: rules }) {
  const w = words();
  if (!rules?.length) return [];
  const rows = rules.map(({ rule, first, taken, has }) => {
    const clear = async () => {
      await call("POST", "places", { clear: rule });
      await person.reading.again();
    };
    const [button, told] = doer(w.placesClear, w.placesClearOf(rule), clear);
    button.dataset.edits = `places ${rule}`;
    const count = el("span", "attribute-value", {}, w.placesTaken(number(taken), number(first)), has ? el("small", "muted place-own", {}, w.placeOwn) : null);
    return el("li", "attribute", {}, el("div", "attribute-line", {}, el("bdi", "attribute-name", {}, rule), count, taken > 0 || has ? el("div", "attribute-acts", {}, button) : null), told);
  });
  return [el("section", "fact", {}, el("h4", "part-title", {}, w.places), el("ul", "attributes", {}, ...rows), el("p", "empty small", {}, w.placesHint))];
}
