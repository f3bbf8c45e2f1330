"""Who acts for a person at a till and in which store, and for how long an action there can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model.admin import Signed
from bot.store.stores import Stores

OWN_UNDO = timedelta(minutes=10)
"""For so long whoever has done something may undo that."""


@dataclass(frozen=True, slots=True)
class TillActor:
    """Who acts: `by`, an actor of the audit log, at `store` (its name in the playbook; empty: at none)."""

    by: str
    store: str = ""


async def store_of(stores: Stores, signed: Signed) -> str:
    """The store (its name in the playbook) where somebody works; empty for who works in none, or several."""
    if signed.scope.store or not signed.scope.clerk:
        return signed.scope.store
    clerk = (await stores.clerks.of([signed.scope.clerk])).get(signed.scope.clerk)
    return clerk.clerk.store if clerk is not None else ""
