"""Taking away what a shop had told of its members, silently, once it is unlinked (requirement C9).

What goes: the attributes and tags that are mapped, the shop's *yes* to marketing, the last order. Bindings
stay, and so does what the members have said: their phone, a *yes* that they gave here, a *no* wherever they
said it. A page of people is done before the next, and nothing is kept of how far it has come: done again, it
finds the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import as_listed
from bot.model.contact import Contact
from bot.model.event import Event, Listed, Source
from bot.model.inbox import InboxEntry
from bot.model.settings import ShopSettings
from bot.model.shop import LinkEnd, ShopLink
from bot.model.stored import Stored
from bot.runtime.bulk import pages
from bot.runtime.own_events import own_event, to_json
from bot.store.stores import Stores

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

    Who has LINE is told by an event, so that menus and audiences follow in a turn of theirs.
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
        await stores.inbox_commit.store(entries, {entry.id for entry in entries}, ())
        await stores.contacts.poke([(entry.contact, entry.id) for entry in entries])


def _entry(stores: Stores, stored: Stored, said: Listed, now: datetime) -> InboxEntry:
    contact = stored.contact
    channel = next(one.channel for one in contact.identities)
    known = stores.people_without_line.telling_id(contact.id, stored.revision, to_json(said))
    return own_event(contact.id, Event(f"{channel}:{known}", channel, Source("none", ""), now, said)).entry


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
