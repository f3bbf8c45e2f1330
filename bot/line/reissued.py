"""A channel whose secret or access token was issued anew: for a while the one before is good, too (A11)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.line.access_token import AccessToken, NoToken, access_token
from bot.line.outcome import Refused
from bot.model.channel import Channel
from bot.model.clock import Clock

log = logging.getLogger("oaflow.line")

BOTH_GOOD = timedelta(minutes=10)
"""For how long the old one is accepted beside the new one (requirement A11)."""


@dataclass(frozen=True, slots=True)
class Former:
    """A channel with its former secret and token, which are accepted until `until` (UTC)."""

    channel: Channel
    until: datetime


def formers(old: Channel, new: Channel, before: Iterable[Former], now: datetime) -> tuple[Former, ...]:
    """The former states still accepted once `new` replaces `old`, the latest first; `before`: those so far.

    None for another LINE account under the same name.
    """
    if old.channel_id != new.channel_id:
        return ()
    still = tuple(one for one in before if now < one.until)
    if (old.channel_secret, old.access_token) == (new.channel_secret, new.access_token):
        return still
    return (Former(old, now + BOTH_GOOD), *still)


def secrets(channel: Channel, before: Sequence[Former], now: datetime) -> Iterator[str]:
    """Every channel secret by which a webhook may be signed now, the newest first."""
    yield channel.channel_secret
    yield from (one.channel.channel_secret for one in before if now < one.until)


class ReissuedToken:
    """An `AccessToken`: the new one; where LINE refuses it, the old one, until `until` (UTC)."""

    def __init__(self, name: str, new: AccessToken, old: AccessToken, until: datetime, clock: Clock) -> None:
        """`name` is the channel's, for the log."""
        self._name = name
        self._new = new
        self._old = old
        self._until = until
        self._clock = clock
        self._new_is_refused = False
        self._old_is_refused = False
        self._from_old: str | NoToken = ""

    def at_hand(self) -> str | None:
        if not self._uses_old():
            return self._new.at_hand()
        token = self._old.at_hand()
        if token is not None:
            self._from_old = token
        return token

    async def get(self) -> str | NoToken:
        if self._uses_old():
            return await self._get_old()
        token = await self._new.get()
        if isinstance(token, Refused) and self._fall_back():
            return await self._get_old()
        return token

    async def _get_old(self) -> str | NoToken:
        self._from_old = await self._old.get()
        return self._from_old

    def refused(self, value: str) -> bool:
        if value == self._from_old:
            if not self._old.refused(value):
                self._old_is_refused = True  # then the new one is all there is
            return True
        return self._uses_old() or self._new.refused(value) or self._fall_back()

    def _uses_old(self) -> bool:
        return self._new_is_refused and not self._old_is_refused and self._clock.now() < self._until

    def _fall_back(self) -> bool:
        if self._new_is_refused or self._clock.now() >= self._until:
            return False
        self._new_is_refused = True
        log.warning(
            "LINE does not take the new access token of the channel %s: the one before is used until %s;"
            " is the new one written down rightly?",
            self._name,
            self._until.strftime("%H:%M UTC"),
        )
        return True


def current_token(
    channel: Channel,
    before: Sequence[Former],
    api: str,
    session: aiohttp.ClientSession,
    clock: Clock,
    timeout: aiohttp.ClientTimeout | None = None,
) -> AccessToken:
    """The token of this channel, with former ones (`before`) to fall back on."""
    token = access_token(channel, api, session, clock, timeout)
    others = [one for one in before if _opened_by(one.channel) != _opened_by(channel)]
    if not others:
        return token
    last, *earlier = others
    old = current_token(last.channel, earlier, api, session, clock, timeout)
    return ReissuedToken(channel.name, token, old, last.until, clock)


def _opened_by(channel: Channel) -> tuple[str, str]:
    """The credential of this channel's calls: its long-lived token, else what stateless tokens are made
    from."""
    return ("token", channel.access_token) if channel.access_token else ("secret", channel.channel_secret)
