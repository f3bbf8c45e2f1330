"""All pages of the people of the stores, by the names of the table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.admin.clerk_pages import ClerkPages, StaffingPages
from bot.web.admin.count_page import CountPage
from bot.web.admin.people_pages import PeoplePages
from bot.web.admin.store_desk import StoreDesk
from bot.web.admin.visit import AdminHandler


def store_pages(desk: StoreDesk) -> Mapping[str, AdminHandler]:
    """What answers them."""
    return {
        **PeoplePages(desk).handlers(),
        **ClerkPages(desk).handlers(),
        **StaffingPages(desk).handlers(),
        **CountPage(desk).handlers(),
    }
