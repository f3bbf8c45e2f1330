// A Flex message, drawn by the rules of LINE's layout pages. Everything in a card is somebody else's: it goes in as text.

import { el } from "../elements.js";
import { box } from "./box.js";
import { bubble } from "./bubble.js";
import { button } from "./button.js";
import { Drawing } from "./drawing.js";
import { film } from "./film.js";
import { filler, separator, spacer } from "./gap.js";
import { icon, image } from "./picture.js";
import { text } from "./text.js";
import { tr } from "../words.js";

const COMPONENTS = new Map(Object.entries({ box, button, filler, icon, image, separator, spacer, text, video: film }));
const MOST_BUBBLES = 12;
const NAMES_SHOWN = 3;

/**
 * The message's `contents` (a bubble or a carousel) as an element, `data-kind` saying which.
 * A tap calls `act(action, element)`. Never throws: what LINE does not know is drawn as a quiet label or listed below.
 */
export function flexMessage(contents, { act }) {
  const drawing = new Drawing(act, COMPONENTS);
  const kind = contents?.type === "carousel" ? "carousel" : "bubble";
  const element = el("div", "flex-message", { "data-kind": kind });
  element.append(kind === "carousel" ? carousel(contents, drawing) : alone(contents, drawing));
  const remarks = kind === "carousel" ? crowd(contents) : [];
  if (drawing.strange.length > 0) remarks.push(summary(drawing.strange));
  element.append(...remarks.map((remark) => el("p", "flex-remark", {}, remark)));
  return element;
}

const alone = (part, drawing) => (part?.type === "bubble" ? bubble(part, "", drawing) : drawing.misplaced(part, { at: "" }));

function carousel(part, drawing) {
  const bubbles = listed(part).slice(0, MOST_BUBBLES);
  drawing.notice(part, "");
  const row = el("div", "flex-carousel", { role: "group", "aria-label": tr("Carousel of {number} cards", { number: bubbles.length }) });
  row.append(...bubbles.map((each, at) => (each?.type === "bubble" ? bubble(each, String(at), drawing, true) : drawing.misplaced(each, { at: String(at) }))));
  row.addEventListener("focusin", bring);
  return row;
}

/** Who goes through a carousel by keyboard sees the whole bubble; snapping alone would let it slip back. */
function bring({ target }) {
  if (target.matches(":focus-visible")) target.closest(".flex-bubble")?.scrollIntoView({ inline: "center", block: "nearest" });
}

const listed = (part) => (Array.isArray(part.contents) ? part.contents : []);
const crowd = (part) => (listed(part).length > MOST_BUBBLES ? [tr("LINE takes 12 bubbles, here are {number}", { number: listed(part).length })] : []);

function summary(names) {
  const rest = names.length - NAMES_SHOWN;
  return tr("LINE does not know: {names}", { names: names.slice(0, NAMES_SHOWN).join("、") }) + (rest > 0 ? tr(" and {number} more", { number: rest }) : "");
}
