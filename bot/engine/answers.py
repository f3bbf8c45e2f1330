"""Whether what a person said or sent is a valid answer to a question, and which value it means."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.engine.flow import AnswerForm
from bot.engine.heard import Heard
from bot.engine.text import fold
from bot.engine.typed import typed
from bot.model.contact import Answer
from bot.model.value import Value, below

TAIWAN = "+886"
TEXT_MOST = 5_000
SEPARATORS = "、，,\n"
"""What stands between several choices, where a page sends them."""


def valid_answer(form: AnswerForm, heard: Heard, zone: ZoneInfo) -> Answer | None:
    """The answer that this is, typed; `None` where it is none that the question takes.

    A picture answers with the id of its message, a place with its address.
    """
    if form.type == "any" and heard.kind != "postback":
        return Answer("any", heard.subject)
    if form.type in ("image", "location"):
        return Answer(form.type, _sent(heard)) if heard.kind == form.type else None
    picked = heard.fields.get(form.type) if heard.kind == "postback" else None
    if isinstance(picked, str) and form.type in ("date", "time", "date_time"):
        return _bounded(form, typed(picked, form.type, zone))
    return _said(form, heard.subject, zone) if heard.kind == "text" else None


def _sent(heard: Heard) -> Value:
    """What a picture or place is kept as; LINE leaves the address out where it knows none."""
    if heard.kind == "image":
        return heard.subject
    return heard.fields.get("address") or heard.fields.get("title") or heard.subject


def _said(form: AnswerForm, said: str, zone: ZoneInfo) -> Answer | None:
    match form.type:
        case "choice":
            chosen = chosen_by(form, said)
            return None if chosen is None else Answer("choice", chosen)
        case "choices":
            return _several(form, said)
        case "consent":
            return _bounded(form, typed(said, "yes_no"))
        case "text":
            return _text(form, said)
        case "phone":
            return _phone(form, said)
        case "image" | "location" | "any":
            return None
        case kind:
            return _bounded(form, typed(said, kind, zone))


def chosen_by(form: AnswerForm, said: str) -> str | None:
    """The choice that this text means, compared folded, with its other words; `None` where it means none."""
    folded = fold(said)
    for choice in form.choices:
        if any(_folded(word) == folded for word in (choice.value, *choice.words)):
            return choice.value
    return None


def _several(form: AnswerForm, said: str) -> Answer | None:
    parts = [said]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]
    chosen = [chosen_by(form, part) for part in parts if part.strip()]
    if None in chosen:
        return None
    return Answer("choices", "、".join(dict.fromkeys(c for c in chosen if c is not None)))


def _text(form: AnswerForm, said: str) -> Answer | None:
    too_long = len(said) > (form.max_length or TEXT_MOST)
    if too_long or not said.strip() or (form.pattern is not None and form.pattern.match(said) is None):
        return None
    return Answer("text", said)


def _phone(form: AnswerForm, said: str) -> Answer | None:
    """A mobile number. SMS to some countries cost many times as much, which fraud lives on: see `abroad`."""
    number = typed(said, "phone")
    is_taken = isinstance(number, str) and (form.abroad or number.startswith(TAIWAN))
    return Answer("phone", number) if number is not None and is_taken else None


def _bounded(form: AnswerForm, value: Value | None) -> Answer | None:
    if value is None or (form.at_least is not None and below(value, form.at_least)):
        return None
    if form.at_most is not None and below(form.at_most, value):
        return None
    if isinstance(value, str) and form.max_length is not None and len(value) > form.max_length:
        return None
    return Answer(form.type, value)


_folded = lru_cache(16_384)(fold)
