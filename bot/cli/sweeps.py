"""What time changes without an event of theirs: rich menus and audiences, wired to the runtime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.cli.database import OpenDatabase
from bot.cli.live import Live
from bot.engine.next_sweep import next_audience_sweep, next_menu_sweep
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.runtime.audience_sweep import AudienceSweep
from bot.runtime.menu_ids import MenuIds
from bot.runtime.menu_sweep import MenuSweep
from bot.runtime.process import Runtime
from bot.store.audience_people import AudiencePeople
from bot.store.menu_people import MenuPeople
from bot.store.rich_menus import RichMenuMappings


@dataclass(frozen=True, slots=True)
class Sweeps:
    """Both sweeps of this process."""

    live: Live
    menus: MenuSweep
    audiences: AudienceSweep

    @property
    def are_at_rest(self) -> bool:
        """Whether nothing is to be swept just now."""
        return self.menus.is_at_rest and self.audiences.is_at_rest

    async def next(self, after: datetime, until: datetime) -> datetime | None:
        """The first moment later than `after` and by `until` at which there is something to look at."""
        found = (moment(self.live.playbook, after) for moment in (next_menu_sweep, next_audience_sweep))
        return min((moment for moment in found if moment is not None and moment <= until), default=None)


def sweeps(
    live: Live,
    opened: OpenDatabase,
    ids: MenuIds,
    credit: Callable[[str], SmsCredit],
    runtime: Runtime,
    clock: PatientClock,
) -> Sweeps:
    """The sweeps, which work as long as `runtime` does."""
    database, hear, owns = opened.database, runtime.receiver.store, runtime.ownership.owns
    menus = MenuSweep(
        lambda: live.playbook,
        MenuPeople(database, opened.seal),
        ids,
        RichMenuMappings(database).linked,
        live.account,
        credit,
        hear,
        owns,
        clock,
    )
    ids.on_change(menus.wake)
    people = AudiencePeople(database, opened.seal)
    audiences = AudienceSweep(lambda: live.playbook, people, credit, hear, owns, clock)
    runtime.also("rich menus of people", menus.run)
    runtime.also("audiences", audiences.run)
    runtime.metrics.add(menus.people)
    return Sweeps(live, menus, audiences)
