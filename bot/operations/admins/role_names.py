"""What roles are called, of the team's and of store people's: one sentence each, wherever they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.admin import AdminRole
from bot.model.said import Said, say

ROLE_NAMES: Mapping[AdminRole, Said] = {
    "admin": say("administrator"),
    "supervisor": say("supervisor"),
    "agent": say("agent"),
    "head_office": say("head office"),
    "group": say("group manager"),
    "store_manager": say("store manager"),
    "clerk": say("clerk"),
}
