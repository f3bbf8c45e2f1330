"""From an ID token to a session: once for each opening of a page."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.line.id_token import Expired, LineAway, RefusedToken, TokenVerdict, Verified
from bot.model.clock import Clock
from bot.web.liff.session import Sessions


class TokenVerifier(Protocol):
    """Who asks LINE: `bot.line.id_token.IdTokens`."""

    async def verify(self, token: str, login_channel: str) -> TokenVerdict: ...


class FailedAttempts(Protocol):
    """How often an address has failed: `bot.store.counters.rate_limits.Attempts`."""

    async def wait(self, address: str, now: datetime) -> int: ...
    async def failed(self, address: str, attempt: str, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person is who the ID token says."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TooManyTries:
    """This address has failed too often; `seconds` until it may try again."""

    seconds: int


PATIENCE = 5.0
"""Seconds that a token waits behind others from addresses that have failed too often."""

SigningIn: TypeAlias = SignedIn | Expired | RefusedToken | LineAway | TooManyTries


class SignIn:
    """Knows who somebody is by LINE's word only. May raise `DatabaseUnavailable`."""

    def __init__(
        self,
        id_tokens: TokenVerifier,
        attempts: FailedAttempts,
        sessions: Sessions,
        clock: Clock,
        patience: float = PATIENCE,
    ) -> None:
        self._id_tokens = id_tokens
        self._attempts = attempts
        self._sessions = sessions
        self._clock = clock
        self._patience = patience
        self._doubted = asyncio.Lock()

    async def session(self, channel: str, login_channel: str, id_token: str, address: str) -> SigningIn:
        """A session on this channel for whoever LINE says the token is of.

        From an address that has failed too often only good tokens are answered, one after the other: carriers
        put thousands behind one address, and one of them must neither keep the others out nor have LINE
        refuse us all. Tries side by side may be, but no more of them are answered.
        """
        wait = await self._attempts.wait(address, self._clock.now())
        verdict = await (self._after_others if wait else self._id_tokens.verify)(id_token, login_channel)
        match verdict:
            case Verified(user, _, name):
                return SignedIn(self._sessions.new(channel, user, name))
            case RefusedToken():
                wait = await self._attempts.failed(address, uuid.uuid4().hex, self._clock.now())
                return TooManyTries(wait) if wait else verdict
            case None:
                return TooManyTries(wait)
            case _:
                return verdict

    async def _after_others(self, id_token: str, login_channel: str) -> TokenVerdict | None:
        """LINE's word, once it is this token's turn; `None`: that does not come in time."""
        try:
            async with asyncio.timeout(self._patience), self._doubted:
                return await self._id_tokens.verify(id_token, login_channel)
        except TimeoutError:
            return None
