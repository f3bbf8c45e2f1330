"""Finds the clerk of a code that a person enters, at ten wrong codes an hour (D3)."""

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
        """The clerk who has this code now, suspended or not, in any spelling; `None`: nobody has it."""
        ...


class GuessLedger(Protocol):
    """Counts the wrong codes of each LINE user: every code before its lookup, less those that were right."""

    async def may(self, user: str, call: str, now: datetime) -> bool:
        """Count an attempt; whether the user may make it. The same `call` counts once."""
        ...

    async def was_right(self, user: str, call: str) -> None:
        """Take back the attempt `call`: a clerk has this code."""
        ...


@dataclass(eq=False, repr=False)
class ClerkService:
    """Finds clerks by code. It changes no contact: the turn of the outcome binds the person to the clerk.

    `count` counts results; `limited` are codes that were not looked up, after too many wrong ones.
    """

    _clerks: ClerkDirectory
    _guesses: GuessLedger
    _contacts: ContactDirectory
    _clock: Clock
    _count: CountEnd = uncounted

    @property
    def carries_out(self) -> EffectHandlers:
        """The method that carries out both effects, by the type of the request."""
        return {FindClerk: self.find, CheckClerk: self.find}

    async def find(self, request: FindClerk | CheckClerk, caller: Caller) -> Outcome:
        """`bound` with the clerk (`valid` for `CheckClerk`, which binds nobody), `already`, `suspended`, or
        `unknown`, also after too many wrong codes.
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
