"""What the pages of contacts work with, and the addresses that name one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.money import Prices
from bot.model.translatable import tr
from bot.operations.bulk_work import BulkWork
from bot.operations.contact_list import one_contact
from bot.operations.erasing import PersonalMenus
from bot.operations.find_contacts import LocatedContact
from bot.playbook.read import PlaybookContents
from bot.store.stores import Stores
from bot.web.admin.frame import ShopNow
from bot.web.admin.visit import RenderedPage, Visit, page_address
from bot.web.sealed_parts import SealedParts

CONTACTS = "/admin/contacts"
MANY = f"{CONTACTS}/many"
CHOSEN = f"{CONTACTS}/chosen"
CONTACT_GONE = RenderedPage("contact_gone.html", tr("This customer is not here any more"), status=404)
"""Erased, or an address that was made for another account."""


@dataclass(frozen=True, slots=True)
class ContactContext:
    """`contents` are the files of the playbook, which a condition is read with; `None` where there are none.

    `now` is the time of the people: a simulator's may have been moved. `menus` removes what LINE has of one.
    `pages`: below which address the pages of contacts are to which a visitor of this one is led.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    contents: Callable[[], PlaybookContents | None]
    shop: Callable[[], ShopNow]
    parts: SealedParts
    now: Callable[[], datetime]
    menus: Callable[[], PersonalMenus]
    bulk: BulkWork
    prices: Callable[[], Prices]
    pages: Callable[[Visit], str] = lambda visit: CONTACTS

    def address(self, visit: Visit, contact: str, action: str = "", **query: str) -> str:
        """The page of a contact for this account, or that of a deed."""
        part = self.parts.sealed(visit.signed.name, "contact", contact)
        return page_address(f"{self.pages(visit)}/{part}{action and '/'}{action}", **query)

    async def found(self, visit: Visit, part: str = "") -> LocatedContact | None:
        """Whom the address names, or a part of a form; `None` where nobody is, or for somebody else."""
        opened = self.parts.opened(visit.signed.name, "contact", part or visit.path["contact"])
        return None if opened is None else await one_contact(self.stores, opened[0])

    def was_merged(self, visit: Visit, found: LocatedContact) -> bool:
        """Whether the address names who is part of this contact by now."""
        opened = self.parts.opened(visit.signed.name, "contact", visit.path["contact"])
        return opened is not None and opened[0] != found.contact.id
