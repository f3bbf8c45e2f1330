"""Clerks' codes: whom one leads to, at ten guesses an hour (D3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.engine.members.clerks import clerk_outcome
from bot.model.clerk import StoreClerk
from bot.model.clock import Clock
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Outcome
from bot.services.caller import Caller
from bot.services.contact_ports import ContactDirectory
from bot.services.effects import CountEnd, EffectHandlers, uncounted


class ClerkDirectory(Protocol):
    """The clerks of the stores."""

    async def by_code(self, written: str, now: datetime) -> StoreClerk | None:
        """Whose code this is at this moment, suspended or not, however it is written; `None`: nobody's."""
        ...


class GuessLedger(Protocol):
    """How many codes that nobody has each LINE user has tried. A try is counted before it is looked at."""

    async def may(self, user: str, call: str, now: datetime) -> bool:
        """Whether this try is one of those that the user has. The same `call` counts once."""
        ...

    async def was_right(self, user: str, call: str) -> None:
        """It was no guess: somebody has this code."""
        ...


@dataclass(eq=False, repr=False)
class ClerkService:
    """Finds clerks. Nothing is changed here: the turn of the outcome binds the person.

    `count` counts how it came out, with `limited` for what was not looked up.
    """

    _clerks: ClerkDirectory
    _guesses: GuessLedger
    _contacts: ContactDirectory
    _clock: Clock
    _count: CountEnd = uncounted

    @property
    def carries_out(self) -> EffectHandlers:
        return {FindClerk: self.find, CheckClerk: self.find}

    async def find(self, request: FindClerk | CheckClerk, caller: Caller) -> Outcome:
        """`bound` with the clerk (`valid` where nobody is to be bound), `already`, `suspended`, or `unknown`:
        that also after too many guesses.
        """
        now = self._clock.now()
        if not await self._guesses.may(caller.user, caller.id, now):
            self._count("limited")
            return clerk_outcome(request, None, None, now)
        clerk = await self._clerks.by_code(request.code, now)
        if clerk is not None:
            await self._guesses.was_right(caller.user, caller.id)
        stored = await self._contacts.person(caller.contact)
        has = None if stored is None else stored.contact.clerk
        outcome = clerk_outcome(request, clerk, has, now)
        self._count(outcome.result)
        return outcome
