// What a file is written in: the page's own text field, over a copy of its lines that has their numbers, colours and
// marks, and is as tall. Undo, find, copying, spoken text and the keyboard of a phone are the field's, so whatever
// changes the text goes through it as if it were typed.
//
// No editor of PyPI (November 2026) would do: those that are looked after (django-ace, djangocms-static-ace) install
// Django, 64 MB; without it there is the Ace of 2022 (django-static-ace-builds), Monaco, which supports no phone
// (rocher), and CodeMirror within a framework of version 0 (spaday-codemirror). Colours go by single lines, and
// nothing is replaced; with 2,000 lines a key takes a tenth of a second.

import { Offers } from "./offers.js";

const COLOURS = {
  key: /(?<=^|[{,]|(?:^|\s)-)\s*(?!-\s)[^\s:{}[\],#"'][^:{}[\],#"']*(?=:(?:\s|$))/g,
  comment: /(?<=^|\s)#.*/g,
};
const INDENT = /^ *(?:- +(?=[^\s:]+:))*/; // a key after a dash: the next one stands below it
const OPENS = /[:|>]$/; // more belongs below

// as names of CSS; a browser without them shows the text in one colour
const painted = Object.fromEntries(["key", "comment", "warning", "error"].map((name) => [name, new (window.Highlight ?? Set)()]));
for (const [name, ranges] of Object.entries(painted)) CSS.highlights?.set(`yaml-${name}`, ranges);

/** A part of a line, which is drawn in a colour. */
function paint(name, node, from, to) {
  const within = (place) => Math.min(place, node.length);
  const range = new StaticRange({ startContainer: node, startOffset: within(from), endContainer: node, endOffset: within(to) });
  painted[name].add(range);
  return () => painted[name].delete(range);
}

/** The lines below the field: what stays of them keeps its marks. */
class Lines {
  constructor() {
    this.box = document.createElement("div");
    this.box.className = "lines";
    this.box.inert = true; // what is read aloud, found and copied is in the field
    this.rows = [];
    this.marks = [];
  }

  draw(text) {
    const { rows } = this;
    const lines = text.split("\n");
    let head = 0;
    while (head < rows.length && rows[head].text === lines[head]) head++;
    let tail = Math.min(rows.length, lines.length) - head;
    for (let same = 0; same < tail; same++) if (rows.at(-1 - same).text !== lines.at(-1 - same)) tail = same;
    const kept = rows.slice(rows.length - tail);
    const made = lines.slice(head, lines.length - tail).map((one) => this.row(one, kept[0]?.node));
    for (const gone of rows.slice(head, rows.length - tail)) {
      gone.colours.forEach((wipe) => wipe());
      gone.node.remove();
    }
    this.rows = [...rows.slice(0, head), ...made, ...kept];
  }

  row(text, next = null) {
    const node = document.createElement("div");
    const inside = node.appendChild(document.createTextNode(text));
    this.box.insertBefore(node, next);
    const colours = Object.entries(COLOURS).flatMap(([name, pattern]) =>
      [...text.matchAll(pattern)].map((found) => paint(name, inside, found.index, found.index + found[0].length)),
    );
    return { text, node, inside, colours };
  }

  mark(problems) {
    this.marks.forEach((wipe) => wipe());
    this.marks = problems.flatMap(({ line, column, width, level }) => {
      const row = this.rows[line - 1];
      if (!row) return [];
      row.node.classList.add(`is-${level}`);
      const units = (signs) => [...row.text].slice(0, signs).join("").length; // of an emoji there are two
      const [from, to] = [units(column - 1), units(column - 1 + Math.max(1, width))];
      return [() => row.node.classList.remove(`is-${level}`), paint(level, row.inside, from, Math.max(to, from + 1))];
    });
  }

  /** Where a place of the text is drawn. */
  rectangle(line, column) {
    const range = document.createRange();
    range.setStart(this.rows[line].inside, column);
    return range.getClientRects()[0] ?? this.rows[line].node.getBoundingClientRect();
  }
}

/** The editor on the field; `suggest` is asked what may stand there. Lines and columns count from 1, in characters. */
export function editorOn(area, suggest) {
  const box = document.createElement("div");
  const paper = document.createElement("div");
  const lines = new Lines();
  const write = (from, to, text) => {
    area.focus({ preventScroll: true });
    area.setSelectionRange(from, to);
    if (text || from < to) document.execCommand(text ? "insertText" : "delete", false, text); // as typed: it can be undone
    lines.rows[area.value.slice(0, area.selectionEnd).split("\n").length - 1]?.node.scrollIntoView({ block: "nearest" });
  };
  const offers = new Offers(area, suggest, (line, column) => lines.rectangle(line, column), write);
  box.className = "editor";
  paper.className = "paper";
  area.before(box);
  box.append(paper);
  paper.append(lines.box, area, offers.list);
  const heard = [];
  const changed = () => {
    lines.draw(area.value);
    heard.forEach((hear) => hear());
  };
  lines.draw(area.value);
  area.addEventListener("input", (event) => (event.isComposing ? lines.draw(area.value) : changed()));
  area.addEventListener("compositionend", changed);
  keys(area, offers, write);
  const offset = (line, column) => {
    const before = area.value.split("\n").slice(0, line);
    const last = before.pop() ?? "";
    return before.reduce((sum, one) => sum + one.length + 1, 0) + [...last].slice(0, column - 1).join("").length;
  };
  return {
    text: () => area.value,
    put(text) {
      area.value = text;
      lines.draw(text);
    },
    onInput: (hear) => heard.push(hear),
    go(line, column) {
      const place = offset(line, column);
      area.focus({ preventScroll: true });
      area.setSelectionRange(place, place);
      lines.rows[line - 1]?.node.scrollIntoView({ block: "center" });
    },
    /** All edits at once: one Ctrl-Z takes them back. */
    mend(edits) {
      const places = edits
        .map((one) => ({ from: offset(one.line, one.column), to: offset(one.end_line, one.end_column), text: one.text }))
        .sort((a, b) => a.from - b.from);
      const [{ from }] = places;
      let text = "";
      let at = from;
      for (const one of places) {
        text += area.value.slice(at, one.from) + one.text;
        at = one.to;
      }
      write(from, at, text);
      offers.close();
    },
    mark: (problems) => lines.mark(problems),
  };
}

/** What keys do beside writing: a new line begins below the one before, Tab indents, and after Esc leaves. */
function keys(area, offers, write) {
  let leaves = false;
  const start = (place) => area.value.slice(0, place).lastIndexOf("\n") + 1;

  function indent(isBack) {
    const { selectionStart: from, selectionEnd: to } = area;
    if (from === to && !isBack) return write(from, to, " ".repeat(2 - ((from - start(from)) % 2)));
    const moved = area.value
      .slice(start(from), to)
      .split("\n")
      .map((line) => (isBack ? line.replace(/^ {1,2}/, "") : line && `  ${line}`))
      .join("\n");
    const began = start(from);
    write(began, to, moved);
    if (from < to) area.setSelectionRange(began, began + moved.length);
  }

  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // Safari ends a composition before its Enter
    if (offers.takes(event)) return void (leaves = event.key === "Escape");
    const { key, shiftKey } = event;
    const wasLeaving = leaves;
    leaves = key === "Escape" || (leaves && key === "Shift");
    if (key !== "Tab" || wasLeaving || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    indent(shiftKey);
  });
  area.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertLineBreak" || event.isComposing) return;
    event.preventDefault();
    if (offers.take()) return;
    const line = area.value.slice(start(area.selectionStart), area.selectionStart);
    const deeper = OPENS.test(line.trimEnd()) ? 2 : 0;
    write(area.selectionStart, area.selectionEnd, `\n${" ".repeat(INDENT.exec(line)[0].length + deeper)}`);
  });
}
