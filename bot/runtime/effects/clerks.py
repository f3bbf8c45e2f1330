"""The desk for clerks: whom a code leads to, at ten guesses an hour."""

from __future__ import annotations

import logging

from bot.engine.members.clerks import clerk_outcome
from bot.model.clerk import ClerkRecord, StoreClerk
from bot.model.clock import PatientClock
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Outcome
from bot.runtime.effects.effect_runner import patiently
from bot.runtime.metrics import Tally
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers
from bot.store.contacts.clerks import StoreClerks
from bot.store.counters.rate_limits import ClerkGuesses

log = logging.getLogger("oaflow.clerks")


class ClerkFinder:
    """Finds clerks. Nothing is changed here: the turn of the outcome binds the person.

    `ends` has how it came out, with `limited` for what was not looked up.
    """

    def __init__(
        self, clerks: StoreClerks, guesses: ClerkGuesses, contacts: ContactStore, clock: PatientClock
    ) -> None:
        self._clerks = clerks
        self._guesses = guesses
        self._contacts = contacts
        self._clock = clock
        self.ends = Tally("oaflow_clerk_codes", "Clerks' codes by what came of them.", "end")

    @property
    def carries_out(self) -> EffectHandlers:
        return {FindClerk: self.find, CheckClerk: self.find}

    async def find(self, request: FindClerk | CheckClerk, caller: Caller) -> Outcome:
        """`bound` with the clerk (`valid` where nobody is to be bound), `already`, `suspended`, or `unknown`:
        that also after too many guesses.
        """
        outcome = await patiently(lambda: self._found(request, caller), self._clock)
        if outcome is None:
            self.ends.inc("limited")
            log.warning("a clerk's code was not looked up: this person has tried as many as one may")
            return clerk_outcome(request, None, None, self._clock.now())
        self.ends.inc(outcome.result)
        return outcome

    async def _found(self, request: FindClerk | CheckClerk, caller: Caller) -> Outcome | None:
        """What came of it; `None`: this person has no guess left."""
        now = self._clock.now()
        if not await self._guesses.may(caller.user, caller.id, now):
            return None
        clerk = await self._clerks.by_code(request.code, now)
        if clerk is not None:
            await self._guesses.was_right(caller.user, caller.id)
        stored = await self._contacts.person(caller.contact)
        has = None if stored is None else stored.contact.clerk
        return clerk_outcome(request, _record(clerk), has, now)


def _record(clerk: StoreClerk | None) -> ClerkRecord | None:
    if clerk is None or not clerk.has_code:
        return None
    is_off = clerk.suspended is not None
    return ClerkRecord(clerk.code or clerk.number, clerk.name, clerk.store, is_off, clerk.number)
