"""Are the LINE user ids of a shop's members those of our account? Asked before anything is written (C11).

LINE user ids differ from provider to provider: those of another one are nobody's here.
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
"""LINE user ids that are looked up among our contacts."""
AT_LINE = 20
"""Of these so many at LINE, where none is known here: a call each."""
ENOUGH = 10
"""Of fewer unknown ones nothing is concluded: perhaps they are no friends."""

KnownAtLine = Callable[[str, str], Awaitable[bool]]
"""Whether LINE knows a user on a channel: of its provider, and a friend, or the user has written."""


class LineUnknown(Exception):
    """The query to LINE failed; the message is LINE's own."""


@dataclass(frozen=True, slots=True)
class AccountLookup:
    """Looks LINE user ids up, of one channel."""

    channel: str
    contacts: Contacts
    known_at_line: KnownAtLine

    async def are_ours(self, users: Sequence[str]) -> bool | None:
        """Whether they are of this channel's provider; `None`: too few to tell. Raises `LineUnknown`.

        One that is known is enough.
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
    """The channel whose LINE users a shop knows; `None` where several have it, and it does not say."""
    if shop.channel is not None:
        return shop.channel
    having = [name for name, channel in playbook.channels.items() if channel.shop == shop.name]
    return having[0] if len(having) == 1 else None


def logins(members: Iterable[ShopMember]) -> list[str]:
    """The LINE user ids by which they log in."""
    return [one.line for one in members if one.line is not None]
