"""What the pages of contacts work with, and the addresses that name a contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.model.translatable import tr
from bot.operations.bulk_work import BulkWork
from bot.operations.contact_list import one_contact
from bot.operations.find_contacts import LocatedContact
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.route import CONTACTS
from bot.web.admin.visit import PageGone, RenderedPage, Visit, page_address

MANY = f"{CONTACTS}/many"
CHOSEN = f"{CONTACTS}/chosen"
CONTACT_GONE = RenderedPage("contact_gone.html", tr("This customer is not here any more"), status=404)
"""404: the contact was erased, or the address was made for another account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactContext(ConsoleContext):
    """What the pages of contacts work with."""

    bulk: BulkWork
    """Carries out bulk actions."""
    pages: Callable[[Visit], str] = lambda visit: CONTACTS
    """The path below which a visitor's pages of contacts are; another one in the simulator's frame."""

    def address(self, visit: Visit, contact: str, action: str = "", **query: str) -> str:
        """The page of a contact, sealed for this account, or the address of an action on it."""
        part = self.parts.sealed(visit.signed.name, "contact", contact)
        return page_address(f"{self.pages(visit)}/{part}{action and '/'}{action}", **query)

    async def found(self, visit: Visit, part: str | None = None) -> LocatedContact:
        """The contact that the address names, or a `part` of a form. Raises `PageGone`."""
        named = visit.path["contact"] if part is None else part
        opened = self.parts.opened(visit.signed.name, "contact", named)
        found = None if opened is None else await one_contact(self.stores, opened[0])
        if found is None:
            raise PageGone(CONTACT_GONE)
        return found

    def was_merged(self, visit: Visit, found: LocatedContact) -> bool:
        """Whether the address names a contact that was merged into this one."""
        opened = self.parts.opened(visit.signed.name, "contact", visit.path["contact"])
        return opened is not None and opened[0] != found.contact.id
