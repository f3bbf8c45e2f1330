"""Which addresses the pages of accounts have, and who may open each: rows of `bot.web.admin.table`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import tr
from bot.web.admin.route import ADMIN, AdminRoute

ACCOUNT_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/accounts", "accounts", ADMIN),
        title=tr("Accounts"),
        says=tr("Who of the team and of the stores signs in, and what they may do"),
        known_as=tr("users, roles, permissions, team"),
        icon="key",
    ),
    AdminRoute("POST", "/admin/accounts", "account_added", ADMIN, confirms=True),
    AdminRoute("GET", "/admin/accounts/one", "account", ADMIN),
    AdminRoute("POST", "/admin/accounts/one/role", "account_role", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/suspend", "account_suspended", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/resume", "account_resumed", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/unlock", "account_unlocked", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/sign-out", "account_signed_out", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/second-factor", "account_factor", ADMIN, confirms=True),
    AdminRoute("POST", "/admin/accounts/one/password", "account_password", ADMIN, confirms=True),
)
