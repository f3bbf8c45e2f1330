// The bare address of a channel's LIFF app: which page?

import { el, mark } from "./elements.js";
import { words } from "./words.js";

export function choose(data) {
  const w = words();
  const title = { member_card: w.memberCard, unbind: w.unbind };
  const open = Object.entries(data.pages).filter(([, page]) => !page.inputs.length); // others need their link
  const rows = open.map(([name, page]) =>
    el("li", "", {}, el("a", "row", { href: `/liff/${data.channel}/${name}` }, page.title ?? title[name], mark("next", 20))),
  );
  return el("section", "screen choose", {}, el("h1", "", { tabIndex: -1 }, w.choose), el("ul", "rows", {}, ...rows));
}
