"""Finds texts that people would see otherwise than meant: choices shown twice, markup of other programs,
lines that are joined to one, placeholders for a text that is yet to be written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.questions import questions
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import sent
from bot.playbook.similar import few, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of

_SPOKEN = frozenset(("reply", "push", "ask", "otherwise", "show", "messages", "message", "text"))
"""Keys whose text people read."""
_MARKS = re.compile(
    r"\\n|</?(?:br|p|strong|em|font|span)\b[^<>]{0,60}>|</[abiu]>"
    r"|<([abiu])\b[^<>]{0,60}>(?=.{0,500}?</\1>)|\*\*[^*\s][^*]{0,60}\*\*",
    re.IGNORECASE | re.DOTALL,
)
r"""Matches `\n`, HTML tags and `**bold**`, as other programs write them; `<a 級>` without a closing tag is
none."""
_PATH = re.compile(r"(?:(?<![A-Za-z0-9])[A-Za-z]:|\\\\[\w.-]+)(?:\\[\w.-]*)*$")
r"""Matches the begin of a Windows path at the end of a text: `C:\new` has no line break in it."""
YET_TO_WRITE = "…"
"""Stands for the answer in rules that hints propose to paste."""
_NEW_LINE = tr("for a new line write  |  behind the colon, and the lines of the text below it, indented")
"""Advice on line breaks."""
_NO_BOLD = tr("LINE has no bold type: leave the signs out")
"""Advice on bold type."""
_QUOTES = ('"', "'")
_OF_A_BLOCK = re.compile(r" *(?:(?:- +)*[a-z_]+: +|(?:- +)+)")
"""Matches what is before a text in block style on its line: dashes, or a key."""
_CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
"""A Chinese character or full-width sign."""


def choices_twice(survey: Survey) -> Iterator[Problem]:
    """`choices-twice`: the card that asks a question has buttons for its choices, which are shown anyway."""
    for question in questions(survey):
        sent_texts = {text for card in question.ask for tap in card.taps if (text := sent(tap)) is not None}
        twice = [choice for choice in question.choices if choice in sent_texts]
        if twice:
            message = tr(
                "these choices are shown twice, for the card has buttons for them: {twice}", twice=few(twice)
            )
            hint = tr("leave the buttons out of the card: the choices of a question come by themselves")
            yield mistake(question.place, "choices-twice", message, hint=hint, level="warning")


def foreign_markup(survey: Survey, sources: Mapping[str, str]) -> Iterator[Problem]:
    """`text-as-written`: markup of other programs, lines that are joined to one, and texts yet to be written.
    `sources` are the texts of the files."""
    for text in _spoken(survey.root, None):
        if text.value.strip() == YET_TO_WRITE:
            message = tr("people get {text}: the text is yet to be written", text=quoted(YET_TO_WRITE))
            yield _warning(text, message, tr("write the answer here"))
        elif (mark := _mark(text.value)) is not None:
            message = tr("people see {mark} as it stands here", mark=quoted(mark[0]))
            breaks = mark[0] == "\\n" or mark[0].lower().startswith(("<br", "<p"))
            yield _warning(text, message, _NEW_LINE if breaks else _NO_BOLD)
        elif lines := _joined(text, sources.get(text.file, "")):
            message = tr("these lines are sent as one, with a space between them")
            yield _warning(text, message, _in_lines(text, sources[text.file], lines))


def _mark(text: str) -> re.Match[str] | None:
    """The first markup in a text that is not part of a Windows path."""
    return next((mark for mark in _MARKS.finditer(text) if not _in_path(text, mark)), None)


def _in_path(text: str, mark: re.Match[str]) -> bool:
    r"""Whether a `\n` is part of a Windows path."""
    goes_on = text[mark.end() : mark.end() + 1]
    return mark[0] == "\\n" and goes_on.isascii() and bool(_PATH.search(text[: mark.start()]))


def _warning(text: Scalar, message: Translatable, hint: Translatable) -> Problem:
    return mistake(place_of(text), "text-as-written", message, hint=hint, level="warning", width=text.width)


def _joined(text: Scalar, source: str) -> list[str]:
    """The lines of a Chinese text that YAML joins with spaces, which Chinese does not have; else none."""
    quoted = source[text.start : text.start + 1] in _QUOTES
    if not (text.plain or quoted) or text.unset or text.raw is not None or " " not in text.value:
        return []
    written = source[text.start + quoted : text.end - quoted]
    lines = [line.strip() for line in written.splitlines()]
    folded = any(a and b and (_CHINESE.match(a[-1]) or _CHINESE.match(b[0])) for a, b in pairwise(lines))
    return lines if folded and "\\" not in written else []


def _in_lines(text: Scalar, source: str, lines: list[str]) -> Translatable:
    """Advice with the lines written so that they stay lines."""
    before = source[source.rfind("\n", 0, text.start) + 1 : text.start]
    if not _OF_A_BLOCK.fullmatch(before):
        return _NEW_LINE
    room = len(before) - len(before.lstrip(" -")) + 2
    below = [" " * room + line for line in lines]
    return tr(
        "for new lines write it so, with {inner} spaces before each line below:\n{lines}",
        inner=room,
        lines="\n".join((f"{before.rstrip()} |", *below)),
    )


def _spoken(node: Node, key: str | None) -> Iterator[Scalar]:
    """The texts that people read, in the order of the playbook."""
    match node:
        case Scalar():
            if key in _SPOKEN:
                yield node
        case List(items=items):
            for item in items:
                yield from _spoken(item, key)
        case Map(pairs=pairs):
            for name, (_, value) in pairs.items():
                if name != "when":
                    yield from _spoken(value, name)
