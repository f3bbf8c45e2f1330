"""When accounts were last signed in to, as the audit log has it (requirement K1)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime

from bot.model.admin import CONSOLE
from bot.model.audit import AuditFilter, AuditLine
from bot.store.stores import Stores

AT_ONCE = 16
"""Accounts that the log is asked about side by side."""


async def last_sign_ins(stores: Stores, names: Collection[str]) -> Mapping[str, datetime]:
    """By account; whoever has never signed in, or longer ago than the log goes, is not there.

    Raises `DatabaseUnavailable`.
    """

    async def last(name: str) -> list[AuditLine]:
        return await stores.audit.lines(AuditFilter(kinds=("admin_signed_in",), by=f"{CONSOLE}{name}"), 1)

    found, wanted = dict[str, datetime](), list(names)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        lines = await asyncio.gather(*map(last, some))
        found |= {name: one[0].entry.at for name, one in zip(some, lines, strict=True) if one}
    return found
