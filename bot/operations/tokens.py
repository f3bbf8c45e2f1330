"""Tokens of `/admin/api`: made, listed, revoked; what one that is sent may do (requirement K1).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated

from bot.model.admin import CONSOLE, TeamRole, account_name
from bot.model.answer_fields import Column, Help, Internal
from bot.model.api_token import (
    DAYS_MOST,
    KEY_BYTES,
    SECRET_BYTES,
    TOKEN_ROLES,
    TOUCHED_AFTER,
    WRITTEN,
    ApiCaller,
    ApiToken,
    lesser,
)
from bot.model.audit import AuditEntry
from bot.model.clock import Clock
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.admins.sessions import SignedSessions
from bot.operations.audit_trail import audited
from bot.playbook.similar import hint_for, quoted
from bot.store.stores import Stores


class TokenRefused(Refusal):
    """What is asked of a token cannot be done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token, and the text that its user sends: shown once, stored only as a hash."""

    token: ApiToken
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token, and what it may do by now."""

    name: Annotated[str, Column(tr("token"))]
    role: TeamRole
    role_now: Annotated[TeamRole | None, Help("What it may do by now; `null`: nothing.")]
    role_name: Annotated[Translatable, Column(tr("what it may do"))]
    state: Annotated[Translatable, Column(tr("how it is"))]
    by: str
    made: datetime
    until: Annotated[datetime, Column(tr("until"))]
    used: Annotated[datetime | None, Column(tr("last used"))]
    revoked: Annotated[datetime | None, Column(tr("revoked"))]
    is_over: Annotated[bool, Internal()]


class StaffTokens:
    """What is done with tokens, and who did it in the audit log.

    `clock` is the machine's own; `people` theirs, by which the audit log goes, where it is another.
    """

    def __init__(self, stores: Stores, clock: Clock, people: Clock | None = None) -> None:
        self._stores = stores
        self._clock = clock
        self._people = people or clock
        self._sessions = SignedSessions(stores, clock)

    async def make(self, written: str, role: TeamRole, days: int, by: str) -> NewToken:
        """A new one, good for so many days. Raises `TokenRefused`."""
        name = account_name(written)
        if not name:
            raise TokenRefused(
                tr(
                    "{name} cannot be the name of a token: it has letters, digits and . _ - @ + without"
                    " spaces, 64 at most",
                    name=quoted(written),
                )
            )
        if not 1 <= days <= DAYS_MOST:
            raise TokenRefused(tr("a token is good for 1 to {most} days", most=DAYS_MOST))
        now, secret = self._clock.now(), secrets.token_urlsafe(SECRET_BYTES)
        key = secrets.token_hex(KEY_BYTES)
        token = ApiToken(name, role, by, now, now + timedelta(days=days), key, _digest(secret))
        async with audited(self._stores, AuditEntry("token_made", by, self._people.now(), name, after=role)):
            if not await self._stores.api_tokens.add(token):
                raise TokenRefused(
                    tr(
                        "there is a token {name}, or was one: names in the audit log stay one token's",
                        name=Quoted(name),
                    )
                )
        return NewToken(token, f"oaflow_{key}_{secret}")

    async def all(self) -> list[TokenView]:
        """All of them, by name."""
        return [self._view(one, await self._worth(one)) for one in await self._stores.api_tokens.all()]

    def _view(self, token: ApiToken, role: TeamRole | None) -> TokenView:
        is_over = token.is_over(self._clock.now())
        about = (token.name, token.role, role, ROLE_NAMES[role or token.role], _state(token, role, is_over))
        return TokenView(*about, token.by, token.made, token.until, token.used, token.revoked, is_over)

    async def revoke(self, written: Sequence[str], by: str) -> list[str]:
        """Nobody takes these any more, from the next call on; whom that has changed.

        Raises `TokenRefused`.
        """
        named = {token.name: token for token in [await self._named(one) for one in written]}
        revoked = []
        for token in named.values():
            if token.revoked is not None:
                continue
            now = self._clock.now()
            async with audited(self._stores, AuditEntry("token_revoked", by, self._people.now(), token.name)):
                if await self._stores.api_tokens.revoke(token.name, now):
                    revoked.append(token.name)
        return revoked

    async def caller(self, text: str) -> ApiCaller | None:
        """Who calls with this token; `None`: nobody, or one that may do nothing any more."""
        written = WRITTEN.fullmatch(text)
        token = None if written is None else await self._stores.api_tokens.of_key(written[1])
        if written is None or token is None or not hmac.compare_digest(token.digest, _digest(written[2])):
            return None
        role = await self._worth(token)
        if role is None:
            return None
        now = self._clock.now()
        if token.used is None or now - token.used >= TOUCHED_AFTER:
            await self._stores.api_tokens.touch(token.name, now)
        return ApiCaller(token.name, role, token.until)

    async def _worth(self, token: ApiToken) -> TeamRole | None:
        """What it may do: no more than who made it by now; who gives commands has the whole machine."""
        if token.is_over(self._clock.now()) or not token.is_readable:
            return None
        if not token.by.startswith(CONSOLE):
            return token.role
        maker = await self._stores.admins.of(token.by.removeprefix(CONSOLE))
        if maker is None or maker.suspended is not None:
            return None
        place = await self._sessions.place_of(maker)
        role = None if place is None else next((one for one in TOKEN_ROLES if one == place[0]), None)
        return None if role is None else lesser(token.role, role)

    async def _named(self, written: str) -> ApiToken:
        token = await self._stores.api_tokens.named(account_name(written))
        if token is not None:
            return token
        hint = hint_for(written, [one.name for one in await self._stores.api_tokens.all()])
        if hint is None:
            raise TokenRefused(tr("no token is called {name}", name=quoted(written)))
        raise TokenRefused(tr("no token is called {name}; {hint}", name=quoted(written), hint=hint))


def _state(token: ApiToken, role: TeamRole | None, is_over: bool) -> Translatable:
    if is_over:
        return tr("ended") if token.revoked is None else tr("revoked")
    if not token.is_readable:
        return tr("cannot be read: the key is missing that sealed it; revoke it")
    if role is None:
        return tr("worth nothing: who made it has no account of the team now")
    if role != token.role:
        return tr("worth less: who made it may do no more now")
    return tr("good") if token.used else tr("never used")


def _digest(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
