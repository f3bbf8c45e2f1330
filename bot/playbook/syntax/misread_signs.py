"""Signs that YAML reads otherwise than they were meant: a "#" at a text, full-width brackets and commas."""

from __future__ import annotations

import re

from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.hints import of_kind
from bot.playbook.shape.suggest_words import listed, split_values
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.source import SourceFile

_WIDE_SIGN = re.compile("[，、]")
"""Separators of values in Chinese."""
_CLOSING = {"[": "]", "{": "}"}


def glued(source: SourceFile, offset: int) -> Problem:
    """The problem of a hashtag at this offset, which YAML takes for a comment."""
    place = source.place(offset)
    tag = source.line(place.line)[place.column - 1 :].rstrip()
    message = tr('everything from this "#" on is a comment and would be lost')
    hint = of_kind("quotes", tr('put the whole text in quotes; a comment has a space after its "#"'))
    return mistake(place, "glued-comment", message, hint=hint, width=len(tag))


def in_text(source: SourceFile, offset: int) -> Problem:
    """The problem of a `#` that begins no comment, as there is no space before it."""
    place = source.place(offset)
    rest = source.line(place.line)[place.column - 1 :].rstrip()
    message = tr('this "#" begins no comment, it stands in the text')
    hint = tr('for a comment leave a space before the "#"; else put the whole text in quotes')
    return mistake(place, "glued-comment", message, hint=hint, width=len(rest), level="warning")


def comment_behind(source: SourceFile, offset: int) -> Problem:
    """The problem of a ` # ` behind a text that people read: with one space before it, it may be a word."""
    place = source.place(offset)
    rest = source.line(place.line)[place.column - 1 :].rstrip()
    message = tr('this "#" ends the text: what stands behind it is a comment, and nobody reads it')
    hint = tr(
        "where it is a part of the text, put all of it in quotes; for a comment leave two spaces before it"
    )
    return mistake(place, "comment-in-text", message, hint=hint, width=len(rest), level="warning")


def wide_signs(source: SourceFile, node: Node) -> list[Problem]:
    """The problems of lists whose brackets or commas are full-width: one value where several were meant."""
    match node:
        case Scalar(plain=True, value=value) if value[:1] == "［" and value[-1:] == "］":
            message = tr('this is one text, not a list: "［" and "］" are no brackets of the language')
            hint = tr("write [ and ], and half-width commas; or put the text in quotes")
            here = source.place_at(node.line, node.column)
            return [mistake(here, "full-width-sign", message, hint=hint, width=node.width, level="warning")]
        case Scalar(plain=True, value=value) if wide := _closes_nothing(source, node):
            message = tr(
                '"{sign}" is a full-width bracket: it closes nothing, and stands in the text', sign=wide
            )
            hint = tr("delete it, or put the text in quotes:  {text}", text=value.rstrip("｝］").rstrip())
            here = source.place_at(node.line, node.column)
            return [mistake(here, "full-width-sign", message, hint=hint, width=node.width, level="warning")]
        case List(items=[Scalar(plain=True) as only], flow=True) if sign := _WIDE_SIGN.search(only.value):
            message = tr('"{sign}" separates no values, so this list holds one', sign=sign[0])
            here = source.place_at(only.line, only.column)
            hint = tr("separate the values with a half-width comma, or put the text in quotes")
            if (values := split_values(only.value)) and isinstance(only.path[-2], str):
                hint = tr(
                    "for several write  {key}: {listed};  for one put it in quotes",
                    key=only.path[-2],
                    listed=listed(values),
                )
            return [mistake(here, "full-width-sign", message, hint=hint, width=only.width, level="warning")]
        case List(items=items):
            return [problem for item in items for problem in wide_signs(source, item)]
        case Map(pairs=pairs):
            return [problem for _, value in pairs.values() for problem in wide_signs(source, value)]
        case _:
            return []


def _closes_nothing(source: SourceFile, text: Scalar) -> str:
    """The full-width bracket with which a text between brackets ends, and which it does not open."""
    last = text.value[-1:]
    opening = {"｝": "｛", "］": "［"}.get(last)
    if opening is None or opening in text.value:
        return ""
    before = source.line(text.line)[: text.column - 1]
    return last if any(before.count(a) > before.count(b) for a, b in _CLOSING.items()) else ""
