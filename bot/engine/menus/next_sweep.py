"""When does time alone change who sees which rich menu, or who is in an audience (semantics 24, 25)?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.around import During
from bot.engine.conditions.condition import Condition

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
        if any(leaf.moved_by_time for leaf in condition.leaves())
    }


def _moments(playbook: Playbook, conditions: Iterable[Condition], after: datetime) -> Iterator[datetime]:
    for condition in conditions:
        for leaf in condition.leaves():
            if isinstance(leaf, During):
                change = leaf.hours.next_change(after, playbook.zone)
                if change is not None:
                    yield change
            elif leaf.moved_by_time:
                yield after + QUARTER - (after - datetime.min.replace(tzinfo=after.tzinfo)) % QUARTER


def _first(moments: Iterable[datetime], after: datetime) -> datetime | None:
    return min((moment for moment in moments if moment > after), default=None)
