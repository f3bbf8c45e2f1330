"""Counts what calls to LINE cost: the month's messages, and the caps of journeys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bot.model.outgoing import Outgoing
from bot.runtime.limits.caps import Caps, Fitting
from bot.runtime.limits.quota import Quotas
from bot.runtime.retry import Done, GiveUp


class Spending(Protocol):
    """Counts the sender's calls, and decides before each whether it may be made."""

    def begun(self, call: Outgoing) -> None: ...
    async def fit(self, call: Outgoing) -> Fitting: ...
    def ended(self, call: Outgoing, result: Done | GiveUp) -> None: ...
    def settled(self, calls: Iterable[str]) -> None: ...
    def forget(self, calls: Iterable[str]) -> None: ...


class Free:
    """Counts nothing, and lets every call through: for tests and trials."""

    def begun(self, call: Outgoing) -> None:
        """It costs nothing."""

    async def fit(self, call: Outgoing) -> Fitting:
        """All of it."""
        return Fitting(call)

    def ended(self, call: Outgoing, result: Done | GiveUp) -> None:
        """It has cost nothing."""

    def settled(self, calls: Iterable[str]) -> None:
        """Nothing to do."""

    def forget(self, calls: Iterable[str]) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Meters:
    """The meters of the month's messages and of the caps: each call passes both."""

    quotas: Quotas
    caps: Caps

    def begun(self, call: Outgoing) -> None:
        """This call is to be made."""
        self.quotas.begun(call)
        self.caps.begun(call)

    async def fit(self, call: Outgoing) -> Fitting:
        """What of it the caps leave room for."""
        return await self.caps.fit(call) if call.journeys else Fitting(call)

    def ended(self, call: Outgoing, result: Done | GiveUp) -> None:
        """This call has been made, has been given up, or was left out."""
        self.quotas.ended(call, result)
        self.caps.ended(call, result)

    def settled(self, calls: Iterable[str]) -> None:
        """These calls are off their contacts."""
        self.caps.settled(calls)

    def forget(self, calls: Iterable[str]) -> None:
        """These calls are made by another process, if at all."""
        self.quotas.forget(calls)
        self.caps.forget(calls)
