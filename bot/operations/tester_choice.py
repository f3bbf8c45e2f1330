"""Whom staff may pick as a tester: friends who talked lately or are new, or who are searched for.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.operations.contact_list import readable
from bot.operations.contact_search import SearchTerms, search
from bot.operations.contact_view import masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.operations.testers import tester_names, why_no_tester
from bot.store.stores import Stores

NEVER = datetime.min.replace(tzinfo=UTC)
HANDFUL = 6
"""People who are offered at once."""
LOOKED_AT = 40
"""Of the chats of lately, or of those found by a name: some of them are testers already, or gone."""


async def suggested(stores: Stores, playbook: Playbook, channel: str | None) -> Sequence[Contact]:
    """Some who may be a tester on a channel, or any: who talked last, then others of a few. Masked."""
    soon = await now_among(stores) + timedelta(days=1)
    chats = await stores.staff_chats.lately(channel, LOOKED_AT, soon)
    known = await stores.contacts.persons([chat for chat, _ in chats])
    found = [LocatedContact(known[chat], stores, simulated=False) for chat, _ in chats if chat in known]
    if len(found) < HANDFUL:  # who has just become a friend has said nothing
        others = await _found(stores, playbook, SearchTerms(channel=channel))
        found += sorted(others, key=lambda one: _seen(one.contact), reverse=True)
    return await _some(stores, found, channel)


async def found_by_text(
    stores: Stores, playbook: Playbook, text: str, channel: str | None
) -> Sequence[Contact]:
    """Some who may be a tester, and are found by this text. Masked."""
    found = await _found(stores, playbook, SearchTerms(text, channel=channel))
    return await _some(stores, found, channel)


async def _found(stores: Stores, playbook: Playbook, terms: SearchTerms) -> Sequence[LocatedContact]:
    found: list[LocatedContact] = []
    async for some in search([stores], playbook, terms):
        found += some.people
        if len(found) >= LOOKED_AT:
            break
    return found


def _seen(contact: Contact) -> datetime:
    return max((one.seen for one in contact.identities if one.seen is not None), default=NEVER)


async def _some(stores: Stores, found: Iterable[LocatedContact], channel: str | None) -> Sequence[Contact]:
    each = {one.contact.id: one for one in found if _may(one.contact, channel)}
    testers = await tester_names(stores, each)
    others = [readable(masked_view(one).contact) for id, one in each.items() if id not in testers]
    return others[:HANDFUL]


def _may(contact: Contact, channel: str | None) -> bool:
    """Whether a test would arrive: at a friend of the channel, or of any."""
    friends = (one for one in contact.identities if one.user is not None and one.friend is not False)
    return why_no_tester(contact) is None and any(channel in (None, one.channel) for one in friends)
