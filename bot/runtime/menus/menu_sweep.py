"""Changes rich menus of people without an event of theirs: found, recorded, linked at LINE in bulk.

Causes: the end of a term, opening hours, a time in a condition, another list of menus, a sync. One process
does it, the owner of part 0. Each batch is stored first, so that after a crash the next process finishes it.

A person's record has the name of a menu, never LINE's id; ids lie in one document for each channel, which a
sync writes. A batch is stored before the records, and those before the call; a turn meanwhile wins or loses
by `rev`. LINE's bulk links take effect some seconds later, so a person with another menu by then is linked
once more.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_choice import choices
from bot.engine.menus.sweep import next_menu_sweep
from bot.engine.times.bounds import When
from bot.line.outcome import Accepted, CallResult, NotSent, Refused, Throttled, Unknown
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.model.event import MENU_AGAIN, News
from bot.model.menus import MenuBatch, MenuMapping, MenuPerson
from bot.runtime.bulk import LOOK, Backoff, ScanTimes, keep_looking, pages
from bot.runtime.metrics import Tally
from bot.runtime.ports import LineAccount
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_news
from bot.store.contacts.menu_people import MenuPeople
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.menus")

TAKES = timedelta(seconds=10)
"""The time that LINE takes to carry out a bulk call ("a few seconds"), at most."""
CAME_IN = timedelta(seconds=3)
"""Pause after an import of people, after which their menus are checked together."""
LOG_EVERY = 10_000
"""People between two lines of the log."""


class Mappings(Protocol):
    """LINE's ids of the playbook's menus: `bot.runtime.menus.menu_ids.MenuIds`."""

    def line_id(self, channel: str, menu: str) -> str | None: ...
    def mapping(self, channel: str) -> MenuMapping: ...
    async def refresh(self) -> None: ...


class NotNow(Exception):
    """LINE did not take a bulk call, or the part is another process's: it goes on from the batch later."""


@dataclass(slots=True)
class _Channel:
    """The state of a channel: when it is swept, how far new menus are, LINE's refusals."""

    times: ScanTimes = field(default_factory=ScanTimes)
    reached: dict[str | None, str] = field(default_factory=dict)
    refusals: Backoff = field(default_factory=Backoff)


@dataclass(eq=False, repr=False)
class MenuSweep:
    """`run` sweeps for ever; `look` does what is due now.

    `linked(channel, menu)` is called when all people of a menu that is new at LINE have it.

    `credit(channel)` is the SMS credit for conditions; `store_events` stores events of ours; `lists()`
    returns another number when the lists of people have changed.
    """

    _playbook: Callable[[], Playbook]
    _people: MenuPeople
    _mappings: Mappings
    _linked: Callable[[str, str], Awaitable[None]]
    _account: Callable[[str], LineAccount | None]
    _credit: Callable[[str], SmsCredit]
    _store_events: StoreEvents
    _owns: Callable[[int], bool]
    _clock: PatientClock
    _lists: Callable[[], int] = lambda: 0
    _channels: dict[str, _Channel] = field(init=False, default_factory=dict)
    _woken: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _looking: bool = field(init=False, default=False)
    people: Tally = field(
        init=False,
        default_factory=lambda: Tally(
            "oaflow_menu_sweep_people", "People linked to a menu in bulk.", "channel"
        ),
    )

    def wake(self, channel: str) -> None:
        """Look now: something may have changed there."""
        self._woken.set()

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be swept just now; what LINE has refused is tried again later."""
        if self._looking or self._woken.is_set():
            return False
        due = (self._is_due(name) and self._may(name) for name in self._playbook().channels)
        return not (self._owns(0) and any(due))

    async def run(self) -> None:
        """Look again and again, for ever."""
        await keep_looking(self._look_if_ours, self._clock, LOOK, self._woken)

    async def _look_if_ours(self) -> None:
        if self._owns(0):
            await self.look()
        else:
            self._channels.clear()  # another owner may have changed things meanwhile

    async def look(self) -> None:
        """Go on with what was begun; sweep the channels where somebody may see another menu by now."""
        self._looking = True
        try:
            waiting = await self._people.waiting()
            for channel in self._playbook().channels:
                if self._may(channel):
                    state = self._channels.setdefault(channel, _Channel())
                    await self._try(channel, state, waits=channel in waiting)
        finally:
            self._looking = False

    def _may(self, channel: str) -> bool:
        """Whether the pause after a refusal of LINE is over."""
        state = self._channels.get(channel)
        return state is None or state.refusals.may(self._clock.now())

    async def _try(self, channel: str, state: _Channel, *, waits: bool) -> None:
        try:
            await self._look_at(channel, state, waits=waits)
        except NotNow as error:
            if state.refusals.failed(self._clock.now()):
                log.warning("rich menus of %s: %s; it goes on later", channel, error)
        except DatabaseUnavailable:
            pass  # the next look goes on
        else:
            if failures := state.refusals.went_well():
                log.warning("rich menus of %s: they go on, after %d attempts", channel, failures)

    async def _look_at(self, channel: str, state: _Channel, *, waits: bool) -> None:
        """`waits`: a batch is unfinished there, or a repair was ordered."""
        now = self._clock.now()
        for batch in await self._people.unfinished(channel, now - TAKES, now) if waits else ():
            await self._go_on(batch)
        came = await self._people.look_asked(channel) if waits else None
        if came is not None and not came <= now < came + CAME_IN:
            await self._sweep(channel, state)
            await self._people.looked(channel, came)
        elif self._is_due(channel):
            await self._sweep(channel, state)
        for menu in self._mappings.mapping(channel).fresh:
            if self.can_show(channel, menu):
                await self._anew(channel, menu, state)
                await self._linked(channel, menu)
                await self._mappings.refresh()
                state.reached.pop(menu, None)
        if waits and await self._people.asked(channel):
            await self._everybody(channel, state)

    async def _everybody(self, channel: str, state: _Channel) -> None:
        """Repair links that other systems have made, as ordered by staff."""
        for menu in (*(menu.name for menu in self._playbook().menus_on(channel)), None):
            if self.can_show(channel, menu):
                await self._anew(channel, menu, state)
        await self._people.answered(channel)
        state.reached.clear()

    async def _anew(self, channel: str, menu: str | None, state: _Channel) -> None:
        """Link all people who are recorded with a menu."""
        page = partial(self._people.recorded, channel, menu)
        changed = await self._change(channel, menu, page, state.reached)
        if changed:
            log.info("rich menus of %s: linked anew to %s: %d people", channel, menu or "none", changed)

    def can_show(self, channel: str, menu: str | None) -> bool:
        """Whether LINE can show it; `None` it can always."""
        return menu is None or self._mappings.line_id(channel, menu) is not None

    # Sweeping

    def _is_due(self, channel: str) -> bool:
        state = self._channels.get(channel) or _Channel()
        return state.times.are_due(self._list(channel), self._clock.now())

    def _list(self, channel: str) -> tuple[object, ...]:
        """The values that decide menus: when one changes, all people are checked again."""
        playbook = self._playbook()
        paused = tuple(menu.name for menu in playbook.menus if menu.paused)
        return playbook.version, self._mappings.mapping(channel).rev, self._lists(), paused

    async def _sweep(self, channel: str, state: _Channel) -> None:
        playbook, now, seen = self._playbook(), self._clock.now(), self._list(channel)
        when, pins = When(now, playbook.zone), [menu.name for menu in playbook.menus_on(channel)]
        changed = 0
        for choice in choices(playbook, channel, now):
            if self.can_show(channel, choice.menu):
                credit = self._credit(channel)
                page = partial(self._people.others, channel, choice, pins, when, credit)
                changed += await self._change(channel, choice.menu, page)
        for menu in pins:
            if self.can_show(channel, menu):
                changed += await self._change(channel, menu, partial(self._people.pinned, channel, menu, now))
        if changed:
            log.info("rich menus of %s: %d people see another one", channel, changed)
        state.times.scanned(seen, now, next_menu_sweep(playbook, now))

    async def _change(
        self,
        channel: str,
        menu: str | None,
        page: Callable[[str], Awaitable[list[MenuPerson]]],
        reached: dict[str | None, str] | None = None,
    ) -> int:
        """Show this menu to all these people, page after page; how many.

        `reached` remembers how far it came, for those who look the same before and after.
        """
        reached, changed = {} if reached is None else reached, 0
        async for people in pages(page, lambda one: one.contact, reached.get(menu, "")):
            batch = MenuBatch(uuid.uuid4().hex, channel, menu, tuple(people))
            await self._people.begin(batch)
            reached[menu] = people[-1].contact
            await self._go_on(batch)
            changed += len(people)
            if changed // LOG_EVERY > (changed - len(people)) // LOG_EVERY:
                log.info("rich menus of %s: %d people so far", channel, changed)
        return changed

    # One batch

    async def _go_on(self, batch: MenuBatch) -> None:
        """Do what is left to be done of a batch, as far as it can be done now."""
        if batch.called is None:
            await self._people.record(batch)
            seen = await self._people.seen(batch)
            await self._turns(batch, seen, "overtaken")
            people = [person.user for person in batch.people if seen.get(person.contact)]
            await self._call(batch.channel, batch.menu, people)
            await self._people.called(batch.id, self._clock.now())
        else:
            await self._settle(batch)

    async def _settle(self, batch: MenuBatch) -> None:
        """Link once more where a person got another menu before LINE had carried the batch out."""
        await self._turns(batch, await self._people.seen(batch), "settled")
        await self._people.end(batch.id)

    async def _turns(self, batch: MenuBatch, seen: Mapping[str, bool], why: str) -> None:
        """A turn, which chooses and links by itself, for people who are not recorded with the batch's menu.

        `overtaken`: they had a turn meanwhile, or a link of theirs is under way, decided at an unknown
        moment. `settled`: LINE may have carried the batch out after their link.
        """
        now = self._clock.now()
        users = {person.contact: person.user for person in batch.people}
        news, cause = News(MENU_AGAIN, batch.channel), f"{batch.id} {why}"
        again = [
            own_news(contact, batch.channel, news, cause, now, users[contact])
            for contact, same in seen.items()
            if not same
        ]
        if again:
            await self._store_events(again, STORE_SECONDS)

    async def _call(self, channel: str, menu: str | None, users: Sequence[str]) -> None:
        """Link up to 500 people at LINE. Raises `NotNow`."""
        if not users:
            return
        if not self._owns(0):
            raise NotNow("another process goes on with it")
        if (account := self._account(channel)) is None:
            return  # the channel is gone
        line = None if menu is None else self._mappings.line_id(channel, menu)
        if menu is not None and line is None:
            return  # gone since; once it is there again, the sync has all its people linked
        calls = account.rich_menus
        outcome = await (calls.bulk_unlink(users) if line is None else calls.bulk_link(line, users))
        match outcome:
            case Accepted():
                self.people.inc(channel, by=len(users))
            case Refused(kind="not-found"):
                await self._mappings.refresh()
                if menu is not None and self._mappings.line_id(channel, menu) not in (None, line):
                    await self._call(channel, menu, users)
                else:
                    log.error('the rich menu "%s" of %s is gone at LINE: oaflow richmenu sync', menu, channel)
            case Refused(kind="bad-request") if len(users) > 1:  # one of them is none that LINE knows
                half = len(users) // 2
                await self._call(channel, menu, users[:half])
                await self._call(channel, menu, users[half:])
            case Refused(kind="bad-request", message=message):
                log.error("LINE links one person of %s to no rich menu: %s", channel, message)
            case _:
                raise NotNow(_why(outcome))


def _why(outcome: CallResult) -> str:
    match outcome:
        case Refused(status=status, message=message):
            return f"LINE says {status}: {message}"
        case Throttled():
            return "LINE limits the rate of bulk calls"
        case Unknown(reason=reason) | NotSent(reason=reason):
            return f"LINE did not take a bulk call: {reason}"
        case Accepted():
            raise ValueError("it was taken")
