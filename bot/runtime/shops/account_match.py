"""Checks, before any member is imported, that the LINE user ids of a shop's members belong to our account
(C11).

LINE user ids differ from provider to provider: those of another provider match no contact here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.connectors.shops.members import ShopMember
from bot.engine.compiled.playbook import Playbook
from bot.line.outcome import LineError
from bot.model.contact import contact_id
from bot.model.settings import ShopSettings
from bot.store.contacts.contacts import Contacts

SAMPLE = 50
"""LINE user ids that are looked up among our contacts, at most."""
AT_LINE = 20
"""Of `SAMPLE`, so many are looked up at LINE where no contact has any of them: a call each."""
ENOUGH = 10
"""From fewer unknown ids nothing is concluded: perhaps these members are no friends."""

KnownAtLine = Callable[[str, str], Awaitable[bool]]
"""Whether LINE knows a user on a channel: of its provider, and a friend, or the user has written."""


class LineUnknown(Exception):
    """The query to LINE failed; the message is LINE's own."""


@dataclass(frozen=True, slots=True)
class AccountLookup:
    """Looks up LINE user ids of one channel."""

    channel: str
    contacts: Contacts
    known_at_line: KnownAtLine

    async def are_ours(self, users: Sequence[str]) -> bool | None:
        """Whether these ids are of this channel's provider; `None`: too few to tell. One known id is enough.

        Raises `LineUnknown` and `DatabaseUnavailable`.
        """
        some = list(dict.fromkeys(users))[:SAMPLE]
        people = await self.contacts.persons(contact_id(self.channel, user) for user in some)
        if any(one.contact.has_line for one in people.values()):
            return True
        try:
            for user in some[:AT_LINE]:
                if await self.known_at_line(self.channel, user):
                    return True
        except LineError as error:
            raise LineUnknown(str(error)) from error
        return False if len(some) >= ENOUGH else None


def account_of(playbook: Playbook, shop: ShopSettings) -> str | None:
    """The channel whose LINE users a shop knows; `None` where the settings do not say, and not one channel
    alone names the shop."""
    if shop.channel is not None:
        return shop.channel
    having = [name for name, channel in playbook.channels.items() if channel.shop == shop.name]
    return having[0] if len(having) == 1 else None


def logins(members: Iterable[ShopMember]) -> list[str]:
    """The LINE user ids by which members log in at the shop."""
    return [one.line for one in members if one.line is not None]
