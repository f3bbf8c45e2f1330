// Tabs as the ARIA Authoring Practices Guide describes them (pattern "Tabs"): arrows move, one panel shows.

import { el } from "../elements.js";
import { textProps } from "../words.js";

const NAMES = {
  why: () => textProps("Why"),
  person: () => textProps("Who"),
  clock: () => textProps("Time"),
  log: () => textProps("Log"),
  faults: () => textProps("Faults"),
  recording: () => textProps("Record"),
  shop: () => textProps("Shop"),
  stores: () => textProps("Stores"),
  hooks: () => textProps("Hooks"),
};

export class Tabs {
  /** `panels`: name → element, in their order; `chosen(name)` is called on each change. */
  constructor(list, panels, first, chosen) {
    this.list = list;
    this.panels = panels;
    this.chosen = chosen;
    this.names = Object.keys(panels);
    for (const name of this.names) {
      list.append(
        el("button", "tab", { type: "button", role: "tab", id: `tab-${name}`, "data-tab": name, "aria-controls": `panel-${name}`, onclick: () => this.choose(name) },
          el("span", "", NAMES[name]()), el("i", "tab-mark", { "aria-hidden": "true", hidden: true })),
      );
      Object.assign(panels[name], { id: `panel-${name}`, role: "tabpanel", tabIndex: 0 });
      panels[name].setAttribute("aria-labelledby", `tab-${name}`);
    }
    list.addEventListener("keydown", (event) => this.key(event));
    this.show(this.names.includes(first) ? first : this.names[0]);
  }

  choose(name, focus = false) {
    if (name !== this.current) {
      this.show(name);
      this.chosen(name);
    }
    if (focus) this.tab(name).focus();
  }

  show(name) {
    this.current = name;
    for (const other of this.names) {
      const tab = this.tab(other);
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
      this.panels[other].hidden = other !== name;
    }
    this.tab(name).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Whether a tab is there at all; the first is shown where the one that goes was. */
  offer(name, there) {
    if (this.tab(name).hidden !== there) return;
    this.tab(name).hidden = !there;
    if (!there && this.current === name) this.choose(this.names[0]);
  }

  /** A dot on a tab that has something to say, with its words for a screen reader. */
  mark(name, on) {
    this.tab(name).querySelector(".tab-mark").hidden = !on;
  }

  tab(name) {
    return this.list.children[this.names.indexOf(name)];
  }

  key(event) {
    const names = this.names.filter((name) => !this.tab(name).hidden);
    const at = names.indexOf(this.current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.choose(names.at(to % names.length), true);
  }
}
