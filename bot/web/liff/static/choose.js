// The bare address of a channel's LIFF app: which page?

import { base } from "./address.js";
import { el, mark } from "./elements.js";
import { tr } from "./sentences.js";

export function choose(data) {
  const open = Object.entries(data.pages).filter(([, page]) => !page.inputs.length); // others need their link
  const rows = open.map(([name, { title, english }]) =>
    el("li", "", {}, el("a", "row", { href: `${base}/liff/${data.channel}/${name}` }, title ?? tr(english), mark("next", 20))),
  );
  return el("section", "screen choose", {}, el("h1", "", { tabIndex: -1 }, tr("Which page would you like to open?")), el("ul", "rows", {}, ...rows));
}
