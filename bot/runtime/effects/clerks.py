"""The service that looks up clerks' codes, over MongoDB: it waits where the database is away, and counts
results.

A clerk is one document with all codes: a new code and the end of the old one are one write, and a unique
index makes a code one clerk's. A guess is counted by LINE user before it is looked up, and taken back where
the code is known: a thousand at once are ten. Who is bound is decided by the turn that hears the outcome
(`engine/members/clerks`).
"""

from __future__ import annotations

import logging

from bot.model.clock import PatientClock
from bot.runtime.effects.effect_runner import Patient
from bot.runtime.metrics import Tally
from bot.services.clerks import ClerkDirectory, ClerkService, GuessLedger
from bot.services.contact_ports import ContactDirectory

log = logging.getLogger("oaflow.clerks")


class PatientClerks(Patient):
    """Looks up clerks by their codes; `ends` counts the results."""

    def __init__(
        self, clerks: ClerkDirectory, guesses: GuessLedger, contacts: ContactDirectory, clock: PatientClock
    ) -> None:
        self.ends = Tally("oaflow_clerk_codes", "Clerks' codes by what came of them.", "end")
        super().__init__(ClerkService(clerks, guesses, contacts, clock, self._count), clock)

    def _count(self, end: str) -> None:
        self.ends.inc(end)
        if end == "limited":
            log.warning("a clerk's code was not looked up: this person has tried as many as one may")
