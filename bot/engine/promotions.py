"""What each kind of promotion gives the engine: an `EnginePart`, in its folder `bot/promotions/KIND`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.step import Step
from bot.engine.members.laws import FieldsLaw
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model import trace
from bot.model.contact import Contact
from bot.model.event import Follow, News, Outcome
from bot.model.page_state import PageState
from bot.model.promotions import Parts
from bot.model.screen import Screen
from bot.model.trace import TraceNote
from bot.model.value import Value

T = TypeVar("T")


TurnHook: TypeAlias = Callable[[Turn], None]


def _no_button(turn: Turn, page: PageState, text: str) -> None:
    turn.note(notes.NOT_THE_BUTTON)


@dataclass(frozen=True, slots=True)
class EnginePart:
    """What one kind does in a turn."""

    shown: Callable[[Playbook, Contact, PageState, datetime], Screen]
    """The screen of its built-in page."""
    laws: tuple[FieldsLaw, ...] = ()
    """What becomes of what contacts hold of it where two become one, and two again."""
    do: Mapping[type[Step], Callable[[Turn, Any, Doing], None]] = field(default_factory=dict)
    """Its actions in playbooks, with what carries each out."""
    acts: Mapping[type[Any], Callable[[Turn, Any], None]] = field(default_factory=dict)
    """Its events (`PromotionAct`): what staff, programs and other contacts do to what a contact holds."""
    outcome: Callable[[Turn, Outcome], Mapping[str, Value]] | None = None
    """The fields of its news, which an outcome of a request for one becomes; `None`: outcomes are no news."""
    only_shown: Callable[[Outcome], bool] = lambda outcome: False
    """Whether an outcome is no news: only the page or the staff that made the request see it."""
    takes: Callable[[Turn, Outcome], None] | None = None
    """Stores what an outcome brings in the contact, also where no flow waits for it any more."""
    opened: TurnHook | None = None
    """Its page was opened."""
    answered: Callable[[Turn, PageState, str], None] = _no_button
    """A button on its page was pressed, with this text."""
    time_passed: TurnHook | None = None
    """What time alone does to what the contact holds, at each turn of one that holds something."""
    playbook_changed: TurnHook | None = None
    rewritten: TurnHook | None = None
    """Another contact became part of this one, or went."""
    ordered: Callable[[Turn, News], None] | None = None
    """The shop has news of an order."""
    followed: Callable[[Turn, Follow], None] | None = None
    """The contact has become a friend of the account."""
    goes_on: Callable[[Turn], bool] | None = None
    """All events are decided: whether something follows from what the contact holds that is news."""
    endings: Callable[[Contact, Playbook], Iterable[datetime]] | None = None
    """When something that the contact holds is over, or it is to be reminded."""


ENGINE_PARTS = Parts("engine", EnginePart)


def hooks(of: Callable[[EnginePart], T | None]) -> tuple[T, ...]:
    """The functions of all kinds in one field of `EnginePart`; a kind without one is left out."""
    return tuple(hook for part in ENGINE_PARTS if (hook := of(part)) is not None)


@cache
def part_of_page(page: str) -> EnginePart | None:
    """The kind whose page this is."""
    return next((part for kind, part in ENGINE_PARTS.by_kind.items() if kind.page == page), None)


@cache
def acts() -> Mapping[type[Any], Callable[[Turn, Any], None]]:
    """What is done to what contacts hold, by its kind."""
    return ENGINE_PARTS.table(lambda part: part.acts)


def note_from(code: str, values: list[Any]) -> TraceNote | None:
    """`bot.model.trace.note_from`, with what any kind notes."""
    tuple(ENGINE_PARTS)  # which have their kinds of notes
    return trace.note_from(code, values)
