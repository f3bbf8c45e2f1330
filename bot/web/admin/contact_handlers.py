"""All pages of contacts, by the names of the table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.admin.bulk_pages import BulkPages
from bot.web.admin.chosen_pages import ChosenPages
from bot.web.admin.contact_desk import ContactDesk
from bot.web.admin.contact_pages import ContactPages
from bot.web.admin.contact_person_pages import ContactPersonPages
from bot.web.admin.contact_removal_pages import ContactRemovalPages
from bot.web.admin.visit import AdminHandler


def contact_handlers(desk: ContactDesk) -> Mapping[str, AdminHandler]:
    """What answers them."""
    lists, bulk = ContactPages(desk), BulkPages(desk)
    return {
        **lists.handlers(),
        **ContactPersonPages(desk).handlers(),
        **ContactRemovalPages(desk).handlers(),
        **bulk.handlers(),
        **ChosenPages(desk, lists, bulk).handlers(),
    }
