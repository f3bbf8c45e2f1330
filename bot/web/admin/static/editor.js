// What a file is written in: Ace where it is installed, else the plain field. Both have the same few doors.

const loaded = (address) =>
  new Promise((there, failed) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = there;
    script.onerror = failed;
    document.head.append(script);
  });

/** Edits as the server has them, `column` in characters, as places in these lines; the last one first. */
function placed(lines, edits) {
  const units = (line, column) => [...(lines[line - 1] ?? "")].slice(0, column - 1).join("").length;
  return edits
    .map((one) => ({ ...one, from: units(one.line, one.column), to: units(one.end_line, one.end_column) }))
    .sort((a, b) => b.line - a.line || b.from - a.from);
}

/** A plain field. `line` and `column` count from 1. */
function plain(area) {
  return {
    text: () => area.value,
    put: (text) => (area.value = text),
    onInput: (heard) => {
      area.addEventListener("input", (event) => event.isComposing || heard());
      area.addEventListener("compositionend", heard);
    },
    go(line, column) {
      const lines = area.value.split("\n");
      const place = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
      area.focus();
      area.setSelectionRange(place, place);
      area.scrollTop = Math.max(0, (line - 5) * parseFloat(getComputedStyle(area).lineHeight));
    },
    mend(edits) {
      const lines = area.value.split("\n");
      const offset = (line) => lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      area.focus();
      for (const { line, end_line, from, to, text } of placed(lines, edits)) {
        area.setSelectionRange(offset(line) + from, offset(end_line) + to);
        document.execCommand(text ? "insertText" : "delete", false, text); // as typed: it can be undone
      }
    },
    mark() {},
  };
}

/** The editor in place of the field: `data` has where its parts lie; `suggest` is asked what may stand there. */
export async function editorOn(area, data, suggest) {
  if (!data.ace) return plain(area);
  try {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = data.aceCss;
    document.head.append(sheet);
    await loaded(data.ace);
    await Promise.all([data.aceYaml, data.aceTools, data.aceSearch].map(loaded));
  } catch {
    return plain(area); // without them one writes in the field
  }
  return made(area, data, suggest);
}

function made(area, data, suggest) {
  const { ace } = window;
  ace.config.set("useStrictCSP", true);
  ace.config.setDefaultValue("session", "useWorker", false); // our own check says what is wrong
  ace.define("ace/theme/oaflow", ["require", "exports"], (require, exports) => {
    exports.isDark = false;
    exports.cssClass = "ace-oaflow";
    exports.cssText = "";
  });
  const box = document.createElement("div");
  box.className = "editor";
  area.hidden = true;
  area.after(box);
  const editor = ace.edit(box, {
    mode: "ace/mode/yaml",
    theme: "ace/theme/oaflow",
    value: area.value,
    tabSize: 2,
    useSoftTabs: true,
    wrap: true,
    showPrintMargin: false,
    fontFamily: 'ui-monospace, "Noto Sans Mono CJK TC", monospace',
    fontSize: 15,
    enableBasicAutocompletion: [completer(suggest)],
    enableLiveAutocompletion: true,
    enableKeyboardAccessibility: true,
    textInputAriaLabel: data.label,
    scrollPastEnd: 0.3,
  });
  editor.session.getUndoManager().reset();
  const { Range } = ace.require("ace/range");
  let marks = [];
  return {
    text: () => editor.getValue(),
    put: (text) => editor.session.doc.setValue(text),
    onInput: (heard) => editor.session.on("change", () => heard()),
    go(line, column) {
      editor.gotoLine(line, column - 1, true);
      editor.focus();
    },
    mend(edits) {
      const { session } = editor;
      session.mergeUndoDeltas = false; // one Ctrl-Z takes all of it back
      for (const { line, end_line, from, to, text } of placed(session.doc.getAllLines(), edits)) {
        session.replace(new Range(line - 1, from, end_line - 1, to), text);
      }
      editor.gotoLine(edits[0].line, 0, true);
      editor.focus();
    },
    mark(problems) {
      marks.forEach((one) => editor.session.removeMarker(one));
      marks = problems.map(({ line, column, width, level }) =>
        editor.session.addMarker(
          new Range(line - 1, column - 1, line - 1, column - 1 + Math.max(1, width)), `marked is-${level}`, "text",
        ),
      );
      editor.session.setAnnotations(
        problems.map(({ line, column, level, message, hint }) => ({
          row: line - 1,
          column: column - 1,
          type: level === "error" ? "error" : "warning",
          text: hint ? `${message}\n${hint}` : message,
        })),
      );
    },
  };
}

/** What may stand at the cursor, as the server's schema and names have it. */
const completer = (suggest) => ({
  identifierRegexps: [/[^\s:,{}[\]#"']/],
  async getCompletions(editor, session, at, prefix, told) {
    const found = await suggest(editor.getValue(), at.row + 1, at.column + 1);
    told(null, found.map(({ word, says, whole }, place) => ({
      caption: word, value: whole, meta: "", docText: says, score: 1000 - place,
    })));
  },
});
