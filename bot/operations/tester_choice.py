"""Whom staff may pick as a tester: friends of an account who talked lately, or whose name is searched for.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.operations.contact_list import readable
from bot.operations.contact_search import SearchTerms, search
from bot.operations.contact_view import masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.operations.testers import tester_names, why_no_tester
from bot.store.stores import Stores

HANDFUL = 6
"""People who are offered at once."""
LOOKED_AT = 40
"""Of the chats of lately, or of those found by a name: some of them are testers already, or gone."""


async def talked_lately(stores: Stores, channel: str | None) -> Sequence[Contact]:
    """Some who may be a tester on a channel, or any: who talked last comes first. Masked."""
    soon = await now_among(stores) + timedelta(days=1)
    chats = await stores.staff_chats.lately(channel, LOOKED_AT, soon)
    known = await stores.contacts.persons([chat for chat, _ in chats])
    found = (LocatedContact(known[chat], stores, simulated=False) for chat, _ in chats if chat in known)
    return await _some(stores, found, channel)


async def named(stores: Stores, playbook: Playbook, text: str, channel: str | None) -> Sequence[Contact]:
    """Some who may be a tester, and are found by this text. Masked."""
    found: list[LocatedContact] = []
    async for some in search([stores], playbook, SearchTerms(text, channel=channel)):
        found += some.people
        if len(found) >= LOOKED_AT:
            break
    return await _some(stores, found, channel)


async def _some(stores: Stores, found: Iterable[LocatedContact], channel: str | None) -> Sequence[Contact]:
    each = {one.contact.id: one for one in found if _may(one.contact, channel)}
    testers = await tester_names(stores, each)
    others = [readable(masked_view(one).contact) for id, one in each.items() if id not in testers]
    return others[:HANDFUL]


def _may(contact: Contact, channel: str | None) -> bool:
    """Whether a test would arrive: at a friend of the channel, or of any."""
    friends = (one for one in contact.identities if one.user is not None and one.friend is not False)
    return why_no_tester(contact) is None and any(channel in (None, one.channel) for one in friends)
