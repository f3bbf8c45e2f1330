"""Linking a shop, unlinking it, and taking away its members' data (C2, C5, C9).

All of it may raise `DatabaseUnavailable`.

What is taken away: mapped attributes and tags, the shop's *yes* to marketing, the last order. Bindings
stay, and so does what the members have said: their phone, a *yes* that they gave here, a *no* wherever they
said it. A page of people is done before the next, and nothing is kept of how far it has come: done again, it
finds the rest.

A token without a link is not used; a link without a token asks for a new installation. A compare-and-set on
the link decides between two installations at once, a unique index on the domain between two teams. Unlinking
ends the link first, and tokens, marks and attributes after it, once more a minute later.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.connectors.shops.links import has_credentials, is_of
from bot.connectors.shops.platforms import LISTS, access_of, app_store_of, offer_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import as_listed
from bot.model.audit import AuditEntry
from bot.model.contact import Contact
from bot.model.event import Event, Listed, Source
from bot.model.inbox import InboxEntry
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, LinkSide, ShopLink
from bot.model.shop_failure import NotOffered, ShopFailed
from bot.model.stored import Stored
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.shops.app_tokens import forget_tokens
from bot.operations.shops.reasons import while_trying
from bot.runtime.bulk import pages
from bot.services.own_events import own_event, to_json
from bot.store.shops.links import DomainTaken
from bot.store.stores import Stores

UNOWNED_PHONE = "+886900000000"
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
    if shop.platform in LISTS:
        raise LinkRefused(tr("{shop} is a list, which is read by  oaflow members import", shop=shop.name))
    if _gives_token(shop):
        raise app_store_of(shop.platform).refusals.not_here(shop.name)
    try:
        await to_try().by_phone(UNOWNED_PHONE)
    except NotOffered as error:
        raise LinkRefused(tr("{shop} has nobody to ask: {why}", shop=shop.name, why=error.message)) from None
    except ShopFailed as error:
        raise while_trying(shop, error) from None
    if not await still():
        raise LinkRefused(tr("your account was changed meanwhile: nothing was linked"))
    async with audited(stores, AuditEntry("shop_linked", by, now, shop.name)) as doing:
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
    """End a link: the shop is not called, nor its webhooks taken, from here on, and its tokens are deleted.

    The link, and whether it has ended just now. Done again after a crash, it does what was left to do.
    `forget` is only noted: `forgetting` does it.
    """
    if shop.platform in LISTS:
        raise LinkRefused(tr("{shop} is a list: there is nothing to unlink", shop=shop.name))
    async with audited(stores, AuditEntry("shop_unlinked", by, now, shop.name)) as doing:
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


SETTLED = timedelta(minutes=1)
"""After the end of a link: for seconds processes know the old one, and events of it wait for their turns."""


async def forget_attributes(
    stores: Stores,
    playbook: Playbook,
    shop: ShopSettings,
    now: datetime,
    progress: Callable[[int], None] = lambda people: None,
) -> int:
    """Take it away from everybody; of how many people there was anything. Raises `DatabaseUnavailable`.

    Contacts with LINE get an event, so that menus and audiences follow in a turn of theirs.
    """
    gone = tuple(info.slot for name in shop.attributes if (info := playbook.attributes.get(name)) is not None)
    found = 0
    async for page in pages(
        lambda after: stores.shop_members.page(shop.name, after), lambda one: one.contact.id
    ):
        changed = [
            (stored, after)
            for stored in page
            if (after := _without(stored.contact, shop, gone, playbook, now)) != stored.contact
        ]
        await stores.people_without_line.write([pair for pair in changed if not pair[1].has_line])
        await _append_events(stores, [stored for stored, after in changed if after.has_line], shop, gone, now)
        found += len(changed)
        progress(found)
    return found


def _without(
    contact: Contact, shop: ShopSettings, gone: Sequence[str], playbook: Playbook, now: datetime
) -> Contact:
    return as_listed(contact, _as_listed(contact, shop, gone), playbook, now)


def _as_listed(contact: Contact, shop: ShopSettings, gone: Sequence[str]) -> Listed:
    return Listed(
        member_no=contact.member_no,
        shop=shop.name,
        shop_tags=dict.fromkeys(shop.tags, False),
        gone=tuple(gone),
        unsaid=True,
        line=True,
    )


async def _append_events(
    stores: Stores, people: Sequence[Stored], shop: ShopSettings, gone: Sequence[str], now: datetime
) -> None:
    entries = [_entry(stores, one, _as_listed(one.contact, shop, gone), now) for one in people]
    if entries:
        await stores.inbox_commit.store_bulk(entries)


def _entry(stores: Stores, stored: Stored, listed: Listed, now: datetime) -> InboxEntry:
    contact = stored.contact
    channel = next(one.channel for one in contact.identities)
    known = stores.people_without_line.telling_id(contact.id, stored.revision, to_json(listed))
    return own_event(contact.id, Event(f"{channel}:{known}", channel, Source("none", ""), now, listed)).entry


def is_settled(ended: LinkEnd, now: datetime) -> bool:
    """Whether what was asked of the shop before its end has long been written."""
    return now >= ended.at + SETTLED


async def clear_forgotten(
    stores: Stores,
    playbook: Playbook,
    shop: ShopSettings,
    link: ShopLink,
    now: datetime,
    progress: Callable[[int], None] = lambda people: None,
) -> int:
    """The same for a link that ended so; then it says that it is done, unless somebody has linked it anew.

    It is done for good once nobody can still be writing what was read before the end; until then it is to be
    done once more.
    """
    people = await forget_attributes(stores, playbook, shop, now, progress)
    if link.ended is not None and is_settled(link.ended, now):
        done = replace(link, revision=link.revision + 1, ended=replace(link.ended, cleared=now))
        await stores.shop_links.put(done, link)
    return people
