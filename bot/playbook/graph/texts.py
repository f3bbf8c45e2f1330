"""What a card or a tap says: the texts in LINE's JSON, and the data of its postbacks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.card import Bounded, Card, LineObject, Tap
from bot.engine.texts.template import Template


def sent(tap: Tap) -> str | None:
    """The text that a tap says in the person's name; `None` where it says none, or one with placeholders."""
    action = tap.action
    if not isinstance(action, dict) or action.get("type") != "message":
        return None
    text = action.get("text")
    if isinstance(text, Bounded):
        text = text.text
    return text.fixed if isinstance(text, Template) else text if isinstance(text, str) else None


def says(card: Card, words: str) -> bool:
    """Whether these words stand in a text of the card, or in what one of its taps says or is called."""
    forms = [*(bubble.form for bubble in card.bubbles), *(tap.action for tap in card.taps)]
    return any(words in text for form in forms for text in _texts(form))


def _texts(form: LineObject) -> Iterator[str]:
    match form:
        case str():
            yield form
        case Bounded(text=text):
            yield from _texts(text)
        case Template(parts=parts):
            yield from (part for part in parts if isinstance(part, str))
        case Tap(action=action):
            yield from _texts(action)
        case dict():
            for value in form.values():
                yield from _texts(value)
        case list():
            for value in form:
                yield from _texts(value)
        case _:
            return


def postbacks(card: Card) -> Iterator[str]:
    """The data of postbacks that a card's own JSON holds (those of taps are ours)."""
    for bubble in card.bubbles:
        yield from _postbacks(bubble.form)


def _postbacks(form: LineObject) -> Iterator[str]:
    if isinstance(form, dict):
        data = form.get("data")
        if form.get("type") in ("postback", "datetimepicker") and isinstance(data, str):
            yield data
        for value in form.values():
            yield from _postbacks(value)
    elif isinstance(form, list):
        for value in form:
            yield from _postbacks(value)
