"""Pages that people open: what they do there is stored as an event, and its result is shown.

Pages have no state here but the requests that wait for a change (long polls): any process serves any step.

The id of a step derives from person, page and step, so one that is sent again counts once. The screen is a
pure function of contact and playbook (`engine/pages/screen`), the same for browsers and scenarios. A page's
step grows when its computed screen differs, so no change is missed.
"""

from __future__ import annotations

import asyncio
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.engine.pages.screen import screen_of
from bot.model.clock import PatientClock
from bot.model.contact import Contact, contact_id
from bot.model.event import Event, Facts, FormAct, PageAnswer, PageOpened, Profile, Source, What
from bot.model.processes import part_of
from bot.model.screen import UNBIND, Screen
from bot.model.stored import Stored
from bot.runtime.limits.personal_limits import RateGuard, TooFast
from bot.runtime.limits.places import PlaceWatch
from bot.runtime.pause import pause
from bot.runtime.signed_out import require_signed_in
from bot.services.own_events import StoreEvents, own_event
from bot.store.contacts.page_changes import PageChanges
from bot.store.events.inbox import Inbox
from bot.store.unavailable import DatabaseUnavailable


@dataclass(slots=True, eq=False)
class Waiter:
    """One held request (a long poll)."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    contact: Contact | None = None
    """The latest known state of the person; `None`: to be read."""
    decided: set[str] = field(default_factory=set)
    """Events of this person whose turns are known to be taken."""
    follows: set[str] = field(default_factory=set)
    """Ids of the contacts that it waits for."""

    def wake(self, contact: Contact | None, decided: Iterable[str] = ()) -> None:
        """Have the request look at the person again; `contact`: the new state, if it is known."""
        self.contact = contact
        self.decided.update(decided)
        self.woken.set()

    def take(self) -> Contact | None:
        """The contact that it was woken with, if any; the next `wake` wakes it again."""
        self.woken.clear()
        contact, self.contact = self.contact, None
        return contact


class LongPolls:
    """The held requests, by the contacts that they wait for."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[Waiter]] = {}
        self._came = asyncio.Event()

    @contextmanager
    def waiting(self) -> Iterator[Waiter]:
        """Within the block a request waits for the contacts that it `follow`s."""
        waiter = Waiter()
        try:
            yield waiter
        finally:
            for contact in waiter.follows:
                others = self._waiting[contact]
                others.discard(waiter)
                if not others:
                    del self._waiting[contact]

    def follow(self, waiter: Waiter, contact: str) -> None:
        """Wake this waiter by changes of this contact, too."""
        waiter.follows.add(contact)
        self._waiting.setdefault(contact, set()).add(waiter)
        self._came.set()

    def on_turn_written(self, contact: Contact, decided: Sequence[str]) -> None:
        """A turn of this process has written this contact, and decided these events."""
        for waiter in self._waiting.get(contact.id, ()):
            waiter.wake(contact, decided)

    def changed(self, contact: str) -> None:
        """Have waiters read this contact again: another process has written it, or may have."""
        for waiter in self._waiting.get(contact, ()):
            waiter.wake(None)

    def found(self, stored: Mapping[str, Stored]) -> None:
        """Wake waiters with contacts that were just read; those woken since have newer data."""
        for contact, one in stored.items():
            for waiter in self._waiting.get(contact, ()):
                if not waiter.woken.is_set():
                    waiter.wake(one.contact if one.to is None else None, one.open)

    def count(self, contact: str) -> int:
        """How many requests wait for this contact."""
        return len(self._waiting.get(contact, ()))

    def contacts(self, those: Callable[[str], bool] = lambda contact: True) -> list[str]:
        """The contacts of `those` that requests wait for."""
        return list(filter(those, self._waiting))

    async def wanted(self, those: Callable[[str], bool] = lambda contact: True) -> None:
        """Return as soon as a request waits for one of `those` contacts."""
        while not self.contacts(those):
            self._came.clear()
            await self._came.wait()


STORE_SECONDS = 5.0
"""Seconds that storing a step may take."""

TURN_SECONDS = 10.0
"""Seconds that the turn of a step is waited for; then the page shows that it takes longer, and polls."""

MOST_HELD = 10
"""Requests that are held for one person, at most: a telephone holds one."""

BACKSTOP = 2.0
"""Seconds between two reads of all contacts that requests wait for."""

LINGER = timedelta(minutes=1)
"""Time between two checks whether a request still waits for a contact of another process."""

AGAIN = 1.0
"""Seconds before a change stream that has ended is opened again."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730003")


class ContactReader(Protocol):
    """Where contacts are read: `bot.store.contacts.contacts.Contacts`."""

    async def person(self, contact: str) -> Stored | None: ...
    async def load(self, ids: Iterable[str]) -> dict[str, Stored]: ...


class LoginFacts(Protocol):
    """Looks up a LINE user at the shop: `bot.runtime.effects.shop_login.ShopLogins`."""

    async def facts(self, channel: str, user: str) -> Facts | None: ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who has a page open."""

    channel: str
    user: str
    """The LINE user id on the channel."""
    page: str
    """The page's name in the playbook."""
    address: str | None = field(default=None, repr=False)
    """The person's IP address, where it is known."""
    since: datetime | None = None
    """When the person signed in."""


@dataclass(eq=False, repr=False)
class PageService:
    """Takes what people do on pages, and says what they see then.

    All methods may raise `DatabaseUnavailable`, `TooFast` beyond the rate of a person, and `SignedOut`.
    """

    _playbook: Callable[[], Playbook]
    _people: ContactReader
    _inbox: Inbox
    _store: StoreEvents
    """Makes events durable, like those of a webhook."""
    _owns: Callable[[int], bool]
    """Whether a part's turns are taken by this process."""
    _shop_logins: LoginFacts
    _changes: PageChanges
    _clock: PatientClock
    _places: PlaceWatch
    _held: LongPolls = field(init=False, default_factory=LongPolls)
    _rush: RateGuard = field(init=False)
    _closing: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._rush = RateGuard(self._clock)

    # -- what people do

    async def opened(self, viewer: Viewer, inputs: Mapping[str, str], name: str = "") -> Screen:
        """The page was opened, with its link's inputs: what it shows.

        `name`: the person's name, which LINE gives the page; of people who are no friends, only there.
        """
        with self._held.waiting() as waiter:
            return await self._opened(waiter, viewer, await self._begin(waiter, viewer), inputs, name)

    async def _opened(
        self, waiter: Waiter, viewer: Viewer, contact: Contact, inputs: Mapping[str, str], name: str = ""
    ) -> Screen:
        asks = not contact.bindings and viewer.page != UNBIND
        facts = await self._shop_logins.facts(viewer.channel, viewer.user) if asks else None
        what = PageOpened(viewer.page, inputs, facts)
        profile = Profile(name) if name and contact.name is None else None
        return await self._screen_after(waiter, viewer, contact, uuid.uuid4(), what, profile)

    async def acted(self, viewer: Viewer, name: str, act: What) -> None:
        """Store another act of the person: a store's code was scanned, a friend's link opened. Its turn comes
        before those of later acts; of one `name` it is stored once."""
        with self._held.waiting() as waiter:
            contact = await self._begin(waiter, viewer)
        self._rush.admit(contact.id)
        identity = _identity(viewer, uuid.uuid5(_IDS, f"{viewer.channel}\0{viewer.user}\0{name}"))
        event = Event(identity, viewer.channel, Source("user", viewer.user), self._clock.now(), act)
        await self._store([own_event(contact.id, event)], STORE_SECONDS)

    async def answered(
        self, viewer: Viewer, *, visit: int, step: int, text: str, act: FormAct | None = None
    ) -> Screen:
        """The question of `visit` was answered on the screen `step`: what the page shows then.

        An answer to an older question has no effect. All answers on one screen are one event, the first. A
        page that was forgotten since it was opened is opened again.
        """
        with self._held.waiting() as waiter:
            contact = await self._begin(waiter, viewer)
            if contact.page(viewer.page, viewer.channel) is None:
                return await self._opened(waiter, viewer, contact, {})
            name = uuid.uuid5(_IDS, f"{viewer.channel}\0{viewer.user}\0{viewer.page}\0{step}")
            if _step(contact, viewer) != step:
                screen = self._screen(contact, viewer)
                is_asked = screen.kind in ("question", "review") and screen.visit == visit
                if not is_asked or await self._inbox.knows(_identity(viewer, name), part_of(contact.id)):
                    return screen
            what = PageAnswer(viewer.page, text, visit, act)
            return await self._screen_after(waiter, viewer, contact, name, what)

    async def _screen_after(
        self,
        waiter: Waiter,
        viewer: Viewer,
        contact: Contact,
        name: uuid.UUID,
        what: What,
        profile: Profile | None = None,
    ) -> Screen:
        self._rush.admit(contact.id)
        now, before = self._clock.now(), _step(contact, viewer)
        identity, source = _identity(viewer, name), Source("user", viewer.user)
        event = Event(identity, viewer.channel, source, now, what, profile=profile, address=viewer.address)
        await self._store([own_event(contact.id, event)], STORE_SECONDS)
        screen = await self._later(waiter, viewer, before, TURN_SECONDS, event.id)
        return screen if screen.step > before else Screen("busy", before)

    # -- what they see

    async def screen(self, viewer: Viewer, after: int, seconds: float) -> Screen:
        """What the page shows, as soon as that is later than `after`, or `seconds` have passed."""
        with self._held.waiting() as waiter:
            contact = await self._begin(waiter, viewer)
            screen = self._screen(contact, viewer)
            if screen.step > after:
                return screen
            if self._held.count(contact.id) > MOST_HELD:
                raise TooFast(math.ceil(seconds))
            return await self._later(waiter, viewer, after, seconds)

    async def _later(
        self, waiter: Waiter, viewer: Viewer, after: int, seconds: float, event: str | None = None
    ) -> Screen:
        """The first screen later than step `after`, or the present one after so many seconds.

        With `event`: the screen of the turn which has decided it, for another turn may come before. That is
        not known where another process has decided it and it is marked done since: so the second later screen
        counts, too.
        """
        end = self._clock.now() + timedelta(seconds=seconds)
        later = event is None
        while True:
            left = (end - self._clock.now()).total_seconds()
            if left > 0 and not self._closing:
                await pause(self._clock, left, waiter.woken)
            over = self._closing or not waiter.woken.is_set()
            contact = waiter.take() or await self._look(waiter, viewer)
            if event is None:
                require_signed_in(contact, viewer.since)
            screen = self._screen(contact, viewer)
            if over or (screen.step > after and (later or event in waiter.decided)):
                return screen
            later = later or screen.step > after

    async def _begin(self, waiter: Waiter, viewer: Viewer) -> Contact:
        """The person, at the begin of a call: a step that signs them out is still answered."""
        contact = await self._look(waiter, viewer)
        require_signed_in(contact, viewer.since)
        return contact

    async def _look(self, waiter: Waiter, viewer: Viewer) -> Contact:
        """The person as they are now; what changes from here on wakes the waiter."""
        identity = contact_id(viewer.channel, viewer.user)
        self._held.follow(waiter, identity)
        while (stored := await self._people.person(identity)) is not None:
            if stored.contact.id in waiter.follows:
                waiter.decided.update(stored.open)
                return stored.contact
            self._held.follow(waiter, stored.contact.id)  # what was written before this is read again
        return Contact(identity)

    def _screen(self, contact: Contact, viewer: Viewer) -> Screen:
        now, taken = self._clock.now(), self._places.taken
        return screen_of(self._playbook(), contact, viewer.page, viewer.channel, now, taken)

    @property
    def held(self) -> int:
        """How many contacts requests wait for just now."""
        return len(self._held.contacts())

    # -- changes

    def on_turn_written(self, contact: Contact, decided: Sequence[str]) -> None:
        """A turn of this process has decided these events of a contact that has pages."""
        self._held.on_turn_written(contact, decided)

    async def run(self) -> None:
        """Watch what other processes change, as long as requests wait."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._look_again())

    async def _listen(self) -> None:
        while True:
            await self._held.wanted(self._is_elsewhere)
            if await self._hear_of_changes():
                await self._clock.wait(AGAIN)

    async def _hear_of_changes(self) -> bool:
        """Wake waiters by the change stream; `False`: no request needs it any more; `True`: the stream
        ended."""
        seen = self._clock.now()
        try:
            async with aclosing(self._changes.listen()) as changes:
                async for contact in changes:
                    for one in self._held.contacts() if contact is None else (contact,):
                        self._held.changed(one)
                    if self._clock.now() - seen > LINGER:
                        if not self._held.contacts(self._is_elsewhere):
                            return False
                        seen = self._clock.now()
        except DatabaseUnavailable:
            pass  # the regular look finds changes all the same
        return True

    async def _look_again(self) -> None:
        while True:
            await self._held.wanted()
            await self._clock.wait(BACKSTOP)
            with suppress(DatabaseUnavailable):
                if contacts := self._held.contacts():
                    self._held.found(await self._people.load(contacts))

    def close(self) -> None:
        """Hold no request from now on: each is answered with the present screen."""
        self._closing = True
        for contact in self._held.contacts():
            self._held.changed(contact)

    def _is_elsewhere(self, contact: str) -> bool:
        return not self._owns(part_of(contact))


def _step(contact: Contact, viewer: Viewer) -> int:
    """What has happened on this page so far; 0: it was never opened, or is long forgotten."""
    page = contact.page(viewer.page, viewer.channel)
    return 0 if page is None else page.step


def _identity(viewer: Viewer, name: uuid.UUID) -> str:
    return f"{viewer.channel}:{name.hex}"
