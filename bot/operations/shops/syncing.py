"""Having a shop's members read, and how far that is (requirements C3, C6). The processes that run do it.

All of it may raise `DatabaseUnavailable`: then perhaps it was ordered, and asking once more does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.model.audit import AuditEntry
from bot.model.processes import RefusedCalls
from bot.model.settings import ShopSettings
from bot.model.shop import WRONG_ACCOUNT, ShopSync, SyncKind, SyncRun, UnreadField
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import record
from bot.operations.refused_calls import refused_shops
from bot.runtime.shops.all_shops import next_poll
from bot.runtime.shops.syncing import mapping_of
from bot.shops.access import is_linked
from bot.shops.platforms import LIST
from bot.store.contacts.member_records import MembersCounted
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class MappedStanding:
    """An attribute that the shop maps: how many people of it have a value, and for how many it gave none.

    `title` is what people call it; may be empty.
    """

    ours: str
    title: str
    theirs: str
    having: int
    unread: tuple[tuple[UnreadField, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ShopStatus:
    """One shop. `people` are those known to be its members; `next_poll` is `None` where none is to come.

    `is_edited`: all members were read by another mapping than that of the playbook now. `last_news`: when the
    last webhook came of those that are still stored; `waiting`: how many are not processed yet;
    `refused`: what it does not take from us just now.
    """

    shop: ShopSettings
    is_linked: bool
    people: int
    bound: int
    mapped: Sequence[MappedStanding]
    unread: Sequence[tuple[UnreadField, int]]
    sync: ShopSync
    next_poll: datetime | None
    is_edited: bool
    last_news: datetime | None
    waiting: int
    refused: RefusedCalls | None = None

    @property
    def last_read(self) -> SyncRun | None:
        """The last listing of all that has come to its end."""
        run = self.sync.all
        return run if run is not None and run.state == "done" else None


async def members_counted(stores: Stores, playbook: Playbook, shop: ShopSettings) -> MembersCounted:
    """Its people and who has what is mapped: everybody is looked at, which takes seconds among a million."""
    return await stores.shop_members.counted(shop.name, slots_of(playbook, shop))


def slots_of(playbook: Playbook, shop: ShopSettings) -> list[str]:
    """The slots of the attributes that this shop maps."""
    return [one.slot for one in _mapped(playbook, shop).values()]


async def status_of(
    stores: Stores, playbook: Playbook, shop: ShopSettings, counted: MembersCounted, *, played: bool = False
) -> ShopStatus:
    """The status of a shop. `played`: a simulator plays the shop."""
    sync = await stores.shop_syncs.one(shop.name)
    link = await stores.shop_links.read(shop.name)
    linked = shop.platform == LIST or is_linked(shop, link, played=played)
    infos = _mapped(playbook, shop)
    unread = _unread(sync)
    mapped = [
        MappedStanding(
            ours,
            info.title,
            shop.attributes[ours].theirs,
            counted.having[info.slot],
            tuple((field, many) for field, many in unread if field.ours == ours),
        )
        for ours, info in infos.items()
    ]
    return ShopStatus(
        shop,
        linked,
        counted.people,
        counted.bound,
        mapped,
        [one for one in unread if one[0].ours not in infos],
        sync,
        next_poll(sync, playbook.zone) if linked else None,
        sync.all is not None and sync.all.state == "done" and sync.all.mapping != mapping_of(shop, playbook),
        await stores.shop_news.last(shop.name),
        (await stores.shop_news.counts(shop.name)).get("open", 0),
        (await refused_shops(stores)).get(shop.name),
    )


def _mapped(playbook: Playbook, shop: ShopSettings) -> Mapping[str, AttributeInfo]:
    return {ours: playbook.attributes[ours] for ours in shop.attributes if ours in playbook.attributes}


def _unread(sync: ShopSync) -> list[tuple[UnreadField, int]]:
    """Of the last listing of all; of a poll since then what that one did not have."""
    found: dict[UnreadField, int] = {}
    for run in (sync.poll, sync.all):
        if run is not None:
            found |= run.figures.unread
    return sorted(found.items(), key=lambda one: (one[0].ours, one[0].theirs, one[0].why))


class SyncRefused(Refusal):
    """Its members are not read; the sentence says why."""


async def order_sync(
    stores: Stores,
    shop: ShopSettings,
    actor: str,
    now: datetime,
    kind: SyncKind = "all",
    *,
    played: bool = False,
) -> SyncRun:
    """Have all members of a shop read, or only (`look`) how many there are and how long that takes.

    One that a shop had stopped goes on where it was. Who asks may go. `played`: a simulator plays the shop.
    Raises `SyncRefused`.
    """
    if shop.platform == LIST:
        raise SyncRefused(tr("{shop} is a list, which is read by  oaflow members import", shop=shop.name))
    if not is_linked(shop, await stores.shop_links.read(shop.name), played=played):
        raise SyncRefused(tr("{shop} is not linked:  oaflow shop link {shop}", shop=shop.name))
    if not await stores.leases.is_running():
        raise SyncRefused(tr("no process runs that could read its members: start  oaflow run"))
    before = (await stores.shop_syncs.one(shop.name)).run(kind)
    if before is not None and before.state in ("ordered", "running"):
        if kind == "look":
            return before
        raise _is_read(shop)
    run = _following(before, kind, actor, now)
    if not await stores.shop_syncs.order(shop.name, run, before):
        raise _is_read(shop)
    if kind == "all":
        await record(stores, AuditEntry("shop_synced", actor, now, shop.name))
    return run


def _following(before: SyncRun | None, kind: SyncKind, actor: str, now: datetime) -> SyncRun:
    """The next one, or the one that was stopped, from where it was."""
    stop = None if before is None else before.stop
    if before is not None and before.state == "stopped" and stop is not None and stop.why != WRONG_ACCOUNT:
        return replace(before, state="ordered", by=actor, ordered=now)
    return SyncRun(kind, actor, now)


def _is_read(shop: ShopSettings) -> SyncRefused:
    return SyncRefused(tr("the members of {shop} are being read already", shop=shop.name))


async def sync_of(stores: Stores, shop: str, ordered: SyncRun) -> SyncRun | None:
    """How far what was ordered is; `None`: it was forgotten, or another one has taken its place."""
    run = (await stores.shop_syncs.one(shop)).run(ordered.kind)
    return run if run is not None and run.ordered == ordered.ordered else None
