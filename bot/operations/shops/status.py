"""How a shop is doing: its link, what its members have of what is mapped, how far they are read (C3, C6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.platforms import LISTS, NO_CHANGE_FEED, is_unheard
from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.model.answer_fields import Clock, Help, Internal
from bot.model.processes import RefusedCalls
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import MEMBER_REFUSALS, ShopSync, SyncKind, SyncRun, SyncState, SyncStop, UnreadField
from bot.model.translatable import Translatable, plural, tr
from bot.operations.actors import actor_words
from bot.operations.catalog.answers import filled
from bot.operations.payload import pick
from bot.operations.refused_calls import refused_shops, why_refused
from bot.operations.shops.status_words import UnreadValues, came_of, how_far, unread_values, why_stopped
from bot.operations.simulated_time import now_among
from bot.runtime.shops.all_shops import next_poll
from bot.runtime.shops.syncing import mapping_of
from bot.store.contacts.member_records import MembersCounted
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class MappedStanding:
    """An attribute that the shop maps: how many people of it have a value, and for how many it gave none."""

    ours: str
    title: Annotated[str, Help("What people call it; may be empty.")]
    theirs: str
    having: int
    unread: Sequence[UnreadValues]


@dataclass(frozen=True, slots=True)
class ShopReading:
    """How far a listing of its members is, and what came of it."""

    kind: SyncKind
    state: SyncState
    by: str
    ordered: datetime
    began: datetime | None
    ended: datetime | None
    total: Annotated[int | None, Help("Members, as it was known beforehand, like the next two.")]
    calls: int | None
    seconds: float | None
    read: int
    new: int
    changed: int
    same: int
    met: Annotated[int, Help("So many are on LINE.")]
    joined: Annotated[int, Help("People without LINE who turned out to be on it.")]
    refused: Annotated[Mapping[str, int], Help("By why.")]
    unread: Sequence[UnreadValues]
    stop: Annotated[SyncStop | None, Help("Why it does not go on.")]


def reading_of(run: SyncRun) -> ShopReading:
    """The answer of a listing."""
    figures = run.figures
    return filled(
        ShopReading,
        run,
        **pick(figures, "read", "new", "changed", "same", "met", "joined"),
        refused={str(MEMBER_REFUSALS.get(why, why)): many for why, many in figures.refused.items()},
        unread=unread_values(figures.unread),
    )


@dataclass(frozen=True, slots=True)
class ShopStatus:
    """One shop."""

    at: datetime
    shop: str
    platform: str
    is_linked: bool
    people: Annotated[int, Help("Those who are known to be its members.")]
    bound: int
    mapped: Sequence[MappedStanding]
    unread: Annotated[Sequence[UnreadValues], Help("Of tags and consent.")]
    all: ShopReading | None
    poll: ShopReading | None
    next_poll: Annotated[datetime | None, Help("`null`: none is to come.")]
    is_edited: Annotated[bool, Help("All were read by another mapping than that of the playbook now.")]
    last_news: Annotated[datetime | None, Help("When the last webhook came of those that are still stored.")]
    waiting: Annotated[int, Help("Webhooks that are not processed yet.")]
    refused: Annotated[RefusedCalls | None, Help("What it does not take from us just now.")]
    is_unheard: Annotated[bool, Help("Its own system cannot tell what changes there.")]
    sync: Annotated[ShopSync, Internal()]

    @property
    def last_read(self) -> SyncRun | None:
        """The last listing of all that has come to its end."""
        run = self.sync.all
        return run if run is not None and run.state == "done" else None

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What is mapped, how many have it, what could not be read, and the polls."""
        if not self.is_linked:
            yield tr("{shop} is not linked:  oaflow shop link {shop}", shop=self.shop)
        if self.refused is not None:
            yield tr("since {moment}: {why}", moment=at(self.refused.since), why=why_refused(self.refused))
        yield plural(
            "1 person is known as a member of {shop}; bound: {bound}",
            "{number} people are known as members of {shop}; bound: {bound}",
            self.people,
            shop=self.shop,
            bound=f"{self.bound:,}",
        )
        for one in self.mapped:
            number = f"{one.having:,}"
            yield tr("{ours} ({theirs}): {number} have it", ours=one.ours, theirs=one.theirs, number=number)
            for unread in one.unread:
                many = f"{unread.members:,}"
                yield tr("    {number} could not be read: {why}", number=many, why=unread.why)
        yield from self._beside(at)
        if self.platform not in LISTS:
            yield from self._readings(at)
            yield from self._polls(at)
        if self.sync.all is not None and self.is_edited:
            yield tr(
                "the mapping has been edited since all were read:  oaflow shop sync {shop}", shop=self.shop
            )
        if self.is_unheard:
            yield NO_CHANGE_FEED

    def lately(self, at: Clock) -> Iterator[Translatable]:
        """What could not be read beside attributes, the last webhook, and the polls."""
        yield from self._beside(at)
        yield from self._polls(at)

    def _beside(self, at: Clock) -> Iterator[Translatable]:
        yield from (one.said for one in self.unread)
        if self.last_news is not None:
            yield tr(
                "last webhook at {moment}, {number} were not told yet",
                moment=at(self.last_news),
                number=f"{self.waiting:,}",
            )

    def _readings(self, at: Clock) -> Iterator[Translatable]:
        run = self.sync.all
        if run is None:
            yield tr("its members were never read:  oaflow shop sync {shop}", shop=self.shop)
            return
        match run.state:
            case "done":
                moment = at(run.ended or run.ordered)
                yield tr(
                    "all were read, last at {moment}, ordered by {who}:",
                    moment=moment,
                    who=actor_words(run.by),
                )
                yield from came_of(run)
            case "stopped" if run.stop is not None:
                far = how_far(run, self.at)
                yield tr("reading them stopped at {moment}: {far}", moment=at(run.stop.at), far=far)
                yield why_stopped(run.stop, self.shop)
                if run.stop.again is not None:
                    yield tr("it is tried again at {moment}", moment=at(run.stop.again))
            case _:
                yield tr("they are being read: {far}", far=how_far(run, self.at))

    def _polls(self, at: Clock) -> Iterator[Translatable]:
        poll = self.sync.poll
        if poll is not None and poll.state == "done":
            yield tr(
                "last poll at {moment}: {number} of {read} had changed without our knowing",
                moment=at(poll.ended or poll.ordered),
                number=f"{poll.figures.new + poll.figures.changed:,}",
                read=f"{poll.figures.read:,}",
            )
        elif poll is not None and poll.stop is not None:
            yield tr("the poll stopped at {moment}", moment=at(poll.stop.at))
            yield why_stopped(poll.stop, self.shop)
        if self.next_poll is not None:
            yield tr("next poll at {moment}", moment=at(self.next_poll))


async def members_counted(stores: Stores, playbook: Playbook, shop: ShopSettings) -> MembersCounted:
    """Its people and who has what is mapped: everybody is looked at, which takes seconds among a million."""
    return await stores.shop_members.counted(shop.name, slots_of(playbook, shop))


def slots_of(playbook: Playbook, shop: ShopSettings) -> list[str]:
    """The slots of the attributes that this shop maps."""
    return [one.slot for one in _mapped(playbook, shop).values()]


async def status_of(
    stores: Stores,
    playbook: Playbook,
    settings: Settings,
    shop: ShopSettings,
    counted: MembersCounted,
    *,
    played: bool = False,
) -> ShopStatus:
    """The status of a shop. `played`: a simulator plays the shop."""
    sync, link = await stores.shop_syncs.one(shop.name), await stores.shop_links.read(shop.name)
    linked = shop.platform in LISTS or is_linked(shop, link, played=played)
    infos, unread = _mapped(playbook, shop), _unread(sync)
    is_done = sync.all is not None and sync.all.state == "done"
    return ShopStatus(
        at=await now_among(stores),
        shop=shop.name,
        platform=shop.platform,
        is_linked=linked,
        people=counted.people,
        bound=counted.bound,
        mapped=[
            MappedStanding(
                *(ours, info.title, shop.attributes[ours].theirs, counted.having[info.slot]),
                [one for one in unread if one.ours == ours],
            )
            for ours, info in infos.items()
        ],
        unread=[one for one in unread if one.ours not in infos],
        all=None if sync.all is None else reading_of(sync.all),
        poll=None if sync.poll is None else reading_of(sync.poll),
        next_poll=next_poll(sync, playbook.zone) if linked else None,
        is_edited=is_done and sync.all is not None and sync.all.mapping != mapping_of(shop, playbook),
        last_news=await stores.shop_news.last(shop.name),
        waiting=(await stores.shop_news.counts(shop.name)).get("open", 0),
        refused=(await refused_shops(stores)).get(shop.name),
        is_unheard=is_unheard(shop, settings, played=played),
        sync=sync,
    )


def _mapped(playbook: Playbook, shop: ShopSettings) -> Mapping[str, AttributeInfo]:
    return {ours: playbook.attributes[ours] for ours in shop.attributes if ours in playbook.attributes}


def _unread(sync: ShopSync) -> Sequence[UnreadValues]:
    """Of the last listing of all; of a poll since then what that one did not have."""
    found: dict[UnreadField, int] = {}
    for run in (sync.poll, sync.all):
        if run is not None:
            found |= run.figures.unread
    return unread_values(found)
