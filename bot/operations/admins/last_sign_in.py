"""When accounts were last signed in to, as the audit log has it (requirement K1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.model.admin import CONSOLE
from bot.model.audit import AuditFilter
from bot.store.stores import Stores


async def last_sign_ins(stores: Stores, names: Collection[str]) -> Mapping[str, datetime]:
    """By account; whoever has never signed in, or longer ago than the log goes, is not there.

    Raises `DatabaseUnavailable`.
    """
    found = {}
    for name in names:
        wanted = AuditFilter(kinds=("admin_signed_in",), by=f"{CONSOLE}{name}")
        if lines := await stores.audit.lines(wanted, 1):
            found[name] = lines[0].deed.at
    return found
