"""Accounts to try the staff's pages with, in a simulator: one for each role, without a password.

Nobody can sign in to them but by the button of a simulator, and its database goes with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import NEEDS, ROLES, AdminAccount, AdminRole
from bot.model.clock import Clock
from bot.operations.admins.sessions import SignedSessions
from bot.store.stores import Stores


@dataclass(eq=False, repr=False)
class TryingOut:
    """May raise `DatabaseUnavailable`.

    `clerks_at_hand` has somebody in each store of the playbook.
    """

    _stores: Stores
    _sessions: SignedSessions
    _playbook: Callable[[], Playbook]
    _clerks_at_hand: Callable[[], Awaitable[None]]
    _clock: Clock

    def roles(self) -> list[AdminRole]:
        """Those that can be tried with this playbook: without stores there are no store people."""
        playbook = self._playbook()
        there = {"group": playbook.store_groups, "store": playbook.stores, "clerk": playbook.stores}
        return [role for role in ROLES if role not in NEEDS or there[NEEDS[role]]]

    async def enter(self, role: AdminRole, device: str) -> str:
        """Signed in with this role; what the cookie holds."""
        wanted = await self._wanted(role)
        account = await self._stores.admins.of(wanted.name)
        if account is None:
            await self._stores.admins.add(wanted)
            account = await self._stores.admins.of(wanted.name) or wanted
        now = replace(
            wanted, added=account.added, epoch=account.epoch, rev=account.rev, suspended=account.suspended
        )
        if now != account and await self._stores.admins.change(now):  # the playbook has other stores by now
            account = now
        return await self._sessions.begin(account, "signed_in", device)

    async def _wanted(self, role: AdminRole) -> AdminAccount:
        playbook = self._playbook()
        account = AdminAccount(f"try-{role}".replace("_", "-"), role, self._clock.now(), secrets.token_hex(8))
        match role:
            case "group":
                return replace(account, group=next(iter(playbook.store_groups)))
            case "store_manager":
                return replace(account, store=next(iter(playbook.stores)))
            case "clerk":
                await self._clerks_at_hand()
                async for clerk in self._stores.clerks.all():
                    if clerk.suspended is None and clerk.role == "clerk" and clerk.store in playbook.stores:
                        return replace(account, clerk=clerk.number)
                return account
            case _:
                return account
