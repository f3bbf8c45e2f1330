// Draws turns with the workbench's own modules, in both languages, and tells the words that were drawn.
// It is given the folder of the modules; what to draw comes as JSON on its input.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const NOT_TOLD = new Set(["source", "code-block", "mono", "names"]); // places in files, YAML to paste, ids, names beside titles

class Drawn {
  constructor(tag = "") {
    Object.assign(this, { tag, children: [], words: [], className: "", style: {}, dataset: {}, classList: { add() {}, remove() {}, toggle() {} } });
  }

  append(...more) {
    this.children.push(...more);
  }

  replaceChildren(...now) {
    this.children = now;
  }

  setAttribute(name, value) {
    if (name === "aria-label" || name === "title") this.words.push(String(value));
  }

  addEventListener() {}

  set textContent(text) {
    this.children = [text];
  }

  /** What people read or hear of it, a line each. */
  *told() {
    if (this.tag === "code" || this.className.split(" ").some((name) => NOT_TOLD.has(name))) return;
    yield* this.words;
    let line = "";
    for (const child of this.children) {
      if (child instanceof Drawn) yield* child.told();
      else line += child;
    }
    if (line) yield line;
  }
}

globalThis.document = {
  createElement: (tag) => new Drawn(tag),
  createElementNS: (space, tag) => new Drawn(tag),
  getElementById: () => new Drawn(),
  querySelectorAll: () => [],
  documentElement: new Drawn("html"),
};
globalThis.Drawn = Drawn;

const folder = pathToFileURL(process.argv[2] + "/");
const module = (path) => import(new URL(path, folder));
const { speak, useTitles, useZone } = await module("words.js");
const { PAGE_SHOWS, turnCard } = await module("workbench/turn_card.js");
const { cardOf, inVisits } = await module("workbench/visit_card.js");

const told = { titles: {}, zone: "Asia/Taipei", turns: [], ...JSON.parse(readFileSync(0, "utf8")) };
const LANGUAGES = ["zh-TW", "en"];
useTitles(told.titles);
useZone(told.zone);
const all = { open: true, all: true, chosen: false };
const visits = inVisits(told.turns).filter((group) => group.length > 1);
const drawn = {
  turns: told.turns.map((turn) => inBoth(() => turnCard(turn, all, {}))),
  visits: visits.map((visit) => inBoth(() => cardOf(visit, all, {}))),
};
drawn.screens = Object.keys(PAGE_SHOWS);
process.stdout.write(JSON.stringify(drawn));

function inBoth(draw) {
  return Object.fromEntries(LANGUAGES.map((language) => {
    speak(language);
    return [language, [draw()].flat().flatMap((part) => (typeof part === "string" ? [part] : [...part.told()]))];
  }));
}
