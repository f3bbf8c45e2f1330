"""One-time codes by SMS, pretended: nothing is sent, everything is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.model.effects import CheckCode, SendCode
from bot.model.event import Outcome
from bot.model.one_time_code import BETWEEN, PER_DAY, TRIES, VALID, event_fields, full_minute
from bot.model.value import Value
from bot.scenario.world import CodeSending, Comparing, PretendAnswers, PretendCaller

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_PHONE_AND_HOUR = 3
PER_PHONE_AND_DAY = 5
PER_PERSON_AND_DAY = 5


@dataclass(frozen=True, slots=True)
class CodeSms:
    """An SMS that has come: to which contact and phone, when, with which code."""

    who: str
    phone: str
    at: datetime
    code: str


@dataclass(slots=True)
class _Code:
    """A code that somebody was sent, and what has become of it."""

    text: CodeSms
    wrong: int = 0
    used: bool = False


class PretendSms:
    """Sends codes by the rules of the real thing: how often, how long, how many tries.

    `fails`: the provider does not answer. `per_day` is the team's own limit of a day.
    """

    def __init__(self, per_day: int = PER_DAY, credit: Callable[[], str] = lambda: "fine") -> None:
        self.fails = False
        self._per_day = per_day
        self._credit = credit
        self._codes: list[_Code] = []
        self._expected: dict[str, _Code] = {}
        """The code that each contact is to write."""

    @property
    def sent(self) -> list[CodeSms]:
        """All SMS, the first first."""
        return [code.text for code in self._codes]

    def send(self, who: str, phone: str, now: datetime) -> CodeSending:
        """Send a code, unless one was sent to this phone just now or too many were."""
        last = next((code for code in reversed(self._codes) if code.text.phone == phone), None)
        if last is not None and now - last.text.at < BETWEEN:
            seconds = int((last.text.at + BETWEEN - now).total_seconds())
            return CodeSending("too_soon", seconds, waiting=self._expects_again(who, last))
        until = self._full_until(who, phone, now)
        if until is not None:
            return CodeSending("refused", until=until)
        if self.fails or self._credit() == "none":
            return CodeSending("failed")
        self._codes.append(_Code(CodeSms(who, phone, now, _code(len(self._codes)))))
        self._expected[who] = self._codes[-1]
        return CodeSending("sent")

    def _expects_again(self, who: str, code: _Code) -> bool:
        """Whether this code is good for this person still; then it is the one that is to be written."""
        if code.text.who != who or code.used or code.wrong >= TRIES:
            return False
        self._expected[who] = code
        return True

    def _full_until(self, who: str, phone: str, now: datetime) -> datetime | None:
        """When there is room again for one to this phone, of this person; `None`: there is."""
        limits: tuple[tuple[timedelta, int, Mapping[str, str]], ...] = (
            (HOUR, PER_PHONE_AND_HOUR, {"phone": phone}),
            (DAY, PER_PHONE_AND_DAY, {"phone": phone}),
            (DAY, PER_PERSON_AND_DAY, {"who": who}),
            (DAY, self._per_day, {}),
        )
        full = []
        for span, most, what in limits:
            sent = [
                text.at for text in self.sent if all(getattr(text, key) == one for key, one in what.items())
            ]
            if len([at for at in sent if now - at < span]) >= most:
                full.append(sorted(sent, reverse=True)[most - 1] + span if most else now + span)
        return max(full, default=None)

    def check(self, who: str, code: str, now: datetime) -> Comparing:
        """Compare; a right code is used up, and after too many wrong ones none is right."""
        expected = self._expected.get(who)
        if expected is None or expected.used or now - expected.text.at >= VALID:
            return Comparing("expired")
        if expected.wrong >= TRIES:
            return _locked(expected, now)
        if expected.text.code == code:
            expected.used = True
            return Comparing("right", expected.text.phone)
        expected.wrong += 1
        left = TRIES - expected.wrong
        return Comparing("wrong", left=left) if left else _locked(expected, now)

    def last(self, who: str) -> CodeSms | None:
        """The last SMS that this person got."""
        return next((text for text in reversed(self.sent) if text.who == who), None)

    def rename(self, old: str, new: str) -> None:
        """What belonged to a contact that has been merged belongs to the other."""
        for code in self._codes:
            if code.text.who == old:
                code.text = replace(code.text, who=new)
        if old in self._expected:
            self._expected[new] = self._expected.pop(old)


def code_answers(sms: PretendSms) -> PretendAnswers:
    """What this provider is asked for."""

    def sent(request: SendCode, by: PretendCaller) -> Outcome:
        sending = sms.send(by.contact.id, request.phone, by.now)
        return Outcome("code", sending.result, request.origin, fields=_event_fields(sending))

    def checked(request: CheckCode, by: PretendCaller) -> Outcome:
        compared = sms.check(by.contact.id, request.code, by.now)
        details = event_fields(compared.result, compared.left, compared.again_in)
        return Outcome("code", compared.result, request.origin, fields=details, proven=compared.phone)

    return {SendCode: sent, CheckCode: checked}


def _event_fields(sending: CodeSending) -> Mapping[str, Value]:
    """What `event.*` says of a code that was to be sent."""
    if sending.result == "too_soon":
        return {"seconds": sending.seconds, "waiting": sending.waiting}
    return {} if sending.until is None else {"until": full_minute(sending.until)}


def _locked(code: _Code, now: datetime) -> Comparing:
    left = (code.text.at + BETWEEN - now).total_seconds()
    return Comparing("locked", again_in=max(0, int(left)))


def _code(number: int) -> str:
    """Six digits, the same in every run, never what people write to be wrong (000000, 123456)."""
    return str(200_000 + int(sha256(str(number).encode()).hexdigest(), 16) % 700_000)
