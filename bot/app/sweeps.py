"""The sweeps, wired: what changes for people without an event of theirs.

Time, or a list that is read anew, moves people between audiences and rich menus (`ListSweep`, `MenuSweep`,
`AudienceSweep`). People are erased as ordered (`ErasureSweep`). What `privacy.keep` ends is removed, and
people who left are erased (`RetentionSweep` with `LeftContacts`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.app.context import AppContext
from bot.app.live import Live
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.sweep import MovedByTime, next_audience_sweep, next_menu_sweep
from bot.engine.times.bounds import When
from bot.model.contact import Contact
from bot.model.decision import SmsCredit
from bot.runtime.menus.menu_sweep import MenuSweep
from bot.runtime.ports import PersonMenus
from bot.runtime.process import Runtime
from bot.runtime.sweeps.audience_sweep import AudienceSweep, ListSweep
from bot.runtime.sweeps.erased_menus import remove_menus
from bot.runtime.sweeps.erasures import ErasureSweep, ErasureWork
from bot.runtime.sweeps.left_contacts import LeftContacts, PeopleStores
from bot.runtime.sweeps.phone_ends import PhoneEndSweep
from bot.runtime.sweeps.retention import RetentionStores, RetentionSweep

LOOKS_AT_ONCE = 100
"""Moments that are tested before the event loop runs other tasks."""


@dataclass(frozen=True, slots=True)
class Sweeps:
    """The sweeps that the simulator waits for, and the next moment at which one finds somebody."""

    live: Live
    lists: ListSweep
    menus: MenuSweep
    audiences: AudienceSweep
    credit: Callable[[str], SmsCredit]
    people: Callable[[], Awaitable[list[Contact]]]

    @property
    def are_at_rest(self) -> bool:
        """Whether nothing is to be swept just now."""
        return self.lists.is_at_rest and self.menus.is_at_rest and self.audiences.is_at_rest

    async def next_moment(self, after: datetime, until: datetime) -> datetime | None:
        """The first moment after `after`, by `until`, at which somebody belongs to another audience or menu.

        The simulator moves its clock there at once. Contacts are read as they are now, for nothing happens
        to them before that moment.
        """
        playbook, people = self.live.playbook, None
        moved = MovedByTime(playbook, self.credit, self.menus.can_show)
        for number, moment in enumerate(_looks(playbook, after, until)):
            people = await self.people() if people is None else people
            when = When(moment, playbook.zone)
            if any(moved.is_found(contact, when) for contact in people):
                return moment
            if number % LOOKS_AT_ONCE == LOOKS_AT_ONCE - 1:
                await asyncio.sleep(0)
        return None


def _looks(playbook: Playbook, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments after `after`, by `until`, at which a sweep of menus or audiences is due."""
    while True:
        found = (moment(playbook, after) for moment in (next_menu_sweep, next_audience_sweep))
        following = min((moment for moment in found if moment is not None), default=None)
        if following is None or following > until:
            return
        yield (after := following)


def sweeps(serving: AppContext, credit: Callable[[str], SmsCredit], runtime: Runtime) -> Sweeps:
    """Start all sweeps, which work as long as `runtime` does; returns those that the simulator waits for."""
    live, ids, clock, brake = serving.live, serving.menus, serving.clock, serving.brake
    stores, hear, owns = serving.begun.opened.stores, runtime.receiver.store, runtime.ownership.owns
    lists = ListSweep(live.playbook_now, stores.listed, owns, clock)
    menus = MenuSweep(
        live.playbook_now,
        stores.menu_people,
        ids,
        stores.rich_menus.linked,
        live.account,
        credit,
        hear,
        owns,
        clock,
        lambda: lists.changed,
    )
    ids.on_change(menus.wake)
    audiences = AudienceSweep(
        live.playbook_now,
        stores.audience_people,
        credit,
        hear,
        owns,
        clock,
        lambda: lists.changed,
        lambda: brake.brake,
    )

    def rich_menus(channel: str) -> PersonMenus | None:
        return None if (account := live.account(channel)) is None else account.rich_menus

    work = ErasureWork(
        stores.eraser, stores.erasures, stores.sendings, clock, partial(remove_menus, rich_menus)
    )

    stored = RetentionStores(stores.expired_rows, stores.retention, stores.conversations, stores.audit)
    left = PeopleStores(stores.left_people, stores.retention, stores.eraser, stores.erasures)
    left_contacts = LeftContacts(left, work.remove_menus, lambda: owns(0))
    retention = RetentionSweep(live.playbook_now, stored, left_contacts, owns, clock)

    def forget(contact: str, gone: datetime) -> None:
        """Remove from the memory of this process who was erased at `gone`."""
        runtime.turns.recent.drop(contact)
        runtime.sender.forget(contact, gone)
        runtime.profiles.forget(contact)

    erasing = ErasureSweep(work, stores.erasures, owns, forget, clock)
    runtime.also("erasures", erasing.run)
    runtime.also("privacy.keep", retention.run)
    runtime.also("lists of people", lists.run)
    runtime.also("ends of phones", PhoneEndSweep(stores.phone_ends, owns, clock).run)
    runtime.also("rich menus of people", menus.run)
    runtime.also("audiences", audiences.run)
    runtime.metrics.add(menus.people)
    return Sweeps(live, lists, menus, audiences, credit, stores.contacts.people)
