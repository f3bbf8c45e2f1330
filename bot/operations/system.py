"""The state of the installation: troubles, channels, shops, processes, keys, the database, versions.

Nothing here is a secret or a part of one. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeAlias

from bot.model.answer_fields import Clock, Help
from bot.model.backup import Restored
from bot.model.brake import Brake
from bot.model.channel import Channel, PricePlan
from bot.model.outside import IS_COPY
from bot.model.processes import Serving, Shares
from bot.model.published_version import SHORT, AcceptedPlaybook
from bot.model.settings import Settings
from bot.model.translatable import Translatable, plural, tr
from bot.operations.refused_calls import refused_accounts, why_stuck
from bot.operations.today import ChannelHealth, ShopHealth, channel_health, shop_health
from bot.store.counters.quotas import QuotaFigure
from bot.store.database.inspection import DatabaseState
from bot.store.rotation.rotations import RotationState
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from bot.wording.stop_words import which

UNSENT_FOR = timedelta(days=7)
"""What was given up longer ago asks for nobody's attention any more."""
UNSENT_MOST = 1_000
WAITING_MOST = 1_000
"""Events that wait are counted up to here."""
KEY_LIFE = timedelta(days=365)
"""A key that is used for longer is due to be rotated."""
LATE = timedelta(minutes=1)
"""An event that waits for longer is late: usually it is a moment."""
PARTS = 256
"""Of all people together."""
BEHIND = 10.0
"""Seconds by which a majority of the database may be behind."""

TroublePlace: TypeAlias = Literal[
    "channels", "shops", "stop", "unsent", "processes", "keys", "database", "sms", "setup"
]


@dataclass(frozen=True, slots=True)
class SystemTrouble:
    """Something that somebody should look at: where, what it is about, what is wrong, since when."""

    place: TroublePlace
    about: str
    says: Translatable
    since: datetime | None = None

    def line(self, at: Clock) -> Translatable:
        """All of it."""
        says = tr("{about}: {says}", about=self.about, says=self.says) if self.about else self.says
        if self.since is None:
            return tr("to look at: {says}", says=says)
        return tr("to look at: {says}, since {moment}", says=says, moment=at(self.since))


@dataclass(frozen=True, slots=True)
class SystemChannel(ChannelHealth):
    """A channel, and what is wrong with LINE there."""

    title: str
    id: str
    webhook: Annotated[str, Help("As LINE is to have it.")]
    has_token: Annotated[bool, Help("A fixed one; else short ones are fetched.")]
    quota: Annotated[QuotaFigure | None, Help("What LINE last said is left of the month.")]
    plan: PricePlan | None

    @property
    def left(self) -> int | None:
        """What is left of the month, by LINE's limit or of the plan's; `None`: neither is known."""
        included = None if self.plan is None else self.plan.included
        return None if self.quota is None else self.quota.within(included)

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Its address, and what is left of the month."""
        yield tr("{name}: webhook address {address}", name=self.channel, address=self.webhook)
        if self.quota is not None and self.quota.left is not None:
            left, asked = f"{self.quota.left:,}", at(self.quota.at)
            yield tr(
                "  {number} paid messages are left this month, asked {moment}", number=left, moment=asked
            )


@dataclass(frozen=True, slots=True)
class SystemProcess:
    """A process that lives, on a machine, with how many of the 256 parts of people it works for; whether it
    is that of who asks, and runs the live playbook."""

    process: str
    machine: str
    folder: str
    program: str
    playbook: str
    parts: int
    is_own: bool
    is_current: bool

    @property
    def line(self) -> Translatable:
        """Its share."""
        share = f"{self.parts * 100 / PARTS:.0f}"
        return tr("{machine}: works for {share} percent of the people", machine=self.machine, share=share)


@dataclass(frozen=True, slots=True)
class SystemKeys:
    """The key that seals what is written now, and the last rotation, if there was one."""

    since: Annotated[datetime | None, Help("`null`: nobody knows.")]
    due: Annotated[datetime | None, Help("By when another is due.")]
    number: Annotated[int, Help("How many keys there are.")]
    rotation: RotationState | None


@dataclass(frozen=True, slots=True)
class SystemView:
    """How it stands; servers, keys and the database only for who is an admin."""

    at: datetime
    troubles: Sequence[SystemTrouble]
    channels: Sequence[SystemChannel]
    shops: Sequence[ShopHealth]
    unsent: Annotated[int, Help("Within 7 days, counted to 1,000.")]
    waiting: Annotated[int, Help("Events that wait to be worked on, counted to 1,000.")]
    oldest: Annotated[datetime | None, Help("Since when the oldest of them waits.")]
    playbook: Annotated[AcceptedPlaybook | None, Help("The version that is live.")]
    processes: Annotated[Sequence[SystemProcess] | None, Help("For who is an admin; else `null`.")] = None
    keys: Annotated[SystemKeys | None, Help("For who is an admin; else `null`.")] = None
    database: Annotated[DatabaseState | None, Help("For who is an admin; else `null`.")] = None

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What is wrong, then the rest."""
        if not self.troubles:
            yield tr("nothing to look at: all is well")
        yield from (one.line(at) for one in self.troubles)
        for channel in self.channels:
            yield from channel.lines(at)
        yield from (shop.line(at) for shop in self.shops)
        unsent, waiting = f"{self.unsent:,}", f"{self.waiting:,}"
        yield tr("not sent in 7 days: {unsent}; events that wait: {waiting}", unsent=unsent, waiting=waiting)
        if (live := self.playbook) is not None:
            number, since = f"{live.number}", at(live.at)
            yield tr("playbook: version {number}, live since {at}", number=number, at=since)
        if self.processes is not None:
            yield from (one.line for one in self.processes)
            if not self.processes:
                yield tr("no server runs just now")
        if self.keys is not None and self.keys.since is not None:
            yield tr("the sealing key is in use since {moment}", moment=at(self.keys.since))
        if self.database is not None:
            yield from _stored(self.database, at)


def _stored(found: DatabaseState, at: Clock) -> Iterator[Translatable]:
    """What is backed up, and how large it is."""
    if found.backed_up is not None:
        yield tr("the last  oaflow backup  is of {moment}", moment=at(found.backed_up))
    else:
        yield tr("oaflow backup  has made no backup of it yet")
    if (restored := found.restored) is not None:
        as_of, moment = at(restored.as_of), at(restored.at)
        yield tr("it was restored from the backup of {as_of}, at {moment}", as_of=as_of, moment=moment)
    yield tr(
        "MongoDB {version}, {members}, {size} MB on disk",
        version=found.version,
        members=plural("1 member", "{number} members", found.members),
        size=f"{(found.stored + found.indexes) / 1_000_000:,.1f}",
    )


@dataclass(frozen=True, slots=True)
class SystemSource:
    """Where it is read. `webhook`: the address of a channel's, as the world reaches it; `process`: who asks;
    `trouble`: what is wrong at LINE, by channel, and `clock`: with this machine's clock, which only a running
    bot knows; `now` is the machine's time."""

    stores: Stores
    seal: Seal
    settings: Callable[[], Settings]
    now: Callable[[], datetime]
    webhook: Callable[[str], str]
    process: str = ""
    trouble: Callable[[], Mapping[str, Translatable] | None] = lambda: None
    clock: Callable[[], Translatable | None] = lambda: None


async def system_of(source: SystemSource, *, machines: bool = True) -> SystemView:
    """How it stands now; without `machines` what is of no concern to who does not run them is left out."""
    stores, settings, now = source.stores, source.settings(), source.now()
    counted, (live, brake, lasting, restored), asked = await asyncio.gather(
        asyncio.gather(
            channel_health(stores, list(settings.channels), now, await _at_line(source, now)),
            shop_health(stores, settings),
            stores.quotas.all(),
            stores.given_up.how_many_open(now - UNSENT_FOR, UNSENT_MOST),
            stores.inbox.waiting(WAITING_MOST),
        ),
        asyncio.gather(
            stores.playbooks.live(),
            stores.brakes.read(),
            stores.alerts.all_lasting(),
            stores.restores.last(),
        ),
        _of_the_machines(source) if machines else _nothing(),
    )
    health, shops, quotas, unsent, work = counted
    waiting, oldest = work
    channels = [
        _channel(settings.channels[one.channel], one, quotas.get(one.channel), source.webhook(one.channel))
        for one in health
    ]
    troubles = [
        *_of_copy(restored),
        *_of_line(channels),
        *_of_shops(shops),
        *_of_brake(brake),
        *_lasting(lasting),
        *_of_work(unsent, oldest, now),
    ]
    view = SystemView(now, troubles, channels, shops, unsent, waiting, oldest, live)
    return view if asked is None else _with_machines(source, view, restored, *asked)


async def _at_line(source: SystemSource, now: datetime) -> Mapping[str, Translatable] | None:
    """What is wrong at LINE, as this bot knows it; else what the running ones say."""
    known = source.trouble()
    refused = await refused_accounts(source.stores, now) if known is None else {}
    return {name: why_stuck(one.kind) for name, one in refused.items()} or known


async def _of_the_machines(
    source: SystemSource,
) -> tuple[Sequence[Serving], Shares | None, SystemKeys, DatabaseState, datetime | None]:
    stores = source.stores
    return await asyncio.gather(
        stores.processes.alive(),
        stores.leases.look(),
        _keys(source),
        stores.inspection.now(),
        stores.backups.last(),
    )


async def _nothing() -> None:
    """In place of a query that is not needed."""


def _with_machines(
    source: SystemSource,
    view: SystemView,
    restored: Restored | None,
    alive: Sequence[Serving],
    shares: Shares | None,
    keys: SystemKeys,
    database: DatabaseState,
    backed_up: datetime | None,
) -> SystemView:
    version = None if view.playbook is None else view.playbook.version
    processes = [_process(one, shares, source.process, version) for one in alive]
    database = replace(database, backed_up=backed_up, restored=restored)
    of_machines = _of_machines(processes, keys, database, source.clock(), view.at)
    troubles = [*view.troubles, *of_machines]
    return replace(view, troubles=troubles, processes=processes, keys=keys, database=database)


def _channel(
    channel: Channel, health: ChannelHealth, quota: QuotaFigure | None, webhook: str
) -> SystemChannel:
    return SystemChannel(
        *(health.channel, health.last_event, health.trouble, channel.app_name or channel.name, channel.id),
        *(webhook, channel.access_token is not None, quota, channel.plan),
    )


def _process(one: Serving, shares: Shares | None, own: str, live: str | None) -> SystemProcess:
    machine, _, folder = one.where.partition(":")
    parts = 0 if shares is None else len(shares.owned(one.process))
    current = live in (None, one.runs)
    return SystemProcess(
        one.process, machine, folder, one.program, one.runs[:SHORT], parts, one.process == own, current
    )


async def _keys(source: SystemSource) -> SystemKeys:
    used, stores = source.seal.used.sealing, source.stores
    rotation = await stores.rotations.state()
    since = rotation.begun if rotation is not None and rotation.to == used else None
    if since is None:
        entries = await stores.audit.entries(["keys_added"], 100)
        since = next((one.at for one in reversed(entries) if used in one.about.split()), None)
    due = None if since is None else since + KEY_LIFE
    return SystemKeys(since, due, len(source.seal.ring.seal), rotation)


def _lasting(found: Sequence[tuple[str, str, datetime]]) -> Iterator[SystemTrouble]:
    """The open troubles of alerts; of each account one of a kind."""
    setup = {(reason, about.split(" ")[0]): since for reason, about, since in found if reason in _SETUP}
    for (reason, channel), since in setup.items():
        yield SystemTrouble("setup", channel, _SETUP[reason], since)
    for reason, about, since in found:
        if reason == "sms_low" and about.endswith(" 95"):
            yield SystemTrouble("sms", about.split(" ")[0], _SMS, since)
        elif reason in _MACHINES:
            yield SystemTrouble("processes", about.rpartition(" ")[2], _MACHINES[reason], since)


_SMS = tr("the SMS credit is nearly used up: staff were told")
_MACHINES: Mapping[str, Translatable] = {
    "server": tr("something is wrong with a machine or the database: staff were told"),
    "playbook_refused": tr("a changed playbook is not taken over: staff were told"),
}
_SETUP: Mapping[str, Translatable] = {
    "webhook_off": tr("something is wrong with its webhook: staff were told"),
    "token_refused": tr("LINE refuses its token or secret: staff were told"),
    "pages_off": tr("something is wrong with its members' pages: staff were told"),
}


def _of_copy(restored: Restored | None) -> Iterator[SystemTrouble]:
    if restored is not None and restored.staging:
        yield SystemTrouble("database", "", IS_COPY, restored.at)


def _of_line(channels: Sequence[SystemChannel]) -> Iterator[SystemTrouble]:
    for one in channels:
        if one.trouble:
            yield SystemTrouble("channels", one.title, one.trouble)
        if one.quota is not None and one.quota.left == 0:
            yield SystemTrouble("channels", one.title, tr("the month's messages are used up"), one.quota.at)


def _of_shops(shops: Sequence[ShopHealth]) -> Iterator[SystemTrouble]:
    for one in shops:
        if one.trouble is not None:
            yield SystemTrouble("shops", one.shop, one.trouble, one.since)


def _of_brake(brake: Brake) -> Iterator[SystemTrouble]:
    for stop in brake.stops:
        yield SystemTrouble("stop", "", tr("pushes are stopped: {what}", what=which(stop)), stop.at)


def _of_work(unsent: int, oldest: datetime | None, now: datetime) -> Iterator[SystemTrouble]:
    if unsent:
        many = f"{unsent:,}+" if unsent == UNSENT_MOST else f"{unsent:,}"
        says = plural("1 message was not sent", "{number} messages were not sent", unsent, number=many)
        yield SystemTrouble("unsent", "", says)
    if oldest is not None and now - oldest > LATE:
        yield SystemTrouble("processes", "", tr("events wait to be worked on: is a bot running?"), oldest)


def _of_machines(
    processes: Sequence[SystemProcess],
    keys: SystemKeys,
    database: DatabaseState,
    clock: Translatable | None,
    now: datetime,
) -> Iterator[SystemTrouble]:
    if clock is not None:
        yield SystemTrouble("processes", "", clock)
    for one in processes:
        if not one.is_current:
            yield SystemTrouble("processes", one.machine, tr("it serves another version of the playbook"))
    if len({one.program for one in processes}) > 1:
        yield SystemTrouble("processes", "", tr("processes run different versions of oaflow"))
    rotation, due = keys.rotation, keys.due
    if rotation is not None and rotation.ended is None and rotation.step != "done":
        yield SystemTrouble("keys", "", tr("a rotation of keys is under way"), rotation.begun)
    elif due is not None and due <= now:
        yield SystemTrouble("keys", "", tr("the key is used for more than a year: rotate it"), due)
    if database.lag is not None and database.lag > BEHIND:
        yield SystemTrouble("database", "", tr("most members of the replica set are behind"))
