"""Texts that were hardly meant as they stand: what nobody types, and what looks like the name of a card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category

from bot.engine.compiled.card import Card
from bot.engine.compiled.rule import OnText, OnTextContaining
from bot.model.place import Place
from bot.model.plain_text import JOINER
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import sent
from bot.playbook.similar import folded, shown

_FILE = re.compile(r"[\w./\\ -]{1,80}\.(?:jpe?g|png|gif|heic|webp)", re.IGNORECASE)
"""The name of a picture."""
_DIALLED = re.compile(r"[*#\d]+")
"""What is dialled: `*123#`."""

_KINDS = frozenset(("anything_else", "any_message", "follow", "unfollow", "postback"))
"""Triggers that somebody may have taken for texts."""
QUOTES = {"“": "”", "「": "」", "『": "』", "【": "】", "‘": "’", "＂": "＂"}


def unsayable_texts(survey: Survey) -> Iterator[Problem]:
    """`invisible-sign`, `quotes-in-text`: told of texts that no tap and no link says either."""
    said = {text for tap in survey.taps if (text := sent(tap)) is not None}
    said |= {link.send for link in survey.playbook.links.values() if link.send is not None}
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnText | OnTextContaining):
            for text in trigger.texts:
                if text not in said:
                    yield from _of(text, place, strict=trigger.strict)


def texts_like_cards(survey: Survey) -> Iterator[Problem]:
    """`text-like-card`: a text that is sent, and but for width, case or a hyphen would be a card's name."""
    names = {folded(name): name for name in survey.playbook.cards}
    for card in survey.cards:
        text = None if card.key in survey.playbook.cards else _whole_text(card)
        name = names.get(re.sub(r"[\s-]+", "_", folded(text).strip())) if text is not None else None
        inner = text[1:-1] if text is not None and QUOTES.get(text[:1]) == text[-1:] else ""
        name = inner if inner in survey.playbook.cards else name
        parts = re.split(r"[\s,，、]+", text.strip()) if text is not None else []
        if text is not None and _FILE.fullmatch(text.strip()):
            message = say("{text} is sent as a text, and not as a picture", text=shown(text))
            hint = say("for the picture, write  {meant}", meant=f"{{image: {text.strip()}}}")
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")
        if name is not None:
            message = say(
                "{text} is sent as a text, and there is a card {name}",
                text=shown(text or ""),
                name=shown(name),
            )
            hint = say("for the card, write  {name}", name=name)
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")
        elif len(parts) > 1 and all(part in survey.playbook.cards for part in parts):
            message = say(
                "{text} is sent as one text, and each of its words is a card", text=shown(text or "")
            )
            hint = say("for the cards, write  [{names}]", names=", ".join(parts))
            yield mistake(card.place, "text-like-card", message, hint=hint, level="warning")


def _whole_text(card: Card) -> str | None:
    """What a card says that is one text, the same for everybody."""
    ready = card.bubbles[0].ready if len(card.bubbles) == 1 else None
    text = ready.get("text") if ready is not None and ready.get("type") == "text" else None
    return text if isinstance(text, str) else None


def _of(text: str, place: Place, *, strict: bool) -> Iterator[Problem]:
    sign = next((sign for sign in text if category(sign) == "Cf" and sign != JOINER), None)
    if strict and sign is not None:
        message = say(
            "{text} holds the invisible sign {sign}, which nobody types",
            text=shown(text),
            sign=f"U+{ord(sign):04X}",
        )
        hint = say("delete the text, and type it anew: {text}", text=text.replace(sign, ""))
        yield mistake(place, "invisible-sign", message, hint=hint, level="warning")
    elif text in _KINDS:
        message = say("the rule hears only people who write {text} themselves", text=shown(text))
        hint = say("for what happens, write  when: {kind}", kind=text)
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
    elif len(text) > 1 and "*" in (text[0], text[-1]) and not _DIALLED.fullmatch(text):
        message = say('"*" in {text} stands for no other words', text=shown(text))
        hint = say("to hear texts with it in them, write  text_contains: {text}", text=text.strip("*"))
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
    elif len(text) > 1 and QUOTES.get(text[0]) == text[-1]:
        message = say(
            "the rule hears {text} only with {opening} and {closing} around it",
            text=shown(text),
            opening=text[0],
            closing=text[-1],
        )
        hint = say("write it without them:  {text}", text=text[1:-1])
        yield mistake(place, "quotes-in-text", message, hint=hint, level="warning")
