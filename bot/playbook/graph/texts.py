"""Reads the texts in compiled cards and taps, for other checks, and finds texts that were probably not meant
as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from bot.engine.compiled.card import Bounded, Card, LineObject, Tap
from bot.engine.compiled.rule import OnText, OnTextContaining
from bot.engine.texts.template import Template
from bot.model.place import Place
from bot.model.plain_text import JOINER
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.hints import of_kind
from bot.playbook.similar import folded, quoted


def sent(tap: Tap) -> str | None:
    """The text that a tap sends in the person's name; `None` where it sends none, or one with
    placeholders."""
    action = tap.action
    if not isinstance(action, dict) or action.get("type") != "message":
        return None
    text = action.get("text")
    if isinstance(text, Bounded):
        text = text.text
    return text.fixed if isinstance(text, Template) else text if isinstance(text, str) else None


def contains_text(card: Card, words: str) -> bool:
    """Whether a card has these words in a text, a label, or the text of a tap."""
    forms = [*(bubble.form for bubble in card.bubbles), *(tap.action for tap in card.taps)]
    return any(words in text for form in forms for text in _texts(form))


def _texts(form: LineObject) -> Iterator[str]:
    """All texts of a form."""
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
    """The data of postbacks that are written in a card's own JSON; those of the playbook's taps have our own
    data."""
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


_FILE = re.compile(r"[\w./\\ -]{1,80}\.(?:jpe?g|png|gif|heic|webp)", re.IGNORECASE)
"""The file name of a picture."""
_DIALLED = re.compile(r"[*#\d]+")
"""A code to dial, such as `*123#`, where `*` is meant."""

_KINDS = frozenset(("anything_else", "any_message", "follow", "unfollow", "postback"))
"""Triggers that were probably written as texts by mistake."""
QUOTES = {"“": "”", "「": "」", "『": "』", "【": "】", "‘": "’", "＂": "＂"}
"""Opening quotation marks, each with its closing one."""


def unsayable_texts(survey: Survey) -> Iterator[Problem]:
    """`invisible-sign`, `quotes-in-text`: texts of triggers that people do not type, and no tap or link
    sends."""
    sent_texts = {text for tap in survey.taps if (text := sent(tap)) is not None}
    sent_texts |= {link.send for link in survey.playbook.links.values() if link.send is not None}
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnText | OnTextContaining):
            for text in trigger.texts:
                if text not in sent_texts:
                    yield from _of(text, place, strict=trigger.strict)


def texts_like_cards(survey: Survey) -> Iterator[Problem]:
    """`text-like-card`: a text is sent that is probably the name of a card or picture, apart from width,
    case, hyphens or quotation marks."""
    names = {folded(name): name for name in survey.playbook.cards}
    for card in survey.cards:
        text = None if card.key in survey.playbook.cards else _whole_text(card)
        name = names.get(re.sub(r"[\s-]+", "_", folded(text).strip())) if text is not None else None
        inner = text[1:-1] if text is not None and QUOTES.get(text[:1]) == text[-1:] else ""
        name = inner if inner in survey.playbook.cards else name
        parts = re.split(r"[\s,，、]+", text.strip()) if text is not None else []
        if text is not None and _FILE.fullmatch(text.strip()):
            message = tr("{text} is sent as a text, and not as a picture", text=quoted(text))
            hint = tr("for the picture, write  {meant}", meant=f"{{image: {text.strip()}}}")
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")
        if name is not None:
            message = tr(
                "{text} is sent as a text, and there is a card {name}",
                text=quoted(text or ""),
                name=quoted(name),
            )
            hint = of_kind("name", tr("for the card, write  {name}", name=name))
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")
        elif len(parts) > 1 and all(part in survey.playbook.cards for part in parts):
            message = tr(
                "{text} is sent as one text, and each of its words is a card", text=quoted(text or "")
            )
            hint = tr("for the cards, write  [{names}]", names=", ".join(parts))
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")


def _whole_text(card: Card) -> str | None:
    """The text of a card that is nothing but one fixed text."""
    ready = card.bubbles[0].ready if len(card.bubbles) == 1 else None
    text = ready.get("text") if ready is not None and ready.get("type") == "text" else None
    return text if isinstance(text, str) else None


def _of(text: str, place: Place, *, strict: bool) -> Iterator[Problem]:
    """Findings for one text of a trigger."""
    sign = next((sign for sign in text if category(sign) == "Cf" and sign != JOINER), None)
    if strict and sign is not None:
        message = tr(
            "{text} holds the invisible sign {sign}, which nobody types",
            text=quoted(text),
            sign=f"U+{ord(sign):04X}",
        )
        hint = tr("delete the text, and type it anew: {text}", text=text.replace(sign, ""))
        yield mistake(place, "invisible-sign", message, hint=hint, level="warning")
    elif text in _KINDS:
        message = tr("the rule hears only people who write {text} themselves", text=quoted(text))
        hint = tr("for what happens, write  when: {kind}", kind=text)
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
    elif len(text) > 1 and "*" in (text[0], text[-1]) and not _DIALLED.fullmatch(text):
        message = tr('"*" in {text} stands for no other words', text=quoted(text))
        hint = tr("to hear texts with it in them, write  text_contains: {text}", text=text.strip("*"))
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
    elif len(text) > 1 and QUOTES.get(text[0]) == text[-1]:
        message = tr(
            "the rule hears {text} only with {opening} and {closing} around it",
            text=quoted(text),
            opening=text[0],
            closing=text[-1],
        )
        hint = of_kind("written", tr("write it without them:  {text}", text=text[1:-1]))
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
