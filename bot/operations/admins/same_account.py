"""Whether an account is as it was when its request began: for what takes long, or is written bit by bit."""

from __future__ import annotations

from bot.model.admin import Signed
from bot.store.stores import Stores


async def is_same_account(stores: Stores, signed: Signed) -> bool:
    """With another role, or suspended, it has another epoch. May raise `DatabaseUnavailable`."""
    account = await stores.admins.of(signed.name)
    return account is not None and account.suspended is None and account.epoch == signed.session.epoch
