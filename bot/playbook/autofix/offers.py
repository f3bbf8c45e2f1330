"""The repairs of mistakes whose hint says what is to be written: tried before they are offered.

A hint names what was meant, and the file shows where: at the underlined word, or at the value of its key.
Each of these is written so, and the part of the file around it read again: offered is what takes the mistake
away and makes no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.model.problem import Problem, TextEdit
from bot.model.translatable import Quoted, TranslatableValue
from bot.playbook.autofix.content import loses
from bot.playbook.autofix.draft import Draft
from bot.playbook.autofix.edits import applied, edits_of
from bot.playbook.hints import RepairHint
from bot.playbook.shape.suggest_words import pasted
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import in_quotes, value_starts

_LINES_READ = 4_000
"""Lines that are parsed for all mistakes of one file, at most: they take a quarter of a second."""
_BEHIND_KEY = re.compile(r" *: +")
_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'|[^#\[\]{},"\']+|\[[^\[\]{}#]*\]|\{[^\[\]{}#]*\}')
"""A value: a text with or without quotes, or brackets or braces with nothing nested in them."""
_WORD = re.compile(r"[^\W_]+")
_WORDS = re.compile(r"[\s,，、:：]+")
"""What separates words."""
_PAIR = re.compile(r"([\w.]+): (.+)")
"""A key (group 1) and its value (group 2)."""


def with_offers(source: SourceFile, problems: Sequence[Problem], vocabulary: Vocabulary) -> list[Problem]:
    """The problems of a file, with a repair where one is known that takes its mistake away.

    A repair that would lose anything that was written is dropped, also one that was found before.
    """
    offering = _Offering(source, Draft.of(source, vocabulary), vocabulary)
    return [replace(one, repair=offering.harmless(one)) for one in problems]


@dataclass(slots=True)
class _Offering:
    """One file while its repairs are looked for."""

    source: SourceFile
    draft: Draft
    vocabulary: Vocabulary
    lines_left: int = _LINES_READ
    """Lines that may still be parsed."""

    def harmless(self, problem: Problem) -> tuple[TextEdit, ...]:
        """The edits that mend the problem; none where they would lose a word of the file.

        Edits that are found here may replace a name in the line of the problem.
        """
        repair = problem.repair or self.repair(problem)
        line = 0 if problem.repair else problem.place.line
        text, keys = self.source.text, self.vocabulary.keys
        return () if repair and loses(text, applied(text, repair), keys, line) else repair

    def repair(self, problem: Problem) -> tuple[TextEdit, ...]:
        """The edits that mend it; none where they are not known."""
        number = problem.place.line
        if not isinstance(problem.hint, RepairHint) or not 0 < number <= len(self.source.lines):
            return ()
        for meant in _written(problem, problem.hint, self.source.line(number), self.vocabulary):
            if self._mends(problem, meant):
                return edits_of(self.source, {number: meant})
        return ()

    def _mends(self, problem: Problem, meant: str) -> bool:
        """Whether the problem is gone, and no other appears, with this text in its line."""
        texts, number = self.draft.texts, problem.place.line
        self.lines_left -= len(texts) // 10
        if self.lines_left < 0:
            return False
        first, last = self.draft.around(number, number)
        first = min(first, number)  # a section on one line has nothing below it
        self.lines_left -= 2 * (last - first + 1)
        head = self.draft.head(first)
        above = (texts[head - 1],) if head and head < first else ()
        part = replace(self.draft, texts=(*above, *texts[first - 1 : last]))
        here = number - first + 1 + len(above)
        before, after = part.problems(), (changed := part.changed({here: meant})).problems()
        key = here, problem.code, str(problem.message)
        if part.stop is not None:
            return _is_read_further(part, changed, key)
        if changed.stop is not None or not changed.sections >= part.sections:
            return False
        known = set(map(_key, before))
        if key in known:
            return key not in set(map(_key, after)) and set(map(_key, after)) <= known
        start = problem.place.column - 1
        whole = self.source.line(number)[start : start + problem.width].strip("\"'") in _said(problem)
        named = isinstance(problem.hint, RepairHint) and problem.hint.kind == "name"
        return (whole or named) and set(map(_key, after)) <= known


def _is_read_further(before: Draft, after: Draft, key: tuple[int, str, str]) -> bool:
    """Whether the mistake of a line was why the parser gave up, and the line is right now.

    What comes to light behind it is none of the repair's.
    """
    line = key[0]
    wrong = set(map(_key, after.problems()))
    fresh = {one for one in wrong - set(map(_key, before.problems())) if one[0] == line}
    return key not in wrong and not fresh and (after.stop is None or after.stop > line)


def _key(problem: Problem) -> tuple[int, str, str]:
    return problem.place.line, problem.code, str(problem.message)


def _text(value: TranslatableValue) -> str:
    return str(value.text if isinstance(value, Quoted) else value)


def _said(problem: Problem) -> list[str]:
    """What the message quotes of the file."""
    return [str(value.text) for _, value in problem.message.values if isinstance(value, Quoted)]


def _written(problem: Problem, hint: RepairHint, line: str, vocabulary: Vocabulary) -> Iterator[str]:
    """The line as it may have been meant; the likeliest first."""
    start = problem.place.column - 1
    end = start + problem.width
    old = line[start:end]
    said = _said(problem)
    at_key = bool(old.strip()) and line[end:].lstrip().startswith(":")
    value = _value_behind(line, end if at_key else start)
    if hint.kind == "name":
        [(_, name)] = hint.values
        yield from _with_name(line, (start, end), said, _text(name))
    elif hint.kind == "into":
        belongs = str(dict(hint.values)["belongs"])
        if at_key and value is not None:
            yield f"{line[:start]}{belongs}: {{{line[start : value[1]]}}}{line[value[1] :]}"
    elif hint.kind == "quotes":
        yield from _in_quotes(line, start)
    elif hint.kind in ("meant", "written"):
        code = str(hint).partition("  ")[2].strip()
        if "…" in code or "\n" in code or not _made_of(code, line, hint, vocabulary):
            return
        pair = _PAIR.fullmatch(code)
        if pair is not None and value is not None and at_key and old == pair[1]:
            yield line[: value[0]] + pair[2] + line[value[1] :]
        elif pair is not None and not at_key and line[:start].rstrip().endswith(f"{pair[1]}:"):
            yield line[:start] + pair[2] + line[(value or (start, end))[1] :]
        elif at_key and old in said:
            yield line[:start] + code + line[end:]
        elif at_key and value is not None:
            yield line[: value[0]] + code + line[value[1] :]
        elif not at_key:
            for first, last in _spans((start, end), value):
                yield line[:first] + code + line[last:]


def _with_name(line: str, span: tuple[int, int], said: Sequence[str], name: str) -> Iterator[str]:
    """The line with the name that was meant: for the underlined one, or the only such one in what is."""
    start, end = span
    old = line[start:end]
    if "." in name and line[:start].endswith("."):
        return
    if old.strip("\"'") in said:
        words = _WORDS.split(old)
        if len(words) > 1 and any(name in word for word in words):  # several values are no misspelt one
            return
        quoted = old[:1] in ("'", '"')
        yield line[:start] + (json.dumps(name, ensure_ascii=False) if quoted else pasted(name)) + line[end:]
        return
    for wrong in said:
        found = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(wrong)}(?!\w)", old)]
        if len(found) == 1 and not ("." in name and "." in old[: found[0][0]][-1:] + old[found[0][1] :][:1]):
            yield line[: start + found[0][0]] + name + line[start + found[0][1] :]
            return


def _in_quotes(line: str, place: int) -> Iterator[str]:
    """The line with the text in quotes: that which begins at the place, or in which it stands."""
    for start in value_starts(line, place):
        end, text = in_quotes(line, start)
        if place < end:
            yield line[:start] + text + line[end:]


def _spans(*spans: tuple[int, int] | None) -> Iterable[tuple[int, int]]:
    return dict.fromkeys(one for one in spans if one is not None)


def _value_behind(line: str, place: int) -> tuple[int, int] | None:
    """The value that begins here, or behind the colon here: up to its end, or to that of the line."""
    match = _BEHIND_KEY.match(line, place)
    start = match.end() if match else place
    found = _VALUE.match(line, start)
    if found is None:
        return None
    return start, start + len(found[0].rstrip())


def _made_of(code: str, line: str, hint: RepairHint, vocabulary: Vocabulary) -> bool:
    """Whether nothing in it is only an example: each word is the file's, or one of the language."""
    if hint.kind == "meant":
        return True
    return all(word in line or word in vocabulary.keys for word in _WORD.findall(code))
