"""What each kind of promotion gives the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.promotion_section import PromotionSection
from bot.engine.compiled.step import Step
from bot.model import trace
from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.model.page_state import PageState
from bot.model.promotions import parts_of
from bot.model.screen import Screen
from bot.model.trace import TraceNote
from bot.model.value import Value


def _never(outcome: Outcome) -> bool:
    return False


def _nothing(turn: Any, *about: Any) -> None:
    pass


def _no_news(turn: Any) -> bool:
    return False


def _no_endings(contact: Contact, playbook: Playbook) -> Iterable[datetime]:
    return ()


def _no_button(turn: Any, page: PageState, text: str) -> None:
    turn.note(notes.NOT_THE_BUTTON)


@dataclass(frozen=True, slots=True)
class EnginePart:
    """What one kind does in a turn, which its functions are given first.

    Its `section` makes the built-in `page`, whose screen is as `shown`; `opened`, `answered`: it was. `do`
    carries out its actions, `acts` what staff, programs and other contacts do to what a contact holds. What
    comes of asking for one is heard as `news`, whose fields `outcome` makes, unless it is `only_shown` where
    it was asked for; `takes` holds what it brings, whoever waits for it.
    """

    section: PromotionSection[Any]
    page: str
    shown: Callable[[Playbook, Contact, PageState, datetime], Screen]
    news: str = ""
    do: Mapping[type[Step], Callable[..., None]] = field(default_factory=dict)
    acts: Mapping[type[Any], Callable[..., None]] = field(default_factory=dict)
    outcome: Callable[..., Mapping[str, Value]] | None = None
    only_shown: Callable[[Outcome], bool] = _never
    takes: Callable[..., None] = _nothing
    opened: Callable[..., None] = _nothing
    answered: Callable[..., None] = _no_button
    time_passed: Callable[..., None] = _nothing
    """What time alone does, at each turn."""
    playbook_changed: Callable[..., None] = _nothing
    rewritten: Callable[..., None] = _nothing
    """Another contact became part of this one, or went."""
    ordered: Callable[..., None] = _nothing
    """The shop has news of an order."""
    followed: Callable[..., None] = _nothing
    """The contact has become a friend of the account."""
    prepares: Mapping[str, Callable[..., None]] = field(default_factory=dict)
    """By the group of a placeholder: makes what it shows, before it is shown."""
    goes_on: Callable[..., bool] = _no_news
    """All events are decided: whether something follows that is news."""
    endings: Callable[[Contact, Playbook], Iterable[datetime]] = _no_endings
    """When something that the contact holds is over, or it is to be reminded."""


def engine_parts() -> tuple[EnginePart, ...]:
    """Of all kinds."""
    return parts_of("engine")


@cache
def part_of_page(page: str) -> EnginePart | None:
    """The kind whose page this is."""
    return next((part for part in engine_parts() if part.page == page), None)


@cache
def acts() -> Mapping[type[Any], Callable[..., None]]:
    """What is done to what contacts hold, by its kind."""
    return {kind: act for part in engine_parts() for kind, act in part.acts.items()}


def note_from(code: str, values: list[Any]) -> TraceNote | None:
    """`bot.model.trace.note_from`, with what any kind notes."""
    engine_parts()  # which have their kinds of notes
    return trace.note_from(code, values)
