"""Which rules would nearly have heard a text: for whoever wonders why the bot did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from unicodedata import category

from bot.engine.heard import Heard
from bot.engine.holds import Asked, holds
from bot.engine.how_often import limit_of
from bot.engine.playbook import Playbook
from bot.engine.rule import OnText, OnTextContaining, Rule, Trigger
from bot.engine.text import fold
from bot.model.place import Place
from bot.playbook.characters import simplified

How = Literal["marks", "within", "part"]
"""Only marks, spaces, width or characters differ · the text has more in it · the text is a part of it."""

MOST = 3
"""So many are told: more would bury the nearest."""
SHORTEST = 2
"""Letters that two texts must share, where one is within the other: a single one says nothing."""
_ORDER: tuple[How, ...] = ("marks", "within", "part")


@dataclass(frozen=True, slots=True)
class Near:
    """A rule that waits for nearly what was said: for which text, and how that differs."""

    place: Place
    text: str
    how: How


def near_rules(playbook: Playbook, said: str, asked: Asked) -> tuple[Near, ...]:
    """The nearest first, each text once; of rules that would take the right text from this person now.

    Only for a text that no rule took, or one for all the rest.
    """
    heard = {rule.place for rule, _ in playbook.index.hearing(Heard("text", said), asked.when)}
    found: dict[str, Near] = {}
    for rule in playbook.rules:
        near = None if rule.place in heard else _nearest(rule.place, rule.when, said)
        if near is not None and _would_take(rule, asked):
            found.setdefault(near.text, near)
    return tuple(sorted(found.values(), key=lambda near: _ORDER.index(near.how))[:MOST])


def _would_take(rule: Rule, asked: Asked) -> bool:
    if rule.condition is not None and not holds(rule.condition, asked):
        return False
    return not (rule.limited and limit_of(rule, asked) is not None)


def _nearest(place: Place, triggers: tuple[Trigger, ...], said: str) -> Near | None:
    ways = (Near(place, text, how) for trigger in triggers for text, how in _ways(trigger, said))
    return min(ways, key=lambda near: _ORDER.index(near.how), default=None)


def _ways(trigger: Trigger, said: str) -> Iterator[tuple[str, How]]:
    match trigger:
        case OnText(texts):
            whole = True
        case OnTextContaining(texts, every=False):
            whole = False
        case _:
            return
    letters = _letters(said)
    for text in texts:
        wanted = _letters(text)
        if not letters or not wanted:
            continue
        if letters == wanted or (not whole and wanted in letters):
            yield text, "marks"
        elif len(wanted) >= SHORTEST and wanted in letters:
            yield text, "within"
        elif len(letters) >= SHORTEST and letters in wanted:
            yield text, "part"


@lru_cache(10_000)
def _letters(text: str) -> str:
    """The text as it is compared, without what one hardly hears: marks, spaces, which characters are used."""
    return "".join(one for one in simplified(fold(text)) if category(one)[0] not in "PZC")
