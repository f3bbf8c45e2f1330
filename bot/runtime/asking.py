"""Asking the world for something: carried out, and what came of it stored as an event of the same person."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from bot.model.clock import PatientClock
from bot.model.decision import (
    Asked,
    CallHook,
    CheckCode,
    FindClerk,
    FindMember,
    MoveMember,
    RefreshMember,
    SendCode,
    Told,
)
from bot.model.event import Outcome
from bot.model.inbox import Received
from bot.model.outgoing import Outgoing
from bot.runtime.own_events import outcome_event
from bot.runtime.own_json import read
from bot.runtime.ports import Caller, Effects
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.asking")

STORE_SECONDS = 10.0
AGAIN = 1.0
"""Seconds before what came of an effect is stored again, where the database was away."""


def failing(asked: Asked) -> Outcome:
    """The outcome of the closed set that says that it did not work (language, 4.2)."""
    match asked:
        case CallHook(hook=hook):
            return Outcome("hook", "failed", asked.origin, hook)
        case SendCode():
            return Outcome("code", "failed", asked.origin)
        case CheckCode():  # none was sent, so none is good any more
            return Outcome("code", "expired", asked.origin)
        case FindMember() | MoveMember() | RefreshMember():
            return Outcome("member", "shop_failed", asked.origin)
        case FindClerk():
            return Outcome("clerk", "unknown", asked.origin)


class NobodyThere(Exception):
    """What was to be told reaches nobody."""


class NotYet:
    """The world as long as nobody is there to ask: every effect fails at once, and says so."""

    async def carry_out(self, asked: Asked, caller: Caller) -> Outcome:
        return failing(asked)

    async def tell(self, told: Told, caller: Caller) -> None:
        raise NobodyThere(f"nobody is there to be told of {type(told).__name__}")


class Asker:
    """Carries effects out, and stores what came of each before the effect counts as done."""

    def __init__(
        self,
        effects: Effects,
        store: Callable[[Sequence[Received], float], Awaitable[None]],
        clock: PatientClock,
    ) -> None:
        """`store` makes events durable, like those of a webhook."""
        self._effects = effects
        self._store = store
        self._clock = clock

    async def ask(self, call: Outgoing, contact: str, owned: Callable[[], bool]) -> Outcome | None:
        """Carry this out and store its outcome; `None` if the contact was not ours any more before that."""
        asked: Asked = read(call.body)
        outcome = await self._outcome(asked, _caller(call, contact))
        while owned():
            try:
                event = outcome_event(call, asked, outcome, contact, self._clock.now())
                await self._store([event], STORE_SECONDS)
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)
            else:
                return outcome
        return None

    async def tell(self, call: Outgoing, contact: str, owned: Callable[[], bool]) -> bool:
        """Carry out what nobody answers; `False` if the contact was not ours any more before that."""
        told: Told = read(call.body)
        while owned():
            try:
                await self._effects.tell(told, _caller(call, contact))
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)
            else:
                return True
        return False

    async def _outcome(self, asked: Asked, caller: Caller) -> Outcome:
        try:
            return await self._effects.carry_out(asked, caller)
        except Exception:  # whoever asked must hear of it, and the person's other calls go on
            log.exception("%s could not be carried out", type(asked).__name__)
            return failing(asked)


def _caller(call: Outgoing, contact: str) -> Caller:
    return Caller(contact, call.channel, call.to, call.id, call.created)
