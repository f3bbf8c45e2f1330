"""The chat that a request of the page of chats is about: named by a sealed part, never by an id."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.contact import contact_id
from bot.model.translatable import Refusal, tr
from bot.operations.find_contacts import LocatedContact
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import Visit

CHAT = "/admin/chat"
"""The page of chats."""


class ChatGone(Refusal):
    """The person is not there any more, or the address was made for another account."""


@dataclass(frozen=True, slots=True)
class OpenChat:
    """The chat that a page shows."""

    part: str
    """Its sealed part of an address."""
    found: LocatedContact
    channel: str

    @property
    def id(self) -> str:
        """The id of the chat in rows of conversations."""
        contact = self.found.contact
        user = contact.identity(self.channel).user
        return contact.id if user is None else contact_id(self.channel, user)


async def opened_chat(context: StoreContext, visit: Visit, part: str) -> OpenChat | None:
    """The chat that this part of an address or a form names; `None` where it does not open, or its person or
    channel is gone."""
    named = context.parts.opened(visit.signed.name, "chat", part)
    if named is None:
        return None
    stored = await context.stores.contacts.person(named[0])
    if stored is None or not stored.revision or named[1] not in context.settings().channels:
        return None
    return OpenChat(part, LocatedContact(stored, context.stores, simulated=False), named[1])


async def wanted_chat(context: StoreContext, visit: Visit, part: str) -> OpenChat:
    """The chat that this part names. Raises `ChatGone` where there is none."""
    opened = await opened_chat(context, visit, part)
    if opened is None:
        raise ChatGone(tr("This person is not there any more"))
    return opened
