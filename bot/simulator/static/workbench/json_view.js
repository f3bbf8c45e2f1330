// JSON to read: indented, coloured by kind, each part folds. Values are texts, never markup.

import { el } from "../elements.js";
import { tr } from "../words.js";

const MOST = 1500;
const OPEN_DEPTH = 4;

/** A value drawn; beyond `MOST` parts the rest is plain text. */
export function jsonView(value) {
  const budget = { left: MOST };
  return el("div", "json", { tabIndex: 0, role: "region", "aria-label": "JSON" }, part(null, value, true, 0, budget));
}

function part(name, value, last, depth, budget) {
  budget.left -= 1;
  const nested = value !== null && typeof value === "object";
  const entries = nested ? Object.entries(value) : [];
  if (!nested || entries.length === 0) return el("div", "json-line", {}, ...key(name), plain(value), last ? "" : ",");
  if (budget.left <= 0) return el("div", "json-line", {}, ...key(name), el("span", "json-more", {}, JSON.stringify(value)), last ? "" : ",");
  const list = Array.isArray(value);
  const [opens, closes] = list ? "[]" : "{}";
  const head = el("summary", "json-line", {}, ...key(name), opens, el("span", "json-count", {}, `${tr("… {number}", { number: entries.length })} ${closes}`));
  const rows = entries.map(([child, of], i) => part(list ? null : child, of, i === entries.length - 1, depth + 1, budget));
  return el("details", "", { open: depth < OPEN_DEPTH }, head, el("div", "json-inside", {}, ...rows), el("div", "json-line", {}, closes, last ? "" : ","));
}

function key(name) {
  return name === null ? [] : [el("span", "json-key", {}, JSON.stringify(name)), ": "];
}

function plain(value) {
  const kind = value === null ? "null" : typeof value === "object" ? "empty" : typeof value;
  return el("span", `json-${kind}`, { dir: kind === "string" ? "auto" : null }, JSON.stringify(value));
}
