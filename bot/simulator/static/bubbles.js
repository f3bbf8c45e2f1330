// One message, drawn: what a person or the bot said, as people know it from their phone.

import { el, face, icon } from "./elements.js";
import { clockTime, words } from "./words.js";

const PICTURES = { sticker: "sticker", image: "image", location: "pin", video: "film", audio: "sound" };

/** The words of a message, for a screen reader and the folded bar. */
export function inWords(content) {
  const w = words();
  if (typeof content.text === "string") return content.text;
  return [kindOf(content), content.altText ?? content.title].filter(Boolean).join(" · ") || w.notDrawn;
}

/** A row of the chat. `place`: is it the `first` of a run of one author, does it show its `time`, is it `fresh`. */
export function bubble(message, account, place, redeliver) {
  const mine = message.author !== "bot";
  const row = el("div", `said${mine ? " mine" : ""}${place.first ? " first" : ""}${place.fresh ? " new" : ""}`);
  if (!mine) row.append(face(account.title, account.id, "bot"));
  row.append(bodyOf(message.content), meta(message, mine, place));
  if (message.delivery === "failed") {
    const label = words().redeliverThis;
    row.append(el("button", "undelivered", { type: "button", title: label, "aria-label": label, onclick: () => redeliver(message) }, el("i", "", { "aria-hidden": "true" }, "!")));
  }
  return row;
}

/** The one sticker of the simulator: a round somebody who waves. */
function wave() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 132 132");
  const parts = [
    ["ellipse", { cx: 62, cy: 122, rx: 36, ry: 5, fill: "#00000022" }],
    ["path", { d: "M98 74c10-4 16-14 18-26", stroke: "#2b6e4f", "stroke-width": 11, fill: "none", "stroke-linecap": "round" }],
    ["circle", { cx: 116, cy: 42, r: 9, fill: "#2b6e4f" }],
    ["circle", { cx: 62, cy: 74, r: 46, fill: "#3d9a6d" }],
    ["path", { d: "M62 29c-2-10 4-17 14-19 1 11-4 17-14 19Z", fill: "#2b6e4f" }],
    ["circle", { cx: 46, cy: 68, r: 5, fill: "#10291d" }],
    ["circle", { cx: 76, cy: 68, r: 5, fill: "#10291d" }],
    ["path", { d: "M50 82c6 9 16 9 22 0", stroke: "#10291d", "stroke-width": 4, fill: "none", "stroke-linecap": "round" }],
    ["circle", { cx: 36, cy: 80, r: 6, fill: "#f2a48d88" }],
    ["circle", { cx: 86, cy: 80, r: 6, fill: "#f2a48d88" }],
  ];
  for (const [tag, attributes] of parts) {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    svg.append(part);
  }
  return svg;
}

/** Three dots while the bot shows that it is working. */
export function typing(account) {
  const dots = el("div", "bubble tailed dots", { role: "img", "aria-label": words().botTyping(account.title) }, el("i"), el("i"), el("i"));
  return el("div", "said first", { id: "typing" }, face(account.title, account.id, "bot"), dots);
}

function bodyOf(content) {
  if (content.type === "text" || content.type === "textV2") {
    return el("div", "bubble tailed", { dir: "auto" }, content.text);
  }
  if (content.type === "sticker") {
    return el("div", "sticker", { role: "img", "aria-label": words().kinds.sticker }, wave());
  }
  if (content.type === "image") {
    return el("div", "picture", { role: "img", "aria-label": words().kinds.image }, icon("image", 48));
  }
  const told = [content.altText, content.title, content.address].filter((text) => typeof text === "string");
  const lines = [el("p", "kind", {}, kindOf(content))];
  for (const text of told) lines.push(el("p", "body", { dir: "auto" }, text));
  if (told.length === 0) lines.push(el("p", "body", {}, words().notDrawn));
  return el("div", "bubble card tailed", {}, icon(PICTURES[content.type] ?? "card", 28), el("div", "", {}, ...lines));
}

function meta(message, mine, place) {
  const w = words();
  const lines = [];
  if (mine && message.delivery === "delivered") lines.push(el("span", "", {}, w.read));
  if (mine && message.delivery === "waiting") lines.push(el("span", "", {}, w.sending));
  if (message.delivery === "retrying") lines.push(el("span", "bad", {}, w.retrying));
  if (message.delivery === "failed") lines.push(el("span", "bad", {}, w.failed));
  if (place.time) lines.push(el("time", "", { dateTime: new Date(message.at).toISOString() }, clockTime(message.at)));
  return el("div", "meta", {}, ...lines);
}

function kindOf(content) {
  return words().kinds[content.type] ?? words().otherKind(content.type);
}
