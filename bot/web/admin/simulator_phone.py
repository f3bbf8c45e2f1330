"""The way from the staff's pages to the simulator's phone."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.admin.visit import AdminAnswer, AdminHandler, Redirect, Visit


def phone_handlers(phone: str) -> Mapping[str, AdminHandler]:
    """By the names of the table: `/admin/phone`, only in a simulator, whose page `phone` is."""

    async def opened(visit: Visit) -> AdminAnswer:
        return Redirect(phone)

    return {"simulator_phone": opened}
