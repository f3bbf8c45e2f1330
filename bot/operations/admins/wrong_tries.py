"""Wrong passwords and codes in the audit log: whoever guesses does not fill it.

A line for each account and hour, with how often; names that nobody has are one line together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.model.audit import NOBODY, Deed
from bot.store.stores import Stores

WrongTry: TypeAlias = Literal["admin_password_wrong", "admin_code_wrong"]


async def wrong_try(stores: Stores, kind: WrongTry, name: str, now: datetime) -> None:
    """One more at this account; an empty `name`: there is none. Raises `DatabaseUnavailable`.

    Who it was is not known: nothing says that it was the owner.
    """
    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    await stores.audit.count(Deed(kind, NOBODY, now, name, id=f"{kind}:{name}:{hour}"))
