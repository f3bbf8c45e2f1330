"""Rows of the console's table that there are in a simulator alone: a role to try, the
phone, other playbooks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import tr
from bot.web.admin.route import COMMERCE, EVERYBODY, AdminRoute

_SIMULATOR = tr("What you publish, tried as a customer would: nothing reaches a real one")

ONLY_IN_SIMULATOR: Sequence[AdminRoute] = (
    AdminRoute("POST", "/admin/try", "try_role", at="anybody"),
    AdminRoute(
        *("GET", "/admin/phone", "simulator_phone", EVERYBODY),
        title=tr("Simulator's phone"),
        says=_SIMULATOR,
        often=True,
        section="service",
        icon="phone",
    ),
)
"""Rows of every simulator."""
OTHER_PLAYBOOKS: Sequence[AdminRoute] = (
    AdminRoute("GET", "/admin/new", "new_bot", COMMERCE),
    AdminRoute("POST", "/admin/new", "new_bot_made", COMMERCE),
    AdminRoute("POST", "/admin/new/open", "new_bot_opened", COMMERCE),
    AdminRoute("GET", "/admin/new/served", "new_bot_served", at="anybody"),
)
"""Rows of a simulator that may go on with the playbook of another folder."""
