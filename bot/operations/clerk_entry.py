"""A clerk added or changed one by one, by the laws of a table of clerks (D1).

All of it may raise `LineRefused`, `NoClerk` and `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.clerk import StoreClerk
from bot.model.translatable import tr
from bot.operations.audit_trail import audited
from bot.operations.clerk_file import clerk_after, other_zeros, parse_clerk_line
from bot.operations.clerk_import import is_twin
from bot.operations.clerks import NoClerk, change, those
from bot.operations.import_report import LineRefused
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

May = Callable[[StoreClerk], bool]
"""Whether the actor looks after a clerk, as they were and are to be."""


@dataclass(frozen=True, slots=True)
class ClerkChange:
    """A clerk before and after; `left_behind`: people who stay with the store that was theirs."""

    before: StoreClerk
    after: StoreClerk
    left_behind: int = 0


def everyone(clerk: StoreClerk) -> bool:
    """Of who looks after all clerks."""
    return True


async def add_clerk(
    people: Stores, playbook: Playbook, cells: Mapping[str, str], actor: str, may: May = everyone
) -> StoreClerk:
    """A new clerk, as the cells of a line say, with a code where they work in a store."""
    now = await now_among(people)
    line = parse_clerk_line(cells, playbook, now)
    clerk = clerk_after(None, line, now)
    _refuse_others(clerk, may)
    known = await people.clerks.of({clerk.number, *other_zeros(clerk.number)})
    if clerk.number not in known and known:
        raise LineRefused(is_twin(clerk.number, min(known)), "number")
    async with audited(people, AuditEntry("clerk_added", actor, now, clerk.number)):
        if clerk.number in known or await people.clerks.write([(clerk, None)]):
            says = tr("there is a clerk with the number {number} already", number=clerk.number)
            raise LineRefused(says, "number")
    return clerk


async def change_clerk(
    people: Stores,
    playbook: Playbook,
    number: str,
    cells: Mapping[str, str],
    actor: str,
    may: May = everyone,
) -> ClerkChange:
    """What the cells say of this clerk from now on; an empty one says nothing. Who is suspended stays so."""
    now, [clerk] = await now_among(people), await those(people, [number])

    def changed(clerk: StoreClerk) -> StoreClerk:
        _refuse_others(clerk, may)
        after = _changed(clerk, playbook, cells, now)
        _refuse_others(after, may)
        return after

    if changed(clerk) == clerk:
        return ClerkChange(clerk, clerk)
    async with audited(people, AuditEntry("clerk_changed", actor, now, clerk.number)) as doing:
        before = await change(people, clerk.number, changed)
        [after] = await those(people, [clerk.number])
        if moved := before.store != after.store:
            doing.update(before=playbook.store_title(before.store), after=playbook.store_title(after.store))
    left = await people.clerks.how_many_people([clerk.number]) if moved and before.store else {}
    return ClerkChange(before, after, left.get(clerk.number, 0))


def _changed(clerk: StoreClerk, playbook: Playbook, cells: Mapping[str, str], now: datetime) -> StoreClerk:
    written = {column: cell for column, cell in cells.items() if cell}
    place = clerk.group if written.get("role", clerk.role) == "group" else clerk.store
    stays = {"number": clerk.number, "name": clerk.name, "role": clerk.role, "store": place}
    return clerk_after(clerk, parse_clerk_line({**stays, **written}, playbook, now), now)


def _refuse_others(clerk: StoreClerk, may: May) -> None:
    if not may(clerk):
        raise NoClerk(tr("somebody else looks after this clerk"))
