"""What the shop's back office has to be set to for binding, and who has looked when (C8).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.connectors.shops.manifest import ToSet
from bot.connectors.shops.platforms import checklist
from bot.model.audit import AuditEntry
from bot.model.binding_check import BindingCheck
from bot.model.settings import Settings
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import record
from bot.store.stores import Stores

OPEN, CHECKED = "open", "checked"
"""What is so before and after, for the audit log."""


class NoSuchItem(Refusal):
    """The checklist has no such thing (any more)."""


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A thing to be set, its name in forms, and who has found it right; `None`: nobody yet."""

    item: str
    to_set: ToSet
    check: BindingCheck | None


async def binding_checklist(stores: Stores, settings: Settings, channel: str) -> Sequence[ChecklistItem]:
    """That of the channel's shop, in its order; nothing where it has none, or one without a back office."""
    account = settings.channels[channel]
    shop = None if account.shop is None else settings.shops.get(account.shop)
    if shop is None:
        return ()
    certified = account.liff is not None and account.liff.certified_provider
    known = {one.item: one for one in await stores.binding_checks.of(channel)}
    items = [(_name(shop.name, one), one) for one in checklist(shop, certified=certified)]
    return [ChecklistItem(name, one, known.get(name)) for name, one in items]


async def check_item(
    stores: Stores, settings: Settings, channel: str, item: str, actor: str, now: datetime, *, right: bool
) -> None:
    """It was found right, or is to be looked at again; nothing where that is so already.

    A crash between the two leaves the tick without its line. Raises `NoSuchItem`.
    """
    items = await binding_checklist(stores, settings, channel) if channel in settings.channels else ()
    found = next((one for one in items if one.item == item), None)
    if found is None:
        raise NoSuchItem(tr("the checklist has no such line any more"))
    checks = stores.binding_checks
    check = BindingCheck(channel, item, actor, now)
    changed = await (checks.tick(check) if right else checks.untick(channel, item))
    if changed:
        before, after = (OPEN, CHECKED) if right else (CHECKED, OPEN)
        about = f"{channel}: {found.to_set.what}"
        await record(stores, AuditEntry("binding_checked", actor, now, about, before, after, channel=channel))


def _name(shop: str, to_set: ToSet) -> str:
    """By its English sentence: what is worded anew is looked at anew."""
    return hashlib.sha256(f"{shop}\0{to_set.what}".encode()).hexdigest()[:16]
