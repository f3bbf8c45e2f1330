"""Checks that an account still is what it was when its request began: for work that takes long, or writes in
several steps."""

from __future__ import annotations

from bot.model.admin import Signed
from bot.store.stores import Stores


async def is_same_account(stores: Stores, signed: Signed) -> bool:
    """With another role, or suspended, it has another epoch. May raise `DatabaseUnavailable`."""
    account = await stores.admins.of(signed.name)
    return account is not None and account.suspended is None and account.epoch == signed.session.epoch
