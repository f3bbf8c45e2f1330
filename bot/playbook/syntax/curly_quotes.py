"""Texts for people that stand in curly quotes: no quotes of the language, so they are sent with the text."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.syntax.nodes import List, Map, Node, Scalar
from bot.playbook.syntax.source import SourceFile

_SAID = frozenset(("reply", "push", "text", "ask", "otherwise"))
_ELSEWHERE = frozenset(("when", "set", "hooks", "signals"))
"""Below these stand values, and what people say."""
_SHOWN = 40
"""Characters of a text that is shown again."""


def curly_quotes(source: SourceFile, node: Node, key: str = "", heard: bool = False) -> Iterator[Problem]:
    """`quotes-in-text`: of texts that are said; quoted once more, or in a block, they are meant.

    What is `heard` may have them, but for one that closes what another has opened.
    """
    match node:
        case Scalar(value=written, plain=True) if _whole(text := written.strip()) and (
            _mixed(text) or (key in _SAID and not heard)
        ):
            message = say("people will see the quotes “ and ” around this text")
            if _mixed(text):
                message = say("these two quotes are no pair, and belong to the text as it stands")
            hint = say("leave them out")
            if len(text) <= _SHOWN and "\n" not in text:
                hint = say("write it without them:  {text}", text=text[1:-1])
            here = source.here(node.line, node.column)
            yield mistake(here, "quotes-in-text", message, hint=hint, width=node.width, level="warning")
        case List(items=items):
            for item in items:
                yield from curly_quotes(source, item, key, heard)
        case Map(pairs=pairs):
            for name, (_, value) in pairs.items():
                yield from curly_quotes(source, value, name, heard or name in _ELSEWHERE)
        case Scalar():
            return


def _whole(text: str) -> bool:
    """Whether one pair of quotes, the first of them curly, stands around all of it."""
    return len(text) > 2 and text[0] == "“" and text[-1] in '”"' and not set('“”"') & set(text[1:-1])


def _mixed(text: str) -> bool:
    return text.endswith('"')
