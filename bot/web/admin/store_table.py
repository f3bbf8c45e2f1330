"""Which addresses the pages of stores have, and who may open each: rows of `bot.web.admin.table`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import tr
from bot.web.admin.route import (
    IN_A_STORE,
    OF_STORES,
    OVER_SEVERAL_STORES,
    OVER_STORES,
    TABLE_MOST,
    AdminRoute,
)
from bot.web.promotions import till_routes

STORE_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/stores", "stores", OVER_SEVERAL_STORES),
        title=tr("Stores"),
        says=tr("Groups, stores and their clerks, how many people each has, and who was bound lately"),
        known_as=tr("branches, locations, areas"),
        often=True,
        section="stores",
        icon="store",
    ),
    AdminRoute("POST", "/admin/stores", "stores_sought", OVER_SEVERAL_STORES),
    AdminRoute(
        *("GET", "/admin/people", "people", OF_STORES),
        title=tr("People"),
        says=tr("Who is bound to a clerk: found by name or phone"),
        section="stores",
        icon="people",
        on_phone=True,
    ),
    AdminRoute("POST", "/admin/people", "people_sought", OF_STORES, seeks=True),
    AdminRoute("GET", "/admin/people/{person}", "person", OF_STORES),
    *till_routes(),
    AdminRoute(
        *("GET", "/admin/my-code", "my_code", IN_A_STORE),
        title=tr("My QR code"),
        says=tr("Whoever scans it is yours"),
        section="stores",
        icon="code",
        on_phone=True,
    ),
    AdminRoute(
        *("GET", "/admin/clerks", "clerks", OF_STORES - {"clerk"}),
        title=tr("Clerks"),
        says=tr("Their QR codes, and their accounts"),
        known_as=tr("staff, employees, sales people"),
        section="stores",
        icon="clerk",
    ),
    AdminRoute("POST", "/admin/clerks/add", "clerk_added", OF_STORES - {"clerk"}, confirms=True),
    AdminRoute("GET", "/admin/clerk", "clerk", OF_STORES),
    AdminRoute("POST", "/admin/clerk/change", "clerk_changed", OF_STORES - {"clerk"}, confirms=True),
    AdminRoute("GET", "/admin/clerk/code", "clerk_code", OF_STORES),
    AdminRoute("POST", "/admin/clerk/account", "clerk_account", OVER_STORES, confirms=True),
    AdminRoute("POST", "/admin/clerk/renew", "clerk_renewed", OVER_STORES),
    AdminRoute("POST", "/admin/clerk/suspend", "clerk_suspended", OVER_STORES, confirms=True),
    AdminRoute("POST", "/admin/clerk/resume", "clerk_resumed", OVER_STORES, confirms=True),
    AdminRoute(
        "GET", "/admin/clerks/sheet", "clerks_sheet", OVER_SEVERAL_STORES, task=tr("QR codes of clerks")
    ),
    AdminRoute("GET", "/admin/clerks/sheet/page", "clerks_sheet_page", OVER_SEVERAL_STORES),
    AdminRoute("GET", "/admin/clerks/import", "clerks_import", OVER_STORES, task=tr("Clerks from a table")),
    AdminRoute(
        *("POST", "/admin/clerks/import", "clerks_imported", OVER_STORES), file_most=TABLE_MOST, confirms=True
    ),
    AdminRoute("POST", "/admin/clerk/hand-over", "clerk_hand_over", OVER_STORES),
    AdminRoute(
        *("GET", "/admin/counts", "counts", OF_STORES),
        title=tr("Counts"),
        says=tr("How many were bound, by day and by clerk"),
        known_as=tr("performance, statistics"),
        section="stores",
        icon="chart",
        on_phone=True,
    ),
)
