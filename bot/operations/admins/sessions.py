"""Who is signed in: sessions begin, are read with each request, and end at once when the account changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.admin import (
    CONFIRMED_LIFE,
    IDLE,
    LIFE,
    STEP_LIFE,
    AdminAccount,
    AdminRole,
    AdminSession,
    Signed,
    SignInStep,
    StoreScope,
    admin_scope,
)
from bot.model.clock import Clock
from bot.store.stores import Stores

SECRET_BYTES = 32
LENGTH = 43
"""Characters of a session's secret: 32 bytes in URL-safe base64 (RFC 4648, section 5), without padding."""
TOUCHED_AFTER = timedelta(minutes=5)
"""That somebody was seen is written down so often at most."""


@dataclass(eq=False, repr=False)
class SignedSessions:
    """Sessions of accounts. `clock` is the machine's own, also where a simulator plays: staff there
    does not grow older by it. May raise `DatabaseUnavailable`.

    `demanded`: the roles that have to have a second factor, as of now.
    """

    _stores: Stores
    _clock: Clock
    _demanded: Callable[[], Collection[AdminRole]] = lambda: ()

    def demands_factor(self, role: AdminRole) -> bool:
        """Whether somebody of this role has to have a second factor."""
        return role in self._demanded()

    async def begin(
        self, account: AdminAccount, step: SignInStep, device: str, confirmed: datetime | None = None
    ) -> str:
        """A new session; what its cookie holds, and nobody else knows: never one that was there before.

        `confirmed`: when password or code were given, where that is not just now.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)
        now = self._clock.now()
        until = _until(step, now, now)
        proven = confirmed or now
        session = AdminSession(
            session_id(secret), account.name, account.epoch, step, now, now, until, proven, device
        )
        await self._stores.admin_sessions.begin(session)
        return secret

    async def signed(self, secret: str) -> Signed | None:
        """Whose session this is, as the account is now; `None`: nobody's, or it is over.

        How far they have come is in its `step`: only `signed_in` is signed in.
        """
        if len(secret) != LENGTH:
            return None
        session = await self._stores.admin_sessions.of(session_id(secret))
        return None if session is None else await self._of_session(session)

    async def still(self, signed: Signed, *, listens: bool = False) -> Signed | None:
        """The same as it is by now: for what is done long after it was asked for.

        `listens`: nothing is asked for, a page is only open; that keeps nobody signed in.
        """
        session = await self._stores.admin_sessions.of(signed.session.id)
        return None if session is None else await self._of_session(session, seen=not listens)

    async def end(self, signed: Signed) -> None:
        """Sign out."""
        await self._stores.admin_sessions.end(signed.session.id, signed.name)

    async def end_others(self, name: str, secret: str) -> None:
        """Forget all sessions of an account but this one: nobody takes them any more since it has changed."""
        await self._stores.admin_sessions.end_all(name, session_id(secret))

    async def _of_session(self, session: AdminSession, *, seen: bool = True) -> Signed | None:
        now = self._clock.now()
        if session.until <= now:
            return None
        account = await self._stores.admins.of(session.name)
        if account is None or account.suspended is not None or account.epoch != session.epoch:
            return None
        place = await self.place_of(account)
        if place is None:
            return None
        if seen and now - session.seen >= TOUCHED_AFTER:
            until = _until(session.step, session.began, now)
            session = replace(session, seen=now, until=max(until, session.until))
            await self._stores.admin_sessions.touch(session)
        role, scope = place
        if session.step == "signed_in" and self._lacks_factor(account, role):
            session = replace(session, step="factor")
        is_confirmed = not account.password or now - session.confirmed < CONFIRMED_LIFE
        return Signed(account.name, role, scope, session, is_confirmed)

    def _lacks_factor(self, account: AdminAccount, role: AdminRole) -> bool:
        """Of accounts without a password nobody can set one up: a simulator's, to try the pages with."""
        return bool(account.password) and not account.totp and self.demands_factor(role)

    async def place_of(self, account: AdminAccount) -> tuple[AdminRole, StoreScope] | None:
        """The role of an account and whose people it sees: of a clerk, as they are by now; `None`: suspended,
        gone, or what the role needs is missing."""
        role, group, store = account.role, account.group, account.store
        if account.clerk:
            stored = (await self._stores.clerks.of([account.clerk])).get(account.clerk)
            if stored is None or stored.clerk.suspended is not None:
                return None
            role, group, store = stored.clerk.role, stored.clerk.group, stored.clerk.store
        scope = admin_scope(role, group, store, account.clerk)
        return None if scope is None else (role, scope)


def session_id(secret: str) -> str:
    """The id under which a session is stored: the secret, of 256 bits, cannot be found by it."""
    return sha256(secret.encode()).hexdigest()


def _until(step: SignInStep, began: datetime, seen: datetime) -> datetime:
    if step != "signed_in":
        return began + STEP_LIFE
    return min(seen + IDLE, began + LIFE)
