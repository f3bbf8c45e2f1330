"""Having a shop's members read, and how far that is (requirements C3, C6). The processes that run do it.

All of it may raise `DatabaseUnavailable`: then perhaps it was ordered, and asking once more does no harm.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.platforms import LISTS
from bot.model.audit import AuditEntry
from bot.model.settings import ShopSettings
from bot.model.shop import WRONG_ACCOUNT, SyncKind, SyncRun
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import record
from bot.store.stores import Stores


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
    if shop.platform in LISTS:
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
