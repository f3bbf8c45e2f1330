"""Which addresses the pages of binding have, and who may open each: rows of `bot.web.admin.table`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import tr
from bot.web.admin.route import COMMERCE, AdminRoute

BINDING_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/binding", "binding", COMMERCE),
        title=tr("Binding"),
        says=tr("The link, how far people come, SMS, and pausing it"),
        known_as=tr("phone number, OTP, SMS code, member card"),
        often=True,
        section="business",
        icon="binding",
        by_channel=True,
    ),
    AdminRoute("GET", "/admin/binding/code", "binding_code", COMMERCE, by_channel=True),
    AdminRoute("POST", "/admin/binding/pause", "binding_paused", COMMERCE),
    AdminRoute("POST", "/admin/binding/resume", "binding_resumed", COMMERCE),
    AdminRoute("POST", "/admin/binding/check", "binding_checked", COMMERCE),
    AdminRoute("POST", "/admin/binding/cap", "binding_cap", COMMERCE),
)
