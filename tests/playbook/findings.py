"""What is found in each case of the corpus, and a sentence of each template in both languages.

`python -m tests.playbook.findings` shows what the files say otherwise, `--write` writes what is found
into the headings of the cases and sentences.txt.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from bot.model.problem import Problem, TextEdit
from bot.model.translatable import ENGLISH, Listing, Quoted, Translatable, TranslatableValue
from bot.translations.chinese import CHINESE
from tests.playbook.corpus import HERE, WRONG, Case, Topic, cases, found, left, topics

SENTENCES = HERE / "sentences.txt"
LONGEST = 118
"""Characters of a line of a heading, and of a value of a hint."""
_BARE = re.compile(r"[^\s\"|,?&>]+")
_LINES = frozenset({"line", "first", "last"})
"""Values of sentences that are numbers of lines."""


class _Heading:
    """What is found in a case, as it stands in its heading."""

    def __init__(self, of: Case) -> None:
        self._of = of
        self._above = of.head.count("\n")

    def all(self) -> list[str]:
        """Each finding, then what comes to light when all is mended that can be."""
        return [*map(self.finding, found(self._of).problems), *self._then()]

    def finding(self, problem: Problem) -> str:
        """Place, code, level of a warning; its repair, or the values of the hint; those of the note."""
        told = [self._place(problem), problem.code, *(["warning"] if problem.level == "warning" else [])]
        if problem.repair:
            told += ["->", self._repair(problem)]
        elif problem.hint is not None and (values := self._values(problem.hint)):
            told += ["?", values]
        if problem.note is not None:
            told += ["&", self._values(problem.note)]
        return " ".join(told)

    def _then(self) -> Iterator[str]:
        known = {(one.code, str(one.message)) for one in found(self._of).problems}
        for one in left(self._of).problems:
            if (one.code, str(one.message)) not in known:
                level = " warning" if one.level == "warning" else ""
                yield f"then {self._place(one)} {one.code}{level}"

    def _place(self, problem: Problem) -> str:
        place, last = problem.place, problem.place.column + problem.width - 1
        until = f"-{last}" if problem.width > 1 else ""
        return f"{self._file(place.file)}{place.line - self._above}:{place.column}{until}"

    def _file(self, file: str) -> str:
        return "" if file == self._of.path.name else f"{file}:"

    def _repair(self, problem: Problem) -> str:
        """What comes in the place of what was found, and of what is edited further on its line."""
        place, line = problem.place, found(self._of).files[problem.place.file].line(problem.place.line)
        edits = problem.repair
        if any(not one.line == one.end_line == place.line for one in edits):
            return ", ".join(map(self._edit, edits))
        first = min(place.column, *(one.column for one in edits))
        end = max(place.column + problem.width, *(one.end_column for one in edits))
        text = line
        for one in sorted(edits, key=lambda one: -one.column):
            text = text[: one.column - 1] + one.text + text[one.end_column - 1 :]
        new = _quoted(text[first - 1 : len(text) - (len(line) - end + 1)])
        if (first, end) == (place.column, place.column + problem.width):
            return new
        return f"{_columns(first, end)} {new}"

    def _edit(self, edit: TextEdit) -> str:
        """An edit by itself, of those that change several lines."""
        text, line = _quoted(edit.text), edit.line - self._above
        if edit.line != edit.end_line:
            return f"{line}:{edit.column}-{edit.end_line - self._above}:{edit.end_column - 1} {text}"
        return f"{line}:{_columns(edit.column, edit.end_column)} {text}"

    def _values(self, sentence: Translatable) -> str:
        return "; ".join(_on_one_line(self._shifted(one)) for one in self._leaves(sentence))

    def _leaves(self, sentence: Translatable) -> Iterator[str]:
        for name, value in sentence.values:
            if name in _LINES and isinstance(value, int):
                yield str(value - self._above)
            elif isinstance(value, Translatable):
                yield from self._leaves(value)
            elif value != self._of.path.name:
                yield _in_english(value)

    def _shifted(self, value: str) -> str:
        """A value with places of this file as they count here."""
        own = re.compile(rf"{re.escape(self._of.path.name)}:(\d+)")
        return own.sub(lambda match: str(int(match[1]) - self._above), value)


def _columns(first: int, end: int) -> str:
    """The columns from `first` to the one before `end`; `+` where nothing stands between."""
    return f"{first}+" if first == end else f"{first}" if first == end - 1 else f"{first}-{end - 1}"


def _in_english(value: TranslatableValue) -> str:
    match value:
        case Quoted(text):
            return str(text)
        case Listing(items):
            return ", ".join(map(_in_english, items))
        case _:
            return ENGLISH.words(value)


def _quoted(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False).replace("|", r"\u007c")


def _on_one_line(text: str) -> str:
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return _quoted(text) if "\n" in text or "|" in text or not text.strip() else text


def findings(of: Case) -> list[str]:
    """What is found in a case now, as its heading is to say it."""
    return _Heading(of).all()


def heading(of: Case, told: Sequence[str], default: str) -> str:
    """The heading of a case with these findings."""
    preamble = "" if of.preamble == default or of.text is None else f" ({of.preamble})"
    lines = [f"=== {of.name}{preamble}"]
    for number, one in enumerate(told):
        if number and len(lines[-1]) + len(one) + len(" | ") > LONGEST:
            lines.append(f"| {one}")
        else:
            lines[-1] += f" | {one}"
    return "\n".join(lines) + "\n"


def written(topic: Topic) -> str:
    """A file of the corpus with what is found now."""
    text = [topic.comments]
    for one in topic.cases:
        text += [heading(one, findings(one), topic.preamble), one.text or ""]
        for first, last, new in one.pasted:
            lines = f"{last}+" if last < first else f"{first}-{last}" if first < last else f"{first}"
            text += [f">>> {lines}\n", new]
    return "".join(text)


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of a template, as it stands in a case, in both languages."""

    case: str
    english: str
    chinese: str

    @property
    def shown(self) -> str:
        """Its two lines in sentences.txt."""
        one, other = (text.replace("\n", "⏎") for text in (self.english, self.chinese))
        return f"{one}  [{self.case}]\n  {other}\n"


def sentences(problem: Problem) -> Iterator[Translatable]:
    """The two or three that a problem says."""
    yield from (one for one in (problem.message, problem.hint, problem.note) if one is not None)


def examples(of: Iterable[Case]) -> list[Example]:
    """One for each template: the one that stands in sentences.txt already, or else the first."""
    told = set(SENTENCES.read_text("utf-8").splitlines()) if SENTENCES.is_file() else set()
    chosen: dict[str, Example] = {}
    for one in of:
        for problem in found(one).problems:
            for sentence in sentences(problem):
                example = Example(one.name, str(sentence), CHINESE.text(sentence))
                kept = chosen.setdefault(sentence.template, example)
                if _heads(example) in told and _heads(kept) not in told:
                    chosen[sentence.template] = example
    return [example for _, example in sorted(chosen.items(), key=lambda item: item[0].lower())]


def _heads(example: Example) -> str:
    return example.shown.split("\n")[0]


def wanted() -> Mapping[Path, str]:
    """What is to stand in the files of the corpus, and in sentences.txt."""
    files = {WRONG / f"{topic.name}.txt": written(topic) for topic in topics()}
    return {**files, SENTENCES: "".join(one.shown for one in examples(cases()))}


def differences(path: Path, text: str) -> str:
    """What is to stand in a file otherwise, as a diff; nothing where it is right."""
    now = path.read_text("utf-8") if path.is_file() else ""
    name = path.relative_to(HERE).as_posix()
    lines = now.splitlines(keepends=True), text.splitlines(keepends=True)
    return "".join(unified_diff(*lines, name, f"{name} as it is found", n=1))


def main(arguments: Sequence[str]) -> int:
    """Show or write what differs."""
    status = 0
    for path, text in wanted().items():
        if difference := differences(path, text):
            sys.stdout.write(difference)
            status = 1
        if arguments == ["--write"]:
            path.write_text(text, "utf-8")
    return 0 if arguments == ["--write"] else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
