"""What the words of playbooks mean, in the reader's own: nobody pastes from a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.engine.playbook import Playbook
from bot.model.said import Language
from bot.playbook.drawing.sketch import Arrow, Box, Sketch
from bot.playbook.drawing.words import Line
from bot.playbook.words.drawing import ACTIONS, HEARD, JOINED, KNOWN, NAMED, SPANS

_WAIT = re.compile(r"after (?P<span>\S+)(?: at (?P<at>\d\d:\d\d))?|until (?P<until>.+)")
_DATE = re.compile(
    r"(?P<kind>date|anniversary) of (?P<slot>\S+) "
    r"(?P<sign>[+-])(?P<number>\d+)(?P<unit>mo|d) at (?P<at>\d\d:\d\d)"
)
_PIECE = re.compile(r"(\d+)(mo|[smhdwy])")
_IF = re.compile(r"(?:^|(?<=[ \n]))if ")
_BETWEEN = re.compile(r"( / | and | or )")


def in_words(of: Sketch, playbook: Playbook, language: Language) -> Sketch:
    """The sketch without words of the language of playbooks, where the reader's is another than English."""
    if not language.sentences:
        return of
    titles = {name: info.title or name for name, info in playbook.attributes.items()}
    flows = {name: flow.title for name, flow in playbook.flows.items()}
    return replace(
        of,
        boxes=tuple(_box(box, flows) for box in of.boxes),
        arrows=tuple(_arrow(arrow, titles, flows) for arrow in of.arrows),
    )


def _box(box: Box, flows: Mapping[str, str]) -> Box:
    title = ACTIONS["exit"] if box.kind == "out" else box.title
    return replace(box, title=title, lines=_lines(box.lines, flows))


def _arrow(arrow: Arrow, titles: Mapping[str, str], flows: Mapping[str, str]) -> Arrow:
    heard, *conditions = _IF.split(arrow.heard)
    said = [_BETWEEN.split(part) for part in (heard, *conditions)]
    first = "".join(JOINED.get(piece, _heard(piece, titles)) for piece in said[0])
    rest = ["".join(JOINED.get(piece, _asked(piece, titles)) for piece in part) for part in said[1:]]
    words = JOINED["if"].join([first.strip(), *rest]).strip() if rest else first
    return replace(arrow, heard=words, lines=_lines(arrow.lines, flows))


def _lines(lines: Iterable[Line], flows: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(
        replace(line, verb=ACTIONS.get(line.verb, line.verb), about=_about(line, flows)) for line in lines
    )


def _about(line: Line, flows: Mapping[str, str]) -> str:
    named = flows if line.verb in ("start", "run", "exit") else {}
    return named.get(line.about) or KNOWN.get(line.about, line.about)


def _heard(piece: str, titles: Mapping[str, str]) -> str:
    if wait := _WAIT.fullmatch(piece.strip()):
        return _waited(wait["span"], wait["at"], wait["until"])
    word, _, about = piece.strip().partition(" ")
    if date := _DATE.fullmatch(piece.strip()):
        away = _away(date["sign"], date["number"], date["unit"])
        return " ".join(
            filter(None, [HEARD[date["kind"]], titles.get(date["slot"], date["slot"]), away, date["at"]])
        )
    if word not in HEARD:
        return piece
    return " ".join(filter(None, [HEARD[word], about if word in NAMED else _known(about)]))


def _known(about: str) -> str:
    """What stands behind a word: of a hook only the last is a word of ours, its result."""
    words = about.split(" ") if " " in about and "," not in about else about.split(", ")
    return (", " if "," in about else " ").join(KNOWN.get(word, word) for word in words)


def _away(sign: str, number: str, unit: str) -> str:
    return (
        SPANS["before" if sign == "-" else "after"].format(f"{number} {SPANS[unit]}") if int(number) else ""
    )


def _waited(span: str | None, at: str | None, until: str | None) -> str:
    if span is None:
        return SPANS["until"].format(until)
    if span == "1d" and at is not None:
        return SPANS["next day"].format(at)
    long = "".join(f" {number} {SPANS[unit]}" for number, unit in _PIECE.findall(span)).strip()
    return SPANS["after"].format(long or span) + (f" {at}" if at is not None else "")


def _asked(piece: str, titles: Mapping[str, str]) -> str:
    if piece.startswith("not "):
        return JOINED["not"] + _asked(piece.removeprefix("not "), titles)
    word, _, about = piece.partition(" ")
    if word in titles:
        return f"{titles[word]} {_known(about)}".strip()
    if word not in HEARD:
        return f"{word} {_known(about)}".strip()
    return " ".join(filter(None, [HEARD[word], about if word in NAMED else _known(about)]))
