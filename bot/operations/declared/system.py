"""How the installation stands: what is wrong, channels, shops, servers, keys, the database (K1, K3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from bot.model.answer_fields import Clock, Help
from bot.model.published_version import AcceptedBy
from bot.model.translatable import Translatable, plural, tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.system import (
    SystemChannel,
    SystemMachines,
    SystemProcess,
    SystemTrouble,
    SystemView,
    system_of,
)
from bot.operations.today import ShopHealth, shop_in_words

PARTS = 256
"""Of all people together."""


@dataclass(frozen=True, slots=True)
class MonthLeft:
    """What LINE last said is left of the month's messages."""

    left: Annotated[int | None, Help("`null`: there is no limit.")]
    at: datetime


@dataclass(frozen=True, slots=True)
class ChannelNow:
    """A channel, and what is wrong with LINE there."""

    channel: str
    id: str
    webhook: Annotated[str, Help("As LINE is to have it.")]
    has_token: bool
    quota: MonthLeft | None
    last_event: datetime | None
    trouble: Annotated[
        Translatable | None, Help("Empty: nothing is wrong; `null`: only a running bot knows.")
    ]


@dataclass(frozen=True, slots=True)
class LivePlaybook:
    """The version that is live."""

    number: int
    version: str
    at: datetime
    by: str
    how: AcceptedBy | None


@dataclass(frozen=True, slots=True)
class RotationStatus:
    """The last rotation of keys."""

    step: str
    begun: datetime
    ended: datetime | None
    looked: int
    changed: int


@dataclass(frozen=True, slots=True)
class KeysStatus:
    """The key that seals what is written now."""

    since: datetime | None
    due: Annotated[datetime | None, Help("By when another is due.")]
    number: Annotated[int, Help("How many keys there are.")]
    rotation: RotationStatus | None


@dataclass(frozen=True, slots=True)
class RestoredFrom:
    """The restore that made this database."""

    as_of: datetime
    at: datetime
    by: str
    staging: bool


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """MongoDB: bytes of documents, of their files, of indexes."""

    version: str
    members: int
    documents: int
    size: int
    stored: int
    indexes: int
    lag: Annotated[float | None, Help("Seconds by which a majority is behind.")]
    oplog: Annotated[float | None, Help("Seconds.")]
    backed_up: datetime | None
    restored: RestoredFrom | None


@dataclass(frozen=True, slots=True)
class InstallationStatus:
    """How it stands; servers, keys and the database only for who is an admin."""

    at: datetime
    unsent: Annotated[int, Help("Within 7 days, counted to 1,000.")]
    waiting: Annotated[int, Help("Events that wait to be worked on, counted to 1,000.")]
    oldest: datetime | None
    troubles: Sequence[SystemTrouble]
    channels: Sequence[ChannelNow]
    shops: Sequence[ShopHealth]
    playbook: LivePlaybook | None
    processes: Annotated[Sequence[SystemProcess] | None, Help("For who is an admin; else `null`.")]
    keys: Annotated[KeysStatus | None, Help("For who is an admin; else `null`.")]
    database: Annotated[DatabaseStatus | None, Help("For who is an admin; else `null`.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """What is wrong, then the rest."""
        if not self.troubles:
            yield tr("nothing to look at: all is well")
        yield from (_trouble_words(one, at) for one in self.troubles)
        for channel in self.channels:
            yield tr("{name}: webhook address {address}", name=channel.channel, address=channel.webhook)
            if channel.quota is not None and channel.quota.left is not None:
                left, asked = f"{channel.quota.left:,}", at(channel.quota.at)
                yield tr(
                    "  {number} paid messages are left this month, asked {moment}", number=left, moment=asked
                )
        yield from (shop_in_words(shop, at) for shop in self.shops)
        yield tr(
            "not sent in 7 days: {unsent}; events that wait: {waiting}",
            unsent=f"{self.unsent:,}",
            waiting=f"{self.waiting:,}",
        )
        if (live := self.playbook) is not None:
            number, since = f"{live.number}", at(live.at)
            yield tr("playbook: version {number}, live since {at}", number=number, at=since)
        if self.processes is not None:
            yield from _process_lines(self.processes)
        if self.keys is not None and self.keys.since is not None:
            yield tr("the sealing key is in use since {moment}", moment=at(self.keys.since))
        if self.database is not None:
            yield from _database_lines(self.database, at)


def _trouble_words(one: SystemTrouble, at: Clock) -> Translatable:
    says = tr("{about}: {says}", about=one.about, says=one.says) if one.about else one.says
    if one.since is None:
        return tr("to look at: {says}", says=says)
    return tr("to look at: {says}, since {moment}", says=says, moment=at(one.since))


def _process_lines(found: Sequence[SystemProcess]) -> Iterator[Translatable]:
    if not found:
        yield tr("no server runs just now")
    for one in found:
        share = f"{one.parts * 100 / PARTS:.0f}"
        yield tr("{machine}: works for {share} percent of the people", machine=one.machine, share=share)


def _database_lines(found: DatabaseStatus, at: Clock) -> Iterator[Translatable]:
    if found.backed_up is not None:
        yield tr("the last  oaflow backup  is of {moment}", moment=at(found.backed_up))
    else:
        yield tr("oaflow backup  has made no backup of it yet")
    if (restored := found.restored) is not None:
        yield tr(
            "it was restored from the backup of {as_of}, at {moment}",
            as_of=at(restored.as_of),
            moment=at(restored.at),
        )
    yield tr(
        "MongoDB {version}, {members}, {size} MB on disk",
        version=found.version,
        members=plural("1 member", "{number} members", found.members),
        size=f"{(found.stored + found.indexes) / 1_000_000:,.1f}",
    )


@operation("system", example="my-shop")
async def system(call: OperationCall) -> InstallationStatus:
    """How the installation stands: what is wrong, channels, servers, keys, the database."""
    found = await system_of(await call.context.system(), machines=call.role == "admin")
    machines = found.machines
    return filled(
        InstallationStatus,
        found,
        channels=[_channel(one) for one in found.channels],
        playbook=_playbook(found),
        processes=None if machines is None else machines.processes,
        keys=None if machines is None else _keys(machines),
        database=None if machines is None else _database(machines),
    )


def _channel(one: SystemChannel) -> ChannelNow:
    quota = None if one.quota is None else filled(MonthLeft, one.quota)
    health = one.health
    return filled(
        *(ChannelNow, one),
        channel=one.name,
        quota=quota,
        last_event=health.last_event,
        trouble=health.trouble,
    )


def _playbook(found: SystemView) -> LivePlaybook | None:
    return None if found.live is None else filled(LivePlaybook, found.live)


def _keys(of: SystemMachines) -> KeysStatus:
    last = of.keys.rotation
    return filled(KeysStatus, of.keys, rotation=None if last is None else filled(RotationStatus, last))


def _database(of: SystemMachines) -> DatabaseStatus:
    oplog = of.database.oplog
    return filled(
        *(DatabaseStatus, of.database),
        oplog=None if oplog is None else oplog.total_seconds(),
        backed_up=of.backed_up,
        restored=None if of.restored is None else filled(RestoredFrom, of.restored),
    )
