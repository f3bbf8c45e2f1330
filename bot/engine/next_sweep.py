"""When does time alone change who sees which rich menu, or who is in an audience (semantics 24, 25)?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.engine.condition import (
    Ago,
    All,
    Anniversary,
    Any,
    AttributeTest,
    Condition,
    ContactTest,
    DateWord,
    During,
    HasTag,
    InMonth,
    Is,
    Not,
    OnDay,
    Order,
    SmsCreditIs,
    Test,
)
from bot.engine.playbook import Playbook

QUARTER = timedelta(minutes=15)
"""How long time may have changed a condition, other than by hours, before a sweep sees it."""


def next_menu_sweep(playbook: Playbook, after: datetime) -> datetime | None:
    """The first moment later than `after` at which time may have changed who sees which menu."""
    menus = [menu for menu in playbook.menus if not menu.paused]
    terms = (moment for menu in menus for moment in (menu.since, menu.until) if moment is not None)
    conditions = [menu.condition for menu in menus if menu.condition is not None]
    return _first((*terms, *_moments(playbook, conditions, after)), after)


def next_audience_sweep(playbook: Playbook, after: datetime) -> datetime | None:
    """The first moment later than `after` at which time may have changed who is in a watched audience."""
    return _first(_moments(playbook, swept_audiences(playbook).values(), after), after)


def swept_audiences(playbook: Playbook) -> dict[str, Condition]:
    """The audiences that rules watch and that time alone changes."""
    return {
        name: condition
        for name, condition in playbook.watched.items()
        if any(_asks_the_time(part) for part in _parts(condition))
    }


def _moments(playbook: Playbook, conditions: Iterable[Condition], after: datetime) -> Iterator[datetime]:
    for condition in conditions:
        for part in _parts(condition):
            if isinstance(part, During):
                change = part.hours.next_change(after, playbook.zone)
                if change is not None:
                    yield change
            elif _asks_the_time(part):
                yield after + QUARTER - (after - datetime.min.replace(tzinfo=after.tzinfo)) % QUARTER


def _first(moments: Iterable[datetime], after: datetime) -> datetime | None:
    return min((moment for moment in moments if moment > after), default=None)


def _parts(condition: Condition) -> Iterator[Condition]:
    """The conditions that one is made of."""
    match condition:
        case All(parts=parts) | Any(parts=parts):
            for part in parts:
                yield from _parts(part)
        case Not(part=part):
            yield from _parts(part)
        case _:
            yield condition


def _asks_the_time(condition: Condition) -> bool:
    """A tag's own end and that of a pinned menu need no sweep: they are timers of their persons."""
    match condition:
        case During() | SmsCreditIs():
            return True
        case HasTag(within=within, over=over):
            return within is not None or over is not None
        case AttributeTest(tests=tests) | ContactTest(tests=tests):
            return any(_changes_by_itself(test) for test in tests)
        case _:
            return False


def _changes_by_itself(test: Test) -> bool:
    match test:
        case Ago() | OnDay() | Anniversary() | InMonth():
            return True
        case Order(value=value):
            return isinstance(value, DateWord)
        case Is(values=values):
            return any(isinstance(value, DateWord) for value in values)
        case _:
            return False
