"""One-time codes by SMS, pretended: nothing is sent, everything is counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.one_time_code import BETWEEN, PER_DAY, VALID
from bot.scenario.world import Comparing, Sending

TRIES = 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_PHONE_AND_HOUR = 3
PER_PHONE_AND_DAY = 5
PER_PERSON_AND_DAY = 5


@dataclass(frozen=True, slots=True)
class Text:
    """An SMS that has come: to which contact and phone, when, with which code."""

    who: str
    phone: str
    at: datetime
    code: str


@dataclass(slots=True)
class _Open:
    """The code that somebody is expected to write."""

    sent: Text
    wrong: int = 0


class PretendSms:
    """Sends codes by the rules of the real thing: how often, how long, how many tries.

    `fails`: the provider does not answer. `per_day` is the team's own limit of a day.
    """

    def __init__(self, per_day: int = PER_DAY, credit: Callable[[], str] = lambda: "fine") -> None:
        self.sent: list[Text] = []
        self.fails = False
        self._per_day = per_day
        self._credit = credit
        self._open: dict[str, _Open] = {}

    def send(self, who: str, phone: str, now: datetime) -> Sending:
        """Send a code, unless one was sent to this phone just now or too many were."""
        last = next((text for text in reversed(self.sent) if text.phone == phone), None)
        if last is not None and now - last.at < BETWEEN:
            if last.who == who:
                self._expect(who, last)
            return Sending("too_soon", int((last.at + BETWEEN - now).total_seconds()))
        if self._too_many(who, phone, now):
            return Sending("refused")
        if self.fails or self._credit() == "none":
            return Sending("failed")
        text = Text(who, phone, now, _code(len(self.sent)))
        self.sent.append(text)
        self._open[who] = _Open(text)
        return Sending("sent")

    def _expect(self, who: str, text: Text) -> None:
        if self._open.get(who) is None or self._open[who].sent is not text:
            self._open[who] = _Open(text)

    def _too_many(self, who: str, phone: str, now: datetime) -> bool:
        def within(span: timedelta, **what: str) -> int:
            return sum(
                1
                for text in self.sent
                if now - text.at < span and all(getattr(text, key) == value for key, value in what.items())
            )

        return (
            within(HOUR, phone=phone) >= PER_PHONE_AND_HOUR
            or within(DAY, phone=phone) >= PER_PHONE_AND_DAY
            or within(DAY, who=who) >= PER_PERSON_AND_DAY
            or within(DAY) >= self._per_day
        )

    def check(self, who: str, code: str, now: datetime) -> Comparing:
        """Compare; a right code is used up, and after too many wrong ones none is right."""
        expected = self._open.get(who)
        if expected is None or now - expected.sent.at >= VALID:
            return Comparing("expired")
        if expected.wrong >= TRIES:
            return Comparing("locked")
        if expected.sent.code == code:
            del self._open[who]
            return Comparing("right", expected.sent.phone)
        expected.wrong += 1
        return Comparing("locked" if expected.wrong >= TRIES else "wrong")

    def last(self, who: str) -> Text | None:
        """The last SMS that this person got."""
        return next((text for text in reversed(self.sent) if text.who == who), None)

    def rename(self, old: str, new: str) -> None:
        """What belonged to a contact that has been merged belongs to the other."""
        self.sent = [replace(text, who=new) if text.who == old else text for text in self.sent]
        if old in self._open:
            self._open[new] = self._open.pop(old)


def _code(number: int) -> str:
    """Six digits, the same in every run, never what people write to be wrong (000000, 123456)."""
    return str(200_000 + int(sha256(str(number).encode()).hexdigest(), 16) % 700_000)
