"""Watching how each shop answers: the log says once that a trouble begins, once that it is over."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import TypeVar

from bot.model.clock import PatientClock
from bot.runtime.trouble import Trouble, Troubles, failed, span_in_words, succeeded
from bot.runtime.trouble_watch import TroubleWatch
from bot.shops.failure import (
    CredentialsExpired,
    CredentialsMissing,
    CredentialsRefused,
    NotOffered,
    NotPermitted,
    SeveralMembers,
    ShopAway,
    ShopFailed,
)

log = logging.getLogger("oaflow.shops")

T = TypeVar("T")

AWAY, REFUSED, ODD = "away", "refused", "odd"
"""It is not reached or fails · it refuses our credentials · it does not do what its platform documents."""

_BEGUN: Mapping[str, str] = {
    AWAY: 'the shop "{shop}" does not answer: {why}; members who bind are asked to try again later',
    REFUSED: 'the shop "{shop}" cannot be asked: {why}; nobody is found there: mend its settings or secrets',
    ODD: 'the shop "{shop}" does not do what it is asked: {why}',
}
_OVER: Mapping[str, str] = {
    AWAY: 'the shop "{shop}" answers again',
    REFUSED: 'the shop "{shop}" can be asked again',
    ODD: 'the shop "{shop}" does what it is asked again',
}
_ON: Mapping[str, str] = {
    AWAY: "it does not answer",
    REFUSED: "it cannot be asked",
    ODD: "it does not do what it is asked",
}


class ShopWatch:
    """What is wrong between this process and the shops, by name. No line holds what was asked about whom."""

    def __init__(self, clock: PatientClock) -> None:
        self._clock = clock
        self._watch = TroubleWatch(_over_in_words, _left_in_words, log, clock)

    async def asked(self, shop: str, asking: Awaitable[T]) -> T:
        """What the shop answers; what it raises is told, and raised."""
        began = self._clock.now()
        try:
            answer = await asking
        except SeveralMembers as error:  # it has answered, and somebody there has to mend it
            log.warning('the shop "%s" cannot say who is meant: %s', shop, error)
            self._answered(shop, began)
            raise
        except NotOffered:
            raise
        except ShopFailed as error:
            self.failed(shop, error, began)
            raise
        self._answered(shop, began)
        return answer

    def failed(self, shop: str, error: ShopFailed, began: datetime) -> None:
        """A question that began then was not answered."""
        known, kind = self._watch.known.get(shop, ()), _kind(error)
        troubles, is_new = failed(known, kind, began, self._clock.now())
        if is_new:
            log.warning("%s", _BEGUN[kind].format(shop=shop, why=f"{type(error).__name__}: {error}"))
        self._watch.keep(shop, troubles)

    async def stop(self) -> None:
        """Say what is still wrong: who starts next begins to watch anew."""
        await self._watch.stop()

    def _answered(self, shop: str, began: datetime) -> None:
        troubles: Troubles = self._watch.known.get(shop, ())
        if troubles:
            self._watch.keep(shop, succeeded(troubles, began, self._clock.now()))


def _kind(error: ShopFailed) -> str:
    match error:
        case ShopAway():
            return AWAY
        case CredentialsRefused() | CredentialsExpired() | CredentialsMissing() | NotPermitted():
            return REFUSED
        case _:
            return ODD


def _over_in_words(trouble: Trouble, shop: str) -> str:
    lasted = span_in_words((trouble.well or trouble.last) - trouble.since)
    return f"{_OVER[trouble.kind].format(shop=shop)}: the trouble took {lasted}, {_cost(trouble)}"


def _left_in_words(trouble: Trouble, shop: str, now: datetime) -> str:
    so_far = f"for {span_in_words(now - trouble.since)}, {_cost(trouble)}"
    return f'stopped in the trouble of the shop "{shop}": {_ON[trouble.kind]}, {so_far}'


def _cost(trouble: Trouble) -> str:
    many = trouble.attempts
    return "1 question was not answered" if many == 1 else f"{many:,} questions were not answered"
