// Which entries of the log are shown: by text, kind, friend, trouble. What was chosen stays while new ones come, and for this tab.

import { el } from "../elements.js";
import { ofTab } from "../memory.js";
import { hintProps, labelProps, number, textProps, tr } from "../words.js";
import { detail, isWrong, sentence } from "./log_words.js";

const KINDS = {
  all: () => textProps("All"),
  webhook: () => textProps("From people"),
  call: () => textProps("To LINE"),
  sms: () => textProps("SMS"),
  shop: () => textProps("Shop"),
  alert: () => textProps("Alerts"),
};
const NOTHING = { text: "", kind: "all", mine: false, wrong: false };

export class LogFilter {
  constructor(changed) {
    this.changed = changed;
    this.chosen = remembered();
    this.text = el("input", "log-search", { type: "search", dir: "auto", id: "log-search", value: this.chosen.text, ...hintProps("Search text, status…"), oninput: () => this.choose({ text: this.text.value }) });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.text.value) {
        event.preventDefault();
        this.clear();
      }
    });
    this.kinds = Object.keys(KINDS).map((kind) => el("input", "", { type: "radio", name: "log-kind", value: kind, checked: kind === this.chosen.kind, onchange: () => this.choose({ kind }) }));
    const chip = (input, text) => el("label", "filter-chip", {}, input, el("span", "", text));
    this.mine = el("input", "", { type: "checkbox", id: "log-mine", checked: this.chosen.mine, onchange: () => this.choose({ mine: this.mine.checked }) });
    this.wrong = el("input", "", { type: "checkbox", id: "log-wrong", checked: this.chosen.wrong, onchange: () => this.choose({ wrong: this.wrong.checked }) });
    const kinds = el("div", "filter-chips", { role: "radiogroup", ...labelProps("Which kind") }, ...this.kinds.map((input) => chip(input, KINDS[input.value]())));
    const also = el("div", "filter-chips", {}, chip(this.mine, textProps("Only this friend")), chip(this.wrong, textProps("Only trouble")));
    this.count = el("p", "log-count", { role: "status" });
    this.element = el("div", "log-filter", {}, this.text, kinds, also, this.count);
  }

  choose(what) {
    Object.assign(this.chosen, what);
    ofTab.put("log", this.chosen);
    this.changed();
  }

  clear() {
    this.choose({ ...NOTHING });
    this.text.value = "";
    this.mine.checked = this.wrong.checked = false;
    for (const input of this.kinds) input.checked = input.value === "all";
    this.text.focus();
  }

  /** Whether anything is left out. */
  get isOn() {
    return JSON.stringify({ ...this.chosen, text: this.sought }) !== JSON.stringify(NOTHING);
  }

  get sought() {
    return this.chosen.text.trim().toLowerCase();
  }

  /** The entries that are wanted, and how many of how many they are. */
  of(entries, state) {
    const found = this.isOn ? entries.filter((entry) => this.wants(entry, state)) : entries;
    this.element.hidden = entries.length === 0;
    const notice = this.isOn && found.length ? tr("{found} of {all} entries", { found: number(found.length), all: number(entries.length) }) : "";
    if (this.count.textContent !== notice) this.count.textContent = notice;
    return found;
  }

  wants(entry, state) {
    const { kind, mine, wrong } = this.chosen;
    if (kind !== "all" && entry.kind !== kind) return false;
    if (mine && entry.chat !== state.friend?.id) return false;
    if (wrong && !isWrong(entry)) return false;
    return !this.sought || [sentence(entry, state), detail(entry), entry.text, entry.what, entry.status].join(" ").toLowerCase().includes(this.sought);
  }
}

function remembered() {
  const stored = ofTab.get("log") ?? {};
  return { text: String(stored.text ?? ""), kind: stored.kind in KINDS ? stored.kind : "all", mine: stored.mine === true, wrong: stored.wrong === true };
}
