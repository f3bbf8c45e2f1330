"""SMS credit left at each provider: from the answers to SMS, and from queries now and then."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.connectors.sms.sender import Credit, SmsSender
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.decision import SmsCredit
from bot.model.settings import SmsSettings
from bot.model.translatable import Translatable, tr
from bot.runtime.metrics import Levels
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.sms")

EVERY = 600.0
"""Seconds between two queries of one provider."""
REMEMBERED = timedelta(minutes=30)
"""How long a figure is valid where the provider offers no query."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A provider's figure of `at`; `refused`: since then it has refused an SMS for want of credit."""

    credit: Credit | None
    at: datetime
    refused: bool = False


@dataclass(eq=False, repr=False)
class SmsCredits:
    """Levels by the provider's name in the playbook. An unknown one is `fine`: it is tried.

    Each change is logged once: low, none, and over. Alerts about low credit come from
    `operations/alerts/money`, which knows the earlier figures.
    """

    _ways: Callable[[], Mapping[str, SmsSettings]]
    """The providers of the live playbook by name, with the number of messages below which to warn."""
    _sender: Callable[[str], SmsSender | None]
    """The client of a provider, by its name."""
    _clock: PatientClock
    _known: dict[str, _Known] = field(init=False, default_factory=dict)
    _reported: dict[str, SmsCredit] = field(init=False, default_factory=dict)
    _in_money: set[str] = field(init=False, default_factory=set)
    _unsaid: dict[str, Translatable] = field(init=False, default_factory=dict)
    """Alerts that are still to be stored, by name."""
    alert: Callable[[str, Translatable], Awaitable[None]] | None = field(init=False, default=None)
    """Stores an alert once by its name, whichever process finds it; may raise `DatabaseUnavailable`."""
    levels: Levels = field(init=False)

    def __post_init__(self) -> None:
        self.levels = Levels(
            "oaflow_sms_credit", "What is left at a provider, in its unit.", "provider", self._left
        )

    def level(self, name: str) -> SmsCredit:
        """`none`: nothing can be sent; `low`: fewer messages than the playbook's `warn_below`."""
        known = self._known.get(name)
        if known is None:
            return "fine"
        left = known.credit.messages if known.credit is not None else None
        if known.refused or (left is not None and left < 1):
            return "none"
        way = self._ways().get(name)
        warn_below = way.warn_below if way is not None else None
        return "low" if left is not None and warn_below is not None and left < warn_below else "fine"

    def on_channels(self, playbook: Callable[[], Playbook]) -> Callable[[str], SmsCredit]:
        """A function from channel to its provider's level for decisions; `none` where it has no provider."""

        def of_channel(channel: str) -> SmsCredit:
            rules = playbook().channels.get(channel)
            name = rules.sms if rules is not None else None
            return "none" if name is None else self.level(name)

        return of_channel

    def after_sending(self, name: str, credit: Credit | None) -> None:
        """Take the figure of an answer to an SMS. It can only be lower: answers overtake each other."""
        before = self._known.get(name)
        if credit is None:
            return
        if before is not None and before.credit is not None and before.credit.left < credit.left:
            self._learn(name, replace(before, refused=False))
        else:
            self._learn(name, _Known(credit, self._clock.now()))

    def after_refusal(self, name: str) -> None:
        """Record that a provider has refused to send for want of credit."""
        before = self._known.get(name, _Known(None, self._clock.now()))
        self._learn(name, replace(before, refused=True))

    async def ask(self, name: str) -> None:
        """Query a provider now. A refusal is forgotten, unless the figure is still zero: SMS are tried
        again."""
        sender = self._sender(name)
        credit = await sender.credit() if sender is not None else None
        now, before = self._clock.now(), self._known.get(name)
        if credit is not None:
            self._warn_uncounted_money(name, credit)
            nothing = before is not None and before.refused and credit.left <= 0
            self._learn(name, _Known(credit, now, nothing))
        elif before is not None:
            old = now - before.at > REMEMBERED
            self._learn(name, replace(before, credit=None if old else before.credit, refused=False))

    def known(self) -> Mapping[str, tuple[Credit, datetime]]:
        """Each provider's last figure and when it was given; without providers of which none is known."""
        found = ((name, known.credit, known.at) for name, known in self._known.items())
        return {name: (credit, at) for name, credit, at in found if credit is not None}

    def _left(self) -> Mapping[str, float]:
        return {name: known.credit.left for name, known in self._known.items() if known.credit is not None}

    def _warn_uncounted_money(self, name: str, credit: Credit) -> None:
        way = self._ways().get(name)
        if credit.messages is None and way is not None and way.warn_below is not None:
            if name not in self._in_money:
                log.warning("nobody warns before %s is empty: it has money, not a number of messages", name)
            self._in_money.add(name)

    async def run(self) -> None:
        """Ask all providers of the playbook, again and again."""
        while True:
            for name in tuple(self._ways()):
                await self.ask(name)
            with suppress(DatabaseUnavailable):  # the next round stores it
                await self.raise_alerts()
            await self._clock.wait(EVERY)

    async def raise_alerts(self) -> None:
        """Store the alerts about credit that is used up since the last time. May raise
        `DatabaseUnavailable`."""
        while self._unsaid and self.alert is not None:
            what, text = next(iter(self._unsaid.items()))
            await self.alert(what, text)
            self._unsaid.pop(what, None)

    def _learn(self, name: str, known: _Known) -> None:
        self._known[name] = known
        before, level = self._reported.get(name, "fine"), self.level(name)
        if level == before:
            return
        self._reported[name] = level
        match level:
            case "none":
                self._unsaid[f"credit {name} {level} {self._clock.now():%Y-%m-%d}"] = tr(
                    "SMS credit of {name} is used up: no codes are sent until it is topped up", name=name
                )
                log.error("SMS credit of %s is used up: no codes are sent until there is some", name)
            case "low":
                log.warning("SMS credit of %s is low: %s", name, _in_words(known.credit))
            case "fine":
                log.warning("SMS credit of %s is fine again: %s", name, _in_words(known.credit))


def _in_words(credit: Credit | None) -> str:
    if credit is None:
        return "how much is left is not known"
    return f"{credit.left:g} {credit.unit} left"
