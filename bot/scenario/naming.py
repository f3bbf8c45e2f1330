"""Which messages are those of a card, and how a scenario names messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.engine.compiled.card import (
    Bounded,
    Bubble,
    Card,
    CountedAddress,
    FileAddress,
    IfKnown,
    LineObject,
    PageAddress,
    Tap,
    WebAddress,
    leaves,
)
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.template import Template
from bot.model.message import Message
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.syntax.yaml_text import scalar, text_lines
from bot.scenario.shape.formats import LOOKS_LIKE_A_NAME
from bot.scenario.written_steps import containing
from bot.wording.conversation import line_of


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
        case IfKnown():
            return fits_form(value, form.form)
        case PageAddress() | FileAddress() | CountedAddress():
            return isinstance(value, str)
        case _:
            return bool(value == form)


def _fits_list(values: list[Any], forms: list[LineObject]) -> bool:
    """Item by item; what holds a tap, or is not known of everybody, may have been left out."""
    number = 0
    for form in forms:
        if number < len(values) and fits_form(values[number], form):
            number += 1
        elif not any(isinstance(leaf, Tap | IfKnown) for leaf in leaves(form)):
            return False
    return number == len(values)


@lru_cache(maxsize=4096)
def _pattern(parts: tuple[object, ...]) -> re.Pattern[str]:
    """Matches the texts that this template may give: its literal parts, and anything for a placeholder."""
    return re.compile("".join(re.escape(p) if isinstance(p, str) else ".*" for p in parts), re.DOTALL)


_ADDRESS = re.compile(r"https?://[^\s「」（）]+")
"""A web address, up to white space or a Chinese bracket."""
_LIFF = "https://liff.line.me/"
"""Behind it comes a LIFF id, which the simulator makes up where the environment has none."""


@dataclass(frozen=True, slots=True)
class Named:
    """One thing in a `bot` step, as YAML; `loose` where something in the message could not be pinned."""

    yaml: str
    loose: bool = False


def named(messages: Sequence[Message], playbook: Playbook) -> list[Named]:
    """What to write into a `bot` step for exactly these messages, in order."""
    return list(_named(messages, playbook))


def _named(messages: Sequence[Message], playbook: Playbook) -> Iterator[Named]:
    cards, number = _cards(playbook), 0
    notice = playbook.privacy.card if playbook.privacy is not None else None
    while number < len(messages):
        card = next((name for name, card in cards if _begins_with(messages[number:], card)), None)
        if card is not None:
            yield Named(card)
            number += len(dict(cards)[card].bubbles)
        elif notice is not None and is_card(messages[number : number + 1], notice):
            yield Named(PRIVACY_NOTICE)
            number += 1
        else:
            yield _one(messages[number], playbook)
            number += 1


def _cards(playbook: Playbook) -> list[tuple[str, Card]]:
    """Those worth naming: a single text says more by its words. The longest first."""
    return sorted(playbook.cards.items(), key=lambda item: -len(item[1].bubbles))


def _begins_with(messages: Sequence[Message], card: Card) -> bool:
    """Whether the first messages are a card that is worth naming: not a single text."""
    several = messages[: len(card.bubbles)]
    only_text = len(several) == 1 and several[0].get("type") == "text"
    return bool(several) and not only_text and is_card(several, card)


def _one(message: Message, playbook: Playbook) -> Named:
    """One message as YAML: a text in full, or a part of it that is the same on every machine."""
    if message.get("type") != "text":
        return Named(containing(_readable(message)))
    text = str(message.get("text", "")).rstrip("\n")  # which do not count
    pieces = _pinned(text, playbook)
    if len(pieces) == 1 and pieces[0] == text:
        return Named(f"{{text: {scalar(text)}}}" if LOOKS_LIKE_A_NAME.fullmatch(text) else text_lines(text))
    return Named(containing(max(pieces, key=len) or "https://"), loose=True)


def _pinned(text: str, playbook: Playbook) -> list[str]:
    """The pieces of a text that are the same on every machine: without addresses of this server and of LIFF
    pages."""
    pieces, begin = [], 0
    for found in _ADDRESS.finditer(text):
        ours = playbook.public and found[0].startswith(playbook.public)
        if ours or found[0].startswith(_LIFF):
            pieces.append(text[begin : found.start()].strip())
            begin = found.end()
    return [*pieces, text[begin:].strip() if begin else text]


def _readable(message: Message) -> str:
    """Some words that can be read in a message that is no text."""
    words = line_of(message).partition(") ")[2].partition("｜")[0].partition(" [")[0]
    return str(message.get("altText") or words)
