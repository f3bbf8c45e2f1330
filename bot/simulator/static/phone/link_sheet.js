// Telling an address instead of opening it: the page asks no other host by itself.

import { copied } from "../clipboard.js";
import { el, icon } from "../elements.js";
import { addressOf } from "../own_address.js";
import { words } from "../words.js";
import { openSheet, toast } from "./sheet.js";

/** A sheet like the head of LINE's own browser: whose page this is, the whole address, copy, and a new tab where one asks for it. */
export function tellAddress(uri) {
  const w = words();
  const url = addressOf(uri);
  const web = url !== null && /^https?:$/.test(url.protocol);
  const copy = async () => toast((await copied(uri)) ? w.copied : w.notCopied);
  const body = el(
    "div",
    "sheet-body",
    {},
    el("p", "told", {}, told(url, w)),
    el("p", "address", {}, el("bdo", "", { dir: "ltr" }, uri)),
    el("div", "sheet-acts", {}, el("button", "wide-button", { type: "button", "data-first": "", onclick: copy }, icon("copy", 20), w.copyAddress), web ? newTab(url, w) : null),
  );
  openSheet(web ? url.host : w.kindOfAddress(url?.protocol), body, { classes: "link-sheet" });
}

function told(url, w) {
  if (!url) return w.noAddress;
  if (/^https?:$/.test(url.protocol)) return w.wouldOpen;
  if (url.protocol === "tel:") return w.wouldCall;
  return url.protocol === "line:" ? w.wouldOpenLine : w.neverOpened;
}

const newTab = (url, w) => el("a", "wide-button", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, icon("link", 20), w.newTab);
