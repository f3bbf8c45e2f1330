"""Linking a shop by what its platform has given, unlinking it, and how it stands (requirements C2, C5, C9).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.model.audit import Deed
from bot.model.contact import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, LinkSide, ShopLink
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.shops.app_tokens import forget_tokens
from bot.operations.shops.reasons import by_app_store, while_trying, why_failed
from bot.shops.access import has_credentials, is_of
from bot.shops.failure import NotOffered, ShopFailed
from bot.shops.platforms import LIST, access_of, offer_of
from bot.store.shops.links import DomainTaken
from bot.store.stores import Stores

NOBODYS_PHONE = "+886900000000"
"""Asked for to see whether a shop answers: no member has it."""


class LinkRefused(Refusal):
    """It stays as it is; the sentence says why."""


class TriedShop(Protocol):
    """A shop that is asked (`shops/members`)."""

    async def by_phone(self, phone: str) -> ReservedMember | None: ...


async def _always() -> bool:
    return True


async def link_shop(
    stores: Stores,
    shop: ShopSettings,
    to_try: Callable[[], TriedShop],
    by: str,
    now: datetime,
    still: Callable[[], Awaitable[bool]] = _always,
) -> tuple[ShopLink, bool]:
    """Try the credentials of the playbook, and link the shop by them; the link, and whether it is new.

    `to_try()` is the shop, whether it is linked or not; it may raise `ShopFailed`. `still()`: whether who
    asks may, now that the shop has answered.

    Raises `SetupRefused` and `LinkRefused`: then nothing has changed.
    """
    if shop.platform == LIST:
        raise LinkRefused(tr("{shop} is a list, which is read by  oaflow members import", shop=shop.name))
    if _gives_token(shop):
        raise by_app_store(shop.name)
    try:
        await to_try().by_phone(NOBODYS_PHONE)
    except NotOffered as error:
        raise LinkRefused(
            tr("{shop} has nobody to ask: {why}", shop=shop.name, why=why_failed(str(error)))
        ) from None
    except ShopFailed as error:
        raise while_trying(shop, error) from None
    if not await still():
        raise LinkRefused(tr("your account was changed meanwhile: nothing was linked"))
    async with audited(stores, Deed("shop_linked", by, now, shop.name)) as doing:
        while True:
            before = await stores.shop_links.read(shop.name)
            if before is not None and before.holds and is_of(shop, before):
                return before, False
            link = _by_credentials(shop, before, by, now)
            if await _put(stores, link, before):
                doing.update(after=link.access or link.platform)
                return link, True


async def unlink_shop(
    stores: Stores, shop: ShopSettings, by: str, now: datetime, *, forget: bool = False
) -> tuple[ShopLink, bool]:
    """End a link: nobody asks the shop, or hears its news, from here on, and its tokens are forgotten.

    The link, and whether it has ended just now. Done again after a crash, it does what was left to do.
    `forget` is only noted: `forgetting` does it.
    """
    if shop.platform == LIST:
        raise LinkRefused(tr("{shop} is a list: there is nothing to unlink", shop=shop.name))
    async with audited(stores, Deed("shop_unlinked", by, now, shop.name)) as doing:
        return await end_link(stores, shop, LinkEnd(by, now, "here", forget), doing)


async def end_link(
    stores: Stores, shop: ShopSettings, end: LinkEnd, doing: PendingAuditEntry, *, domain: str | None = None
) -> tuple[ShopLink, bool]:
    """End the link of a shop (`domain`: only that with this one), then forget what it had.

    Raises `LinkRefused` where there is nothing to end.
    """
    while True:
        before = await stores.shop_links.read(shop.name)
        ours = before if is_of(shop, before) else None
        if ours is None and _gives_token(shop):
            raise LinkRefused(tr("{shop} is not linked", shop=shop.name))
        if ours is not None and domain is not None and ours.domain != domain:
            raise LinkRefused(tr("{shop} is not linked with this domain", shop=shop.name))
        if ours is not None and ours.ended is not None and (ours.ended.forgotten or not end.forgotten):
            link, is_new = ours, False
            break
        link, is_new = _ended(shop, ours, before, end), ours is None or ours.holds
        if await _put(stores, link, before):
            break
    await forget_what_it_had(stores, shop, end.by, end.at)
    doing.update(
        before=link.domain or link.access,
        after="forgotten" if link.ended and link.ended.forgotten else "kept",
    )
    return link, is_new


async def forget_what_it_had(stores: Stores, shop: ShopSettings, by: str, now: datetime) -> None:
    """What an ended link leaves is of no use to the next one, which may be with another shop: its tokens, and
    how far its members were read."""
    await forget_tokens(stores, shop.name, by, now)
    await stores.shop_syncs.forget(shop.name)


def _gives_token(shop: ShopSettings) -> bool:
    """Whether nothing but an installation links it: credentials may well be set elsewhere than here."""
    return bool(offer_of(shop.platform, shop.access).for_install) and not has_credentials(shop)


def _by_credentials(shop: ShopSettings, before: ShopLink | None, by: str, now: datetime) -> ShopLink:
    revision = 1 if before is None else before.revision + 1
    way = access_of(shop.platform, shop.access)
    return ShopLink(shop.name, shop.platform, way, "here", by, now, revision, channel=shop.channel)


def _ended(shop: ShopSettings, ours: ShopLink | None, before: ShopLink | None, end: LinkEnd) -> ShopLink:
    """The link as it ended; of a shop that was linked by its credentials alone there was none."""
    if ours is None:
        ours = _by_credentials(shop, before, end.by, end.at)
        return replace(ours, ended=end)
    side: LinkSide = end.side if ours.ended is None else ours.ended.side
    at, by = (end.at, end.by) if ours.ended is None else (ours.ended.at, ours.ended.by)
    uninstalled = end.at if end.side == "shop" else ours.uninstalled
    ended = LinkEnd(by, at, side, end.forgotten)
    return replace(ours, revision=ours.revision + 1, ended=ended, uninstalled=uninstalled)


async def _put(stores: Stores, link: ShopLink, before: ShopLink | None) -> bool:
    try:
        return await stores.shop_links.put(link, before)
    except DomainTaken:  # a link by credentials holds none
        return False
