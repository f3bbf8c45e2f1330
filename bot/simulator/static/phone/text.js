// Texts as LINE shows them: addresses and phone numbers that can be tapped, LINE's emoji, mentions.

import { el } from "../elements.js";
import { tr } from "../words.js";
import { face } from "./sticker.js";

// Bounded repetitions only: a word of 5,000 letters costs no more than its length.
const ADDRESS = String.raw`https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]{1,1000}`;
const PHONE = String.raw`(?<![\w+\-.])(?:\+\d{1,3}[ -]?\d|\(?0\d)\d{0,3}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?![\w-])`;
const TAPPABLE = new RegExp(`(${ADDRESS})|(${PHONE})`, "giu");
const TRAILING = /[.,;:!?'")\]]+$/;

/** The text as nodes; `act` gets a URI action when a link in it is tapped. */
export function linked(text, act) {
  const nodes = [];
  let done = 0;
  for (const match of text.matchAll(TAPPABLE)) {
    const found = match[1] ? match[1].replace(TRAILING, "") : match[2];
    nodes.push(text.slice(done, match.index), link(found, match[1] ? found : `tel:${found.replace(/[^\d+]/g, "")}`, act));
    done = match.index + found.length;
  }
  nodes.push(text.slice(done));
  return nodes.filter((node) => node !== "");
}

function link(shown, uri, act) {
  const open = (event) => {
    event.preventDefault();
    act({ type: "uri", uri }, event.currentTarget);
  };
  return el("a", "link", { href: uri, target: "_blank", rel: "noopener noreferrer", onclick: open }, shown);
}

/** What a `text` or `textV2` message says, as nodes. */
export function textNodes(content, act) {
  if (typeof content.text !== "string") return [tr("This kind cannot be drawn yet")];
  if (content.type === "textV2") return substituted(content, act);
  return withEmoji(content.text, Array.isArray(content.emojis) ? content.emojis : [], act);
}

/** The same in words, for a screen reader and the chat list. */
export function plainText(content) {
  if (content.type !== "textV2") return content.text;
  return pieces(content)
    .map((piece) => (typeof piece === "string" ? piece : (mentioned(piece) ?? "")))
    .join("");
}

/** LINE's emoji stand at `index`, counted in UTF-16 units, for a `$` each. */
function withEmoji(text, emojis, act) {
  const nodes = [];
  let done = 0;
  const inOrder = emojis.filter((one) => text[one?.index] === "$").sort((one, other) => one.index - other.index);
  for (const one of inOrder) {
    if (one.index < done) continue;
    nodes.push(...linked(text.slice(done, one.index), act), emoji(one));
    done = one.index + 1;
  }
  nodes.push(...linked(text.slice(done), act));
  return nodes;
}

const emoji = (one) => el("span", "line-emoji", { role: "img", "aria-label": tr("emoji") }, face(one.emojiId, one.productId));

/** Whether the message is nothing but one of LINE's emoji, which LINE then shows large. */
export function isOneEmoji(content) {
  return content.type === "text" && content.text === "$" && content.emojis?.length === 1;
}

const PLACE = /\{\{|\}\}|\{(\w{1,20})\}/g;

/** A textV2's texts and substitutions, in order; `{{` is a brace.
 * https://developers.line.biz/en/reference/messaging-api/#text-message-v2 */
function pieces({ text, substitution }) {
  const known = substitution && typeof substitution === "object" ? substitution : {};
  const found = [];
  let done = 0;
  for (const match of text.matchAll(PLACE)) {
    const put = match[1] === undefined ? match[0][0] : Object.hasOwn(known, match[1]) ? known[match[1]] : match[0];
    found.push(text.slice(done, match.index), put);
    done = match.index + match[0].length;
  }
  found.push(text.slice(done));
  return found;
}

function substituted(content, act) {
  return pieces(content).flatMap((piece) => {
    if (typeof piece === "string") return linked(piece, act);
    if (piece?.type === "emoji") return [emoji(piece)];
    return [el("span", "mention", {}, mentioned(piece) ?? tr("This kind cannot be drawn yet"))];
  });
}

function mentioned(piece) {
  if (piece?.type !== "mention") return null;
  return piece.mentionee?.type === "all" ? tr("@everyone") : tr("@member");
}
