// The words that may stand at the cursor of a text field, in a list below it; the first is chosen.

const WORD = /[^\s:,{}[\]#"']*$/;

export class Offers {
  /** `suggest` is asked once for each word; `rectangle` says where a place is drawn; `write` replaces a part. */
  constructor(area, suggest, rectangle, write) {
    Object.assign(this, { area, suggest, rectangle, write, place: null, asked: 0 });
    this.list = document.createElement("ul");
    this.list.className = "offers";
    this.list.id = `${area.id}-offers`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", area.labels[0].textContent);
    this.list.hidden = true;
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", this.list.id);
    area.addEventListener("input", ({ inputType, isComposing }) => (!isComposing && inputType === "insertText") || this.isOpen ? this.ask() : null);
    area.addEventListener("compositionend", () => this.ask());
    area.addEventListener("blur", () => this.close());
    area.addEventListener("pointerdown", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the field stays in use
    this.list.addEventListener("click", ({ target }) => {
      const option = target.closest("li");
      if (!option) return;
      this.choose(option);
      this.take();
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get chosen() {
    return this.list.querySelector("[aria-selected=true]");
  }

  /** Show the words that go on from what is written; `isWanted`: also where no word has begun. */
  async ask(isWanted = false) {
    const asked = ++this.asked;
    const { value, selectionStart: at, selectionEnd } = this.area;
    const before = value.slice(0, at).split("\n");
    const word = WORD.exec(before.at(-1))[0];
    if (at !== selectionEnd || !(word || isWanted)) return this.close();
    const place = value.slice(0, at - word.length);
    if (place !== this.place) {
      this.place = place;
      this.found = this.suggest(value, before.length, before.at(-1).length + 1);
    }
    const found = fitting(await this.found, word);
    if (asked === this.asked) this.show(found, word, before.length - 1, before.at(-1).length - word.length);
  }

  show(found, word, line, column) {
    if (!found.length) return this.close();
    this.list.replaceChildren(...found.map((one, number) => drawn(one, `${this.list.id}-${number}`)));
    this.list.hidden = false;
    this.length = word.length;
    this.choose(this.list.firstElementChild);
    const paper = this.list.offsetParent.getBoundingClientRect();
    const seen = this.area.closest(".editor").getBoundingClientRect();
    const at = this.rectangle(line, column);
    const { offsetHeight: height, offsetWidth: width } = this.list;
    const isBelow = at.bottom + height <= seen.bottom || at.top - height < seen.top;
    this.list.style.top = `${(isBelow ? at.bottom : at.top - height) - paper.top}px`;
    this.list.style.left = `${Math.max(0, Math.min(at.left - paper.left, paper.width - width))}px`;
  }

  choose(option) {
    this.chosen?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.area.setAttribute("aria-activedescendant", option.id);
  }

  /** Write the chosen word; whether there was one. */
  take() {
    const whole = this.isOpen && this.chosen?.dataset.whole;
    if (!whole) return false;
    const { selectionStart: at } = this.area;
    this.write(at - this.length, at, whole);
    this.close();
    return true;
  }

  close() {
    this.asked++;
    this.list.hidden = true;
    this.area.removeAttribute("aria-activedescendant");
  }

  /** Whether a key was for the list. */
  takes(event) {
    const { key } = event;
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[key];
    if (key === " " && event.ctrlKey) this.ask(true);
    else if (!this.isOpen) return false;
    else if (step) this.choose(this.chosen[step] ?? this.list[key === "ArrowDown" ? "firstElementChild" : "lastElementChild"]);
    else if (key === "Enter" || (key === "Tab" && !event.shiftKey)) this.take();
    else if (key === "Escape") this.close();
    else {
      if (/^(Arrow|Home|End|Page)/.test(key)) this.close();
      return false;
    }
    event.preventDefault();
    return true;
  }
}

/** The word that is written, then those that begin with it, then those that have it; none where it is the only one. */
function fitting(found, word) {
  const has = ({ whole }) => whole.toLowerCase().indexOf(word.toLowerCase());
  const isIt = ({ whole }) => whole.replace(/:?\s*$/, "") === word; // a key is written with its colon
  const fits = found.filter((one) => has(one) >= 0).sort((a, b) => isIt(b) - isIt(a) || Math.sign(has(a)) - Math.sign(has(b)));
  return fits.length === 1 && fits[0].whole.trim() === word ? [] : fits;
}

function drawn({ word, says, whole }, id) {
  const option = document.createElement("li");
  const name = document.createElement("b");
  const said = says.split("\n").map((line) => line.replace(/[.。]$/, ""));
  const lines = [...new Set(said)].filter((line) => line !== word); // in English a title is the word
  option.id = id;
  option.dataset.whole = whole;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  name.textContent = word;
  option.append(name, ...lines.map((line) => Object.assign(document.createElement("span"), { textContent: line })));
  return option;
}
