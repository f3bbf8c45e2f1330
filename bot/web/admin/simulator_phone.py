"""The handler of the console's link to the simulator's phone."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.admin.visit import AdminAnswer, AdminHandler, Redirect, Visit


def phone_handlers(phone: str) -> Mapping[str, AdminHandler]:
    """The handler of `/admin/phone`, only in a simulator, by the name of its row; `phone` is the address of
    the simulator's page."""

    async def opened(visit: Visit) -> AdminAnswer:
        return Redirect(phone)

    return {"simulator_phone": opened}
