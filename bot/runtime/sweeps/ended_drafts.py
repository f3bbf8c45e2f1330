"""Drafts of the playbook whose owner cannot go on: stored for 30 days, then removed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.admin import MAY_DRAFT
from bot.model.api_token import BY_TOKEN
from bot.model.audit import AuditEntry
from bot.model.clock import PatientClock
from bot.model.proposal import OF_PROPOSAL
from bot.runtime.bulk import keep_looking
from bot.store.api_tokens import ApiTokens
from bot.store.cluster.drafts import Drafts
from bot.store.events.audit import AuditLog
from bot.store.proposals import Proposals
from bot.store.staff_accounts import AdminAccounts

LIFE = timedelta(days=30)
"""How long a draft is stored after its owner may not go on with it."""
EVERY = 3600.0
"""Seconds between two looks."""

log = logging.getLogger("oaflow.versions")


@dataclass(frozen=True, slots=True)
class DraftStores:
    """What is looked at and removed."""

    drafts: Drafts
    proposals: Proposals
    accounts: AdminAccounts
    tokens: ApiTokens
    audit: AuditLog


class EndedDrafts:
    """Notes since when an owner is suspended, or may write none, and removes their draft `LIFE` later.

    Only the process that owns part 0 does so. An account that is let in again meanwhile finds it unchanged.
    """

    def __init__(self, stores: DraftStores, owns: Callable[[int], bool], clock: PatientClock) -> None:
        self._stores = stores
        self._owns = owns
        self._clock = clock

    async def run(self) -> None:
        """Look every hour, for ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Note ends and remove drafts now, if this process owns part 0. Raises `DatabaseUnavailable`."""
        if not self._owns(0):
            return
        drafts, now = self._stores.drafts, self._clock.now()
        for one in await drafts.owners():
            may = await may_draft(self._stores, one.owner, now)
            if may != (one.ended is None):
                await drafts.note_end(one.owner, None if may else now)
            elif one.ended is not None and now - one.ended >= LIFE:
                # by nobody; `after`: how many files were removed
                entry = AuditEntry("draft_expired", "", now, one.owner, after=str(one.files))
                await self._stores.audit.record(entry)
                await drafts.replace(one.owner, [])
                log.info("a draft of the playbook of an account that has ended is removed")
        await self._proposals()

    async def _proposals(self) -> None:
        """Remove proposals whose files are gone: they cannot be approved any more."""
        waiting = await self._stores.proposals.open()  # before the files: those are written first
        there = {one.owner for one in await self._stores.drafts.owners()}
        for one in waiting:
            if one.owner not in there:
                await self._stores.proposals.remove(one)


async def may_draft(stores: DraftStores, owner: str, now: datetime) -> bool:
    """Whether the owner of a draft, or of what was handed in, may go on with it."""
    owner = owner.removeprefix(OF_PROPOSAL)
    if owner.startswith(BY_TOKEN):
        token = await stores.tokens.named(owner.removeprefix(BY_TOKEN))
        return token is not None and not token.is_over(now) and token.role in MAY_DRAFT
    account = await stores.accounts.of(owner)
    if account is None or account.suspended is not None or account.clerk:
        return False
    return account.role in MAY_DRAFT
