// A picture in a message: loaded where it is ours, else a quiet placeholder that names the host LINE would ask.

import { el, icon } from "../elements.js";
import { addressOf, ownAddress } from "../own_address.js";
import { tr } from "../words.js";

/** The picture at an address that a message names. It fills the box that the style gives to `classes`. */
export function picture(address, { alt = "", classes = "" } = {}) {
  const own = ownAddress(address);
  if (!own) return absent(addressOf(address)?.host ?? tr("not an address"), alt, classes);
  const image = el("img", `shot ${classes}`, { src: own, alt, loading: "lazy", decoding: "async", draggable: false });
  image.addEventListener("error", () => image.replaceWith(absent(tr("picture cannot be opened"), alt, classes)), { once: true });
  return image;
}

function absent(summary, alt, classes) {
  const label = [alt, tr("Picture: {host}", { host: summary })].filter(Boolean).join(" · ");
  return el("span", `shot absent ${classes}`, { role: "img", "aria-label": label, title: label }, icon("image", 28), el("bdi", "host", {}, summary));
}
