// Telling an address instead of opening it: the page asks no other host by itself.

import { copied } from "../clipboard.js";
import { el, icon } from "../elements.js";
import { addressOf } from "../own_address.js";
import { phrase, tr } from "../words.js";
import { openSheet, toast } from "./sheet.js";

const KINDS = { "tel:": phrase("Phone number"), "line:": phrase("A screen of LINE"), "mailto:": phrase("E-mail") };

/** A sheet like the head of LINE's own browser: whose page this is, the whole address, copy, and a new tab where one asks for it. */
export function tellAddress(uri) {
  const url = addressOf(uri);
  const web = url !== null && /^https?:$/.test(url.protocol);
  const copy = async () => toast((await copied(uri)) ? tr("Copied") : tr("The browser does not let the page copy"));
  const body = el(
    "div",
    "sheet-body",
    {},
    el("p", "notice", {}, notice(url)),
    el("p", "address", {}, el("bdo", "", { dir: "ltr" }, uri)),
    el("div", "sheet-acts", {}, el("button", "wide-button", { type: "button", "data-first": "", onclick: copy }, icon("copy", 20), tr("Copy address")), web ? newTab(url) : null),
  );
  openSheet(web ? url.host : (KINDS[url?.protocol]?.() ?? tr("An address that cannot be opened")), body, { classes: "link-sheet" });
}

function notice(url) {
  if (!url) return tr("This is not an address; LINE cannot open it.");
  if (/^https?:$/.test(url.protocol)) return tr("LINE on a phone opens this address in its own browser. The simulator does not open it by itself.");
  if (url.protocol === "tel:") return tr("A phone would call this number.");
  return url.protocol === "line:" ? tr("LINE on a phone would open this screen of its own.") : tr("LINE does not open addresses of this kind.");
}

const newTab = (url) => el("a", "wide-button", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, icon("link", 20), tr("Open in a new tab"));
