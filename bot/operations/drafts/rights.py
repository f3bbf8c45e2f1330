"""Who may publish what of a draft: a supervisor all but what decides where data and secrets go (K1)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.model.admin import Signed
from bot.model.translatable import row, tr
from bot.operations.publishing import PublishRefused
from bot.playbook.admin_lines import AdminLine
from bot.store.stores import Stores

NAMED = 5
"""Lines that a refusal names."""


class NeedsAdmin(PublishRefused):
    """Somebody else has to publish it; the text says who, and because of which lines."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes: how the audit log names them, and whether they are an administrator, by now."""

    by: str
    is_admin: Callable[[], Awaitable[bool]]


def publisher_of(stores: Stores, signed: Signed) -> Publisher:
    """Somebody who is signed in at the console."""

    async def is_admin() -> bool:
        return await is_admin_now(stores, signed.name)

    return Publisher(signed.by, is_admin)


async def is_admin_now(stores: Stores, account: str) -> bool:
    """Whether this account is an administrator's, and opens. May raise `DatabaseUnavailable`."""
    found = await stores.admins.of(account)
    return found is not None and found.suspended is None and not found.clerk and found.role == "admin"


async def check_may_publish(publisher: Publisher, reserved: Sequence[AdminLine]) -> None:
    """Raise `NeedsAdmin` where the draft has lines that are not theirs to publish."""
    if not reserved or await publisher.is_admin():
        return
    lines = [f"{one.place.file}:{one.place.line} {one.path}" for one in reserved[:NAMED]]
    more = ["…"] if len(reserved) > NAMED else []
    raise NeedsAdmin(tr("an administrator has to publish this: {lines}", lines=row([*lines, *more])))
