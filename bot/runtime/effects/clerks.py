"""The service that looks up clerks' codes, over MongoDB: it waits where the database is away, and counts
results."""

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
