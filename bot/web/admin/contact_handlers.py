"""The handlers of all pages of contacts: list, page, merging and erasing, bulk actions, ticked ones."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.admin.bulk_pages import BulkPages
from bot.web.admin.chosen_pages import ChosenPages
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_pages import ContactPages
from bot.web.admin.contact_pane_pages import pane_handlers
from bot.web.admin.contact_person_pages import ContactPersonPages
from bot.web.admin.contact_removal_pages import ContactRemovalPages
from bot.web.admin.visit import AdminHandler


def contact_handlers(context: ContactContext) -> Mapping[str, AdminHandler]:
    """The handlers, by the names of rows of the table."""
    lists, bulk = ContactPages(context), BulkPages(context)
    return {
        **lists.handlers(),
        **ContactPersonPages(context).handlers(),
        **pane_handlers(context),
        **ContactRemovalPages(context).handlers(),
        **bulk.handlers(),
        **ChosenPages(context, lists, bulk).handlers(),
    }
