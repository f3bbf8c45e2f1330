"""What is counted of turns, flows and menus (H7, G5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.model.mark import Mark
from bot.model.promotions import kinds

ENTERED = "entered"
"""A flow was entered."""
PASSED = "passed"
"""A rule of a flow was carried out: state, the rule's key, the next state (empty: none)."""
FINISHED = "finished"
"""A flow ended at one of its ends: the end."""
LEFT = "left"
"""A flow was left before any end: state, why."""
HELD = "held"
"""Somebody waits at the door of a state: state, why (`HeldBy`)."""
PUSHED = "pushed"
"""A journey's push was decided: state."""
SKIPPED = "skipped"
"""A journey's push was not made: state, why; and `DECIDED`, where it was counted as decided before."""
DECIDED = "decided"
CARD_LEFT_OUT = "card left out"
"""Why one was not made of which nothing was left once it was filled."""
REFUSED_AT_SHOP = "marketing refused at the shop"
MISSED = "missed"
"""Of those who finished a flow: somebody of whose pushes one was skipped: the end."""
SENT = "sent"
"""LINE has taken a journey's push: state, with what (`reply`: free; `push`)."""
FAILED = "failed"
"""A journey's push was given up: state, the reason stored with the dead letter."""
TAPPED = "tapped"
"""An area of a rich menu was tapped: the tap's key. No flow has it."""
BOUND = "bound"
"""Somebody was bound to a clerk: the clerk's number, the store; of `OF_BINDINGS`: `phone`, `shop`."""
JOINED = "joined"
"""The same, and they had become a friend of the account within the day before: whom the clerk has brought."""

OF_CLERKS = "clerks:"
"""Instead of a flow: what is counted of clerks. No flow is called so."""
MOVED = "moved"
"""Instead of a rule's key: the playbook says that who was in a state is in another one."""


OF_BINDINGS = "bindings:"
"""Instead of a flow: phones and shop accounts that were bound. No flow is called so."""
PROMOTIONS = frozenset(kind.counted for kind in kinds() if kind.counted)
"""Instead of a flow: what is counted of a kind of promotion, which is added up over all days, too."""
OF_GOALS = "goals:"
"""Instead of a flow: what people reach that a broadcast or a flow is for. No flow is called so."""
OF_ORDERS = "orders:"
"""Instead of a flow: orders of the shop, by key, amount and when they were placed. No flow is called so."""
PAID = "paid"
CALLED_OFF = "called_off"
PARTIALLY_REFUNDED = "partially_refunded"
"""An order was paid; it was cancelled or refunded; a part was refunded, and so much stays paid. Counted by
day without key and amount."""
REACHED = "reached"
"""A goal was reached, or somebody was bound: which."""
BEGUN = "begun"
"""A flow with a goal was begun: by which name; with a split, its name and the person's group just then."""


def indexed_as(mark: Mark) -> str | None:
    """The name by which rows with this mark are found by time, of all people; `None`: they are not."""
    match mark:
        case Mark(flow="goals:", about=(name, *_)):
            return name
        case Mark(flow="orders:" | "bindings:" as kind):
            return kind
        case Mark(flow="", what="tapped", about=(key,)):
            return tapped_area(key)
        case _:
            found = (kind.indexed(mark) for kind in kinds() if kind.counted == mark.flow)
            return next(found, None)


def tapped_area(key: str) -> str:
    """The name by which rows are found in which this area of a rich menu was tapped."""
    return f"area {key}"


def without_details(mark: Mark) -> Mark:
    """The mark as it is added to the counts of a day: an order without its key and amount."""
    return mark._replace(about=()) if mark.flow == OF_ORDERS else mark


class Counted(NamedTuple):
    """What one event adds to the counts of a day (YYYY-MM-DD, the team's)."""

    event: str
    day: str
    marks: tuple[Mark, ...]


class Count(NamedTuple):
    """How often something happened on a day (YYYY-MM-DD, the team's)."""

    day: str
    mark: Mark
    number: int


class StateCount(NamedTuple):
    """How many people are in a state of a flow on a channel; `held` is why they go no further.

    They wait at its door, or (`brake`) for what has come due while pushes are stopped.
    """

    channel: str
    state: str
    held: str | None
    number: int


@dataclass(frozen=True, slots=True)
class PushFigures:
    """What became of a journey's pushes: how many were due, and of those sent, failed, skipped (by reason).

    The others wait. Of `finished` people `missed` had a push skipped.
    """

    due: int = 0
    sent: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    finished: int = 0
    missed: int = 0


def push_figures(counts: Iterable[Count]) -> PushFigures:
    """Of all that was counted of a flow."""
    number, why = Counter[str](), Counter[str]()
    for _, mark, many in counts:
        number[mark.what] += many
        if mark.what == SKIPPED and len(mark.about) > 1:
            why[mark.about[1]] += many
            number[DECIDED] += many * (DECIDED in mark.about[2:])
    skipped = number[SKIPPED] - number[DECIDED]
    return PushFigures(
        number[PUSHED] + skipped,
        number[SENT],
        number[FAILED],
        dict(why.most_common()),
        number[FINISHED],
        number[MISSED],
    )


class PromotionSum(NamedTuple):
    """How often something happened to a coupon, stamp card, draw or campaign, in all.

    `part`: in which store, by which prize, or why not; empty: none.
    """

    what: str
    name: str
    part: str
    number: int


class PromotionDay(NamedTuple):
    """How often something happened to one of them on a day (YYYY-MM-DD, the team's)."""

    day: str
    what: str
    number: int
