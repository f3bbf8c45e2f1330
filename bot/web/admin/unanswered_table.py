"""Which addresses the page of unanswered questions has, and who may open each: rows of `table`."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.admin import TEAM
from bot.model.translatable import tr
from bot.web.admin.route import COMMERCE, AdminRoute

UNANSWERED_ROUTES: Sequence[AdminRoute] = (
    AdminRoute(
        *("GET", "/admin/unanswered", "unanswered", TEAM),
        title=tr("Unanswered"),
        says=tr("What most people ask in vain, and the rule that would answer"),
        known_as=tr("FAQ, keywords, missing rules"),
        often=True,
        section="service",
        icon="question",
    ),
    AdminRoute("POST", "/admin/unanswered/ignore", "unanswered_ignored", COMMERCE),
    AdminRoute("POST", "/admin/unanswered/restore", "unanswered_restored", COMMERCE),
)
