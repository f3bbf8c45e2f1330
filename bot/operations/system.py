"""How the installation stands: what is wrong, channels, shops, processes, keys, the database, versions.

Nothing here is a secret or a part of one. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

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


@dataclass(frozen=True, slots=True)
class SystemChannel:
    """A channel: its `webhook` as LINE is to have it, whether its access token is a fixed one (else short
    ones are fetched), what LINE last said is left of the month, what its plan includes."""

    name: str
    title: str
    id: str
    webhook: str
    has_token: bool
    quota: QuotaFigure | None
    plan: PricePlan | None
    health: ChannelHealth

    @property
    def left(self) -> int | None:
        """What is left of the month, by LINE's limit or of the plan's; `None`: neither is known."""
        included = None if self.plan is None else self.plan.included
        return None if self.quota is None else self.quota.within(included)


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


@dataclass(frozen=True, slots=True)
class SystemKeys:
    """The key that seals what is written now: since when (`None`: nobody knows), by when another is due; how
    many keys this process has; the last rotation, if there was one."""

    since: datetime | None
    due: datetime | None
    number: int
    rotation: RotationState | None


@dataclass(frozen=True, slots=True)
class SystemView:
    """All of it, as of `at`. `unsent` and `waiting` are counted up to a thousand; `oldest`: since when the
    oldest event waits. `machines` is `None` where only a part was asked for."""

    at: datetime
    troubles: Sequence[SystemTrouble]
    channels: Sequence[SystemChannel]
    shops: Sequence[ShopHealth]
    unsent: int
    waiting: int
    oldest: datetime | None
    live: AcceptedPlaybook | None
    machines: SystemMachines | None = None


@dataclass(frozen=True, slots=True)
class SystemMachines:
    """What only who runs the machines is shown."""

    processes: Sequence[SystemProcess]
    keys: SystemKeys
    database: DatabaseState
    backed_up: datetime | None
    """The moment of the last backup that `oaflow backup` has made whole."""
    restored: Restored | None


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
    found = None if asked is None else _machines(source, live, restored, *asked)
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
        *(() if found is None else _of_machines(found, source.clock(), now)),
    ]
    return SystemView(now, troubles, channels, shops, unsent, waiting, oldest, live, found)


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
    """Instead of what is of no concern."""


def _machines(
    source: SystemSource,
    live: AcceptedPlaybook | None,
    restored: Restored | None,
    alive: Sequence[Serving],
    shares: Shares | None,
    keys: SystemKeys,
    database: DatabaseState,
    backed_up: datetime | None,
) -> SystemMachines:
    version = None if live is None else live.version
    processes = [_process(one, shares, source.process, version) for one in alive]
    return SystemMachines(processes, keys, database, backed_up, restored)


def _channel(
    channel: Channel, health: ChannelHealth, quota: QuotaFigure | None, webhook: str
) -> SystemChannel:
    return SystemChannel(
        channel.name,
        channel.app_name or channel.name,
        channel.id,
        webhook,
        channel.access_token is not None,
        quota,
        channel.plan,
        health,
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
    """The troubles that staff were alerted to, of which each account has one of a kind."""
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
        if one.health.trouble:
            yield SystemTrouble("channels", one.title, one.health.trouble)
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


def _of_machines(found: SystemMachines, clock: Translatable | None, now: datetime) -> Iterator[SystemTrouble]:
    if clock is not None:
        yield SystemTrouble("processes", "", clock)
    for one in found.processes:
        if not one.is_current:
            yield SystemTrouble("processes", one.machine, tr("it serves another version of the playbook"))
    if len(_named(found.processes)) > 1:
        yield SystemTrouble("processes", "", tr("processes run different versions of oaflow"))
    rotation, due = found.keys.rotation, found.keys.due
    if rotation is not None and rotation.ended is None and rotation.step != "done":
        yield SystemTrouble("keys", "", tr("a rotation of keys is under way"), rotation.begun)
    elif due is not None and due <= now:
        yield SystemTrouble("keys", "", tr("the key is used for more than a year: rotate it"), due)
    if found.database.lag is not None and found.database.lag > BEHIND:
        yield SystemTrouble("database", "", tr("most members of the replica set are behind"))


def _named(processes: Collection[SystemProcess]) -> frozenset[str]:
    return frozenset(one.program for one in processes)
