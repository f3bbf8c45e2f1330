"""Whether messages are those of a card: the card's form with anything where something is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bot.engine.compiled.card import (
    Bounded,
    Bubble,
    Card,
    CountedAddress,
    FileAddress,
    LineObject,
    PageAddress,
    Tap,
    WebAddress,
    leaves,
)
from bot.engine.texts.template import Template
from bot.model.message import Message


def is_card(messages: Sequence[Message], card: Card) -> bool:
    """Whether these are all messages of the card. Quick replies are not looked at: LINE moves them."""
    return len(messages) == len(card.bubbles) and all(
        is_bubble(message, bubble) for message, bubble in zip(messages, card.bubbles, strict=True)
    )


def is_bubble(message: Message, bubble: Bubble) -> bool:
    """Whether this is that message of a card."""
    bare = {key: value for key, value in message.items() if key not in ("quickReply", "sender")}
    return bare == bubble.ready if bubble.ready is not None else fits_form(bare, bubble.form)


def fits_form(value: Any, form: LineObject) -> bool:
    """Whether JSON is a form that has been filled in, whatever it was filled with."""
    match form:
        case dict():
            return (
                isinstance(value, dict)
                and value.keys() == form.keys()
                and all(fits_form(value[key], inner) for key, inner in form.items())
            )
        case list():
            return isinstance(value, list) and _fits_list(value, form)
        case Template() | WebAddress():
            text = form if isinstance(form, Template) else form.text
            return isinstance(value, str) and _pattern(text.parts).fullmatch(value) is not None
        case Bounded():
            return fits_form(value, form.text)
        case Tap():
            return fits_form(value, form.action)
        case PageAddress() | FileAddress() | CountedAddress():
            return isinstance(value, str)
        case _:
            return bool(value == form)


def _fits_list(values: list[Any], forms: list[LineObject]) -> bool:
    """Item by item; what holds a tap may have been left out, because it led nowhere."""
    number = 0
    for form in forms:
        if number < len(values) and fits_form(values[number], form):
            number += 1
        elif not any(isinstance(leaf, Tap) for leaf in leaves(form)):
            return False
    return number == len(values)


@lru_cache(maxsize=4096)
def _pattern(parts: tuple[object, ...]) -> re.Pattern[str]:
    return re.compile("".join(re.escape(p) if isinstance(p, str) else ".*" for p in parts), re.DOTALL)
