// The state of drawing one message: who handles a tap, and what LINE would not know.

import { el } from "../elements.js";
import { strangeNames } from "./known.js";
import { settle } from "./place.js";
import { tr } from "../words.js";

const DEEPEST = 30; // boxes in boxes; real cards have under ten
const isPart = (part) => typeof part === "object" && part !== null && typeof part.type === "string";

export class Drawing {
  /** `act(action, element)` follows a tap; `components` draws each type: `(part, place, drawing) => element`. */
  constructor(act, components) {
    this.act = act;
    this.components = components;
    this.strange = [];
  }

  /** The component `part` at its `place`; a quiet label where it is none. */
  draw(part, place) {
    if (!isPart(part) || !this.components.has(part.type)) return this.misplaced(part, place);
    if (place.depth > DEEPEST) return label(tr("Nested too deep to be drawn"));
    this.notice(part, place.at);
    const element = this.components.get(part.type)(part, place, this);
    element.dataset.at ??= place.at;
    settle(element, part, place);
    return element;
  }

  /** A label instead of something that is unknown, or known but not at home here. */
  misplaced(part, place) {
    const known = isPart(part) && (this.components.has(part.type) || part.type === "span");
    const name = isPart(part) ? part.type.slice(0, 40) : "";
    const element = label(known ? tr("\"{type}\" cannot be here", { type: name }) : name ? tr("\"{type}\" is not known", { type: name }) : tr("No component here"));
    element.dataset.at = place.at;
    return element;
  }

  /** Remember the properties of `part` that LINE does not know. */
  notice(part, at) {
    for (const name of strangeNames(part)) this.strange.push(at ? `${at}/${name.slice(0, 40)}` : name.slice(0, 40));
  }
}

const label = (text) => el("span", "flex-strange", {}, text);
