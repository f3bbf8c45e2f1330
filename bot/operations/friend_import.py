"""Friends who were here before the bot: by LINE's own list, or by a file of their LINE user ids (M1).

They are friends at once, silently. Of a file nothing is kept of how far it has come, of LINE's list its mark:
whatever was done already changes nothing when it is done again.
"""

from __future__ import annotations

import random
import uuid
from asyncio import gather, sleep
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import monotonic

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.friends import AnotherAccount, befriended, profiled, silently
from bot.line.client import LineClient
from bot.line.outcome import LineError
from bot.model.audit import AuditEntry
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.erasure import KnownBy
from bot.model.event import Event, Listed, Profile, Source
from bot.model.message import USER_ID
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.stored import Stored
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.bulk_batches import AHEAD, bulk_batches, turns_left
from bot.operations.friend_file import users_in
from bot.operations.friend_order import FriendsImport, FriendsOrder
from bot.operations.patience import patiently
from bot.operations.simulated_time import clock_among
from bot.runtime.turn_taking.draft_reading import newborn_seed
from bot.services.own_events import own_event
from bot.store.contacts.friends import FriendList
from bot.store.stores import Stores

TOGETHER = 1_000
"""People who are written at a time: a page of LINE's."""
LOOKS = 5
"""At a batch, of which each but the first finds what somebody else has done meanwhile."""
TOKEN_LIFE = timedelta(hours=23)
"""How long LINE's mark is used; LINE says 24 hours."""
SAMPLE, SAMPLED = 20, 2_000
"""So many of the first ids of a file LINE is asked about, before anything is written."""
ASKED_TOGETHER = 100
"""Profiles that are asked for side by side."""
ASKED_A_SECOND = 1_000
"""Half of what LINE allows: the bot asks, too. https://developers.line.biz/en/reference/messaging-api/#get-profile"""

_LISTED_IDS = uuid.UUID("6f61666c-6f77-4672-8965-6e6473000001")
"""The UUID namespace for the ids of events of listed friends, so that each has one in every run."""


class ListRefused(Refusal):
    """LINE tells this account nothing of its friends; the sentence says what can be done."""


class NotOfThisChannel(Refusal):
    """None of some ids of a file is known to LINE on the channel."""


class FriendsUnread(Refusal):
    """LINE does not answer, or not as it should."""


Tell = Callable[[Translatable], None]
"""Hears how far it is."""


async def import_friends(
    stores: Stores, playbook: Playbook, client: LineClient, order: FriendsOrder, actor: str, tell: Tell
) -> FriendsImport:
    """Take them over; `tell` hears how far it is.

    Raises `TableWrong`, `ListRefused`, `NotOfThisChannel`, `FriendsUnread` and `DatabaseUnavailable`: what
    was taken until then stays, and the same order goes on.
    """
    clock = await clock_among(stores)
    report = FriendsImport(channel=order.channel, dry=order.dry)
    taking = _FriendTaker(stores, playbook, client, order, clock, tell, report)
    if order.file is not None:
        await taking.check_sample(order.file)
    async with _recorded(stores, order, actor, clock.now()) as doing:
        taking.doing = doing
        if order.file is None:
            await taking.take_list()
        else:
            await taking.take_file(order.file)
        if not order.dry:
            if order.profiles:
                await taking.ask_profiles()
            await taking.give_turns()
    return taking.done


@asynccontextmanager
async def _recorded(
    stores: Stores, order: FriendsOrder, actor: str, now: datetime
) -> AsyncIterator[PendingAuditEntry | None]:
    if order.dry:
        yield None
        return
    about = order.channel if order.file is None else f"{order.channel} {order.file.name}"
    async with audited(
        stores, AuditEntry("friends_imported", actor, now, about, channel=order.channel)
    ) as doing:
        yield doing


@dataclass(slots=True)
class _FriendTaker:
    stores: Stores
    playbook: Playbook
    client: LineClient
    order: FriendsOrder
    clock: Clock
    tell: Tell
    done: FriendsImport
    to_ask: int = 0
    asking_since: float | None = None
    doing: PendingAuditEntry | None = None

    # -- whom

    async def check_sample(self, file: Path) -> None:
        """Raise `NotOfThisChannel` where LINE knows none of some of a file's ids."""
        lines = users_in(file, self.order.encoding)
        first = list(islice((user for _, user in lines if isinstance(user, str)), SAMPLED))
        if not first or self.order.anyway:
            return
        asked = random.sample(first, min(SAMPLE, len(first)))
        known = await gather(*(self._profile(user) for user in asked))
        if not any(known):
            raise NotOfThisChannel(
                tr(
                    "LINE knows none of {number} of these ids on {channel}: they are not ids of this channel,"
                    " or of nobody who is a friend",
                    number=len(asked),
                    channel=self.order.channel,
                )
            )

    async def take_file(self, file: Path) -> None:
        """Whoever stands in a file."""
        lines = users_in(file, self.order.encoding)
        async for some in bulk_batches(lines, TOGETHER, self.stores):
            for number, user in some:
                if not isinstance(user, str):
                    self.done.refuse(number, user)
            await self._take({user: n for n, user in reversed(some) if isinstance(user, str)}, None)
            distinct = {user for _, user in some if isinstance(user, str)}
            self.done.same += sum(isinstance(user, str) for _, user in some) - len(distinct)
            self._report()

    async def take_list(self) -> None:
        """Whoever stands on LINE's list, from where the last reading was broken off."""
        kept, now = await self.stores.friends.list_of(self.order.channel), self.clock.now()
        goes_on = kept.issued is not None and kept.issued <= now < kept.issued + TOKEN_LIFE
        if kept.next is None or not goes_on or self.order.dry:
            kept = _from_start(kept, now)
        self.done.resumed = kept.found
        while True:
            now, began = self.clock.now(), kept.began or self.clock.now()
            try:
                page = await patiently(partial(self.client.followers, kept.next))
            except LineError as error:
                if error.status == 400 and self.done.resumed and not self.done.done:
                    kept, self.done.resumed = _from_start(kept, now), 0  # the mark is not good any more
                    continue
                raise _refused(error, self.order.channel) from error
            users = [user for user in page.users if USER_ID.fullmatch(user)]
            numbers = ((user, kept.found + n) for n, user in enumerate(users, 1))
            async for some in bulk_batches(numbers, TOGETHER, self.stores):
                await self._take(dict(some), began)
            found = kept.found + len(users)
            if page.next is None:
                kept = replace(kept, next=None, issued=None, began=None, found=0, whole=now, friends=found)
            else:
                kept = replace(kept, next=page.next, issued=now, began=began, found=found)
            if not self.order.dry:
                await self.stores.friends.keep_list(kept)
            self._report()
            if page.next is None:
                return

    # -- taking them

    async def _take(self, users: Mapping[str, int], listed_since: datetime | None) -> None:
        """These LINE users, with the numbers of their lines."""
        channel = self.order.channel
        ids = {contact_id(channel, user): user for user in users}
        for gone in await self._erased([*ids]):
            del ids[gone]
            self.done.erased += 1

        def change(id_: str, contact: Contact) -> Contact:
            return befriended(contact, channel, ids[id_], listed_since)

        def count(id_: str, before: Stored | None, after: Contact | Translatable) -> None:
            if not isinstance(after, Contact):
                self.done.refuse(users[ids[id_]], after)
            elif before is None:
                self.done.new += 1
            elif after != before.contact:
                self.done.changed += 1
                self.done.joined += not before.contact.has_line
            else:
                self.done.same += 1
                self.done.blocked += after.identity(channel).friend is False

        left = await self._change(ids, change, count)
        for id_ in left:
            self.done.refuse(users[ids[id_]], MEMBER_REFUSALS[MemberRefusal.OVERTAKEN])

    async def _erased(self, ids: Sequence[str]) -> list[str]:
        """Those who were erased, and have not come back by themselves: they stay away."""
        known = {number: KnownBy([id_]) for number, id_ in enumerate(ids)}
        erased = [ids[number] for number in await self.stores.erasures.erased(known)]
        back = await self._people(erased) if erased else {}
        return [id_ for id_ in erased if id_ not in back]

    async def _change(
        self,
        ids: Mapping[str, object],
        change: Callable[[str, Contact], Contact],
        count: Callable[[str, Stored | None, Contact | Translatable], None],
    ) -> list[str]:
        """Change the people of these ids, each as often as somebody else was faster; who is left.

        `count` hears of each at the first look: as they were, and are to be, or why they stay as they are.
        """
        left: list[str] = list(ids)
        known = set[str]()
        for look in range(LOOKS):
            plan: list[tuple[str, Stored | None, Contact]] = []
            people = await self._people(left)
            left = [id_ for id_ in left if id_ in people or id_ not in known]  # others were erased meanwhile
            known.update(people)
            for id_ in left:
                before = people.get(id_)
                contact = Contact(id_, seed=newborn_seed()) if before is None else before.contact
                try:
                    after = change(id_, contact)
                except AnotherAccount as error:
                    if look == 0:
                        count(id_, before, error.message)
                    continue
                if look == 0:
                    count(id_, before, after)
                if after != contact:
                    plan.append((id_, before, silently(contact, after, self.playbook, self.clock.now())))
            if not plan or self.order.dry:
                return []
            await self.stores.menu_people.ask_look(self.order.channel, self.clock.now())
            if await self.stores.friends.write([(before, after) for _, before, after in plan]):
                return []
            left = [id_ for id_, _, _ in plan]
        return left

    async def _people(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Whom these ids stand for, of those who are somebody."""
        loaded = await self.stores.contacts.load(ids)
        merged = [one for one, stored in loaded.items() if stored.to is not None]
        people = await self.stores.contacts.persons(merged) if merged else {}
        return {
            one: stored
            for one, stored in {**loaded, **people}.items()
            if stored.revision and stored.to is None
        }

    # -- who they are

    async def ask_profiles(self) -> None:
        """Ask LINE of whom it has not told yet; who is unknown to it and never did anything is no friend."""
        friends, channel, after = self.stores.friends, self.order.channel, ""
        self.to_ask = await friends.number_unprofiled(channel)
        self.asking_since = monotonic()
        while page := await friends.unprofiled(channel, after, TOGETHER):
            after = page[-1][0]
            for at in range(0, len(page), ASKED_TOGETHER):
                await self._ask_some(page[at : at + ASKED_TOGETHER])

    async def _ask_some(self, some: Sequence[tuple[str, str]]) -> None:
        """Of contacts with their LINE user ids; no faster than LINE allows."""
        began = monotonic()
        profiles = await gather(*(self._profile(user) for _, user in some))
        profiles_by_id = {id_: profile for (id_, _), profile in zip(some, profiles, strict=True)}
        await self._change(profiles_by_id, self._with(profiles_by_id), self._count_profile)
        self._report()
        await sleep(max(0.0, len(some) / ASKED_A_SECOND - (monotonic() - began)))

    def _with(self, profiles_by_id: Mapping[str, Profile | None]) -> Callable[[str, Contact], Contact]:
        now = self.clock.now()
        return lambda id_, contact: profiled(contact, self.order.channel, profiles_by_id[id_], now)

    def _count_profile(self, id_: str, before: Stored | None, after: Contact | Translatable) -> None:
        self.done.asked += 1
        if isinstance(after, Contact):
            self.done.gone += after.identity(self.order.channel).friend is False

    async def _profile(self, user: str) -> Profile | None:
        try:
            return await patiently(partial(self.client.profile, user))
        except LineError as error:
            if error.status == 400:  # no id that LINE has given to anybody
                return None
            raise _refused(error, self.order.channel) from error

    # -- what only a turn does

    async def give_turns(self) -> None:
        """Have those looked over whom a list has told of, and who never had a turn: dates have timers."""
        channel, after = self.order.channel, ""
        while some := await self.stores.friends.without_turn(channel, after, AHEAD):
            after, now = some[-1], self.clock.now()
            entries = [own_event(id_, _look_over(id_, channel, now)).entry for id_ in some]
            await self.stores.inbox_commit.store_bulk(entries)
            await turns_left(self.stores, AHEAD)

    def _report(self) -> None:
        done = self.done
        if self.doing is not None:
            self.doing.update(after=f"new {done.new}, changed {done.changed}, refused {done.refused}")
        self.tell(self._so_far())

    def _so_far(self) -> Translatable:
        done, since = self.done, self.asking_since
        if since is None:
            return tr("{number} friends", number=f"{done.done:,}")
        asked, all_ = f"{done.asked:,}", f"{self.to_ask:,}"
        left = round((monotonic() - since) / done.asked * (self.to_ask - done.asked)) if done.asked else 0
        if left < 1:
            return tr("LINE is asked who they are: {asked} of {all}", asked=asked, all=all_)
        long = tr("{number} s", number=left) if left < 90 else tr("{number} min", number=round(left / 60))
        return tr(
            "LINE is asked who they are: {asked} of {all}, about {long} left",
            asked=asked,
            all=all_,
            long=long,
        )


def _look_over(contact: str, channel: str, now: datetime) -> Event:
    """A bulk load that says nothing: silent, and the same however often it is told."""
    name = f"{channel}:{uuid.uuid5(_LISTED_IDS, contact).hex}"
    return Event(name, channel, Source("none", ""), now, Listed(line=True))


def _from_start(kept: FriendList, now: datetime) -> FriendList:
    return replace(kept, next=None, issued=None, began=now, found=0)


def _refused(error: LineError, channel: str) -> Refusal:
    if error.status == 403:
        return ListRefused(
            tr(
                "LINE tells the friends of {channel} to verified and premium accounts only: have the"
                " account verified, or name a file of LINE user ids; until then people are known as they act",
                channel=channel,
            )
        )
    return FriendsUnread(
        tr(
            "{channel}: LINE says {why}; what was taken stays, the same command goes on",
            channel=channel,
            why=Quoted(str(error)),
        )
    )
