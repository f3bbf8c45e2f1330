"""How many bytes of JSON a Flex message is, with the longest that its placeholders may stand for."""

from __future__ import annotations

from typing import Any

from bot.engine.card import Bounded, LineObject, WebAddress
from bot.engine.rendering import BUBBLE_BYTES_MOST, CAROUSEL_BYTES_MOST, json_bytes
from bot.engine.template import Template
from bot.engine.text import utf16_units
from bot.model.said import Said, say
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.text_lengths import longest
from bot.playbook.syntax.nodes import Map, first_of


def check_size(scope: Scope, node: Map, form: dict[str, LineObject]) -> None:
    """Report a bubble or carousel, or a bubble in one, that is larger than LINE takes."""
    if form.get("type") == "carousel":
        bubbles, most = form.get("contents"), CAROUSEL_BYTES_MOST
        for bubble in bubbles if isinstance(bubbles, list) else []:
            _check_bytes(scope, node, say("a bubble"), bubble, BUBBLE_BYTES_MOST)
        _check_bytes(scope, node, say("this carousel"), form, most)
    else:
        _check_bytes(scope, node, say("this bubble"), form, BUBBLE_BYTES_MOST)


def _check_bytes(scope: Scope, node: Map, what: Said, form: LineObject, most: int) -> None:
    size = json_bytes(_filled_longest(scope, form))
    if size > most:
        message = say(
            "{what} has {size} bytes of JSON, LINE takes {most}",
            what=what,
            size=f"{size:,}",
            most=f"{most:,}",
        )
        scope.wrong(
            first_of(node), "flex-too-large", message, say("leave some of it out, or send it as two cards")
        )


def _filled_longest(scope: Scope, form: LineObject) -> Any:
    if isinstance(form, dict):
        return {key: _filled_longest(scope, value) for key, value in form.items()}
    if isinstance(form, list):
        return [_filled_longest(scope, value) for value in form]
    if isinstance(form, Bounded | WebAddress):
        return _longest_text(scope, form.text)
    return form


def _longest_text(scope: Scope, text: Template) -> str:
    literal = "".join([part for part in text.parts if isinstance(part, str)])
    return literal + "字" * (longest(scope, text, utf16_units) - utf16_units(literal))
