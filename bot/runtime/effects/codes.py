"""One-time codes over MongoDB and by SMS, and the warnings as a day's SMS are used up."""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.connectors.sms.phone import masked
from bot.connectors.sms.sender import ShortMessage, SmsNotSent, SmsResult, SmsSender, SmsSent, Unsure
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import sms_text
from bot.model.alert import TroubleReason
from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.issued_code import (
    CodeLimit,
    CodeRequest,
    Compared,
    DayCount,
    Issued,
    IssuedBefore,
    TooMany,
    TooSoon,
    next_hour,
)
from bot.model.one_time_code import NEARLY, NEWCOMERS_PER_DAY, newcomers_in_an_hour
from bot.model.translatable import Language, Translatable, tr
from bot.runtime.effects.effect_runner import Patient, patiently
from bot.runtime.effects.sms_credit import SmsCredits
from bot.runtime.metrics import Tally
from bot.services.caller import Caller
from bot.services.codes import CodeLedger, CodeService
from bot.services.contact_ports import ContactDirectory

log = logging.getLogger("oaflow.codes")

_WHAT_NOW = "`oaflow sms status` says by whom, `oaflow sms cap N --today` allows more"


class AlertOnce(Protocol):
    """Stores an alert once by its name `what`: `bot.runtime.alerts.alert_dispatcher.AlertQueue`.

    Raises `DatabaseUnavailable`.
    """

    async def once(self, reason: TroubleReason, what: str, text: str) -> None: ...


@dataclass(eq=False, repr=False)
class SmsDayWatch:
    """Warns in the log, and by an alert `sms_low`. May raise `DatabaseUnavailable`.

    Each count of a day is reached once, by one process; where its code is not sent after all and the next one
    reaches it again, the alert is still one.
    """

    _alerts: AlertOnce
    _language: Callable[[], Language]
    """The playbook's."""
    _public: Callable[[], str]
    """The base of our own web addresses; empty while it is unknown."""

    async def counted(self, day: str, today: DayCount, most: int, at: datetime, *, newcomer: bool) -> None:
        """Another of the `most` codes of the team's `day` was sent `at` this moment, to a newcomer or not."""
        if newcomer:
            await self._of_newcomers(day, today, most, at)
        if today.sent == most:
            log.error("all %d SMS codes of %s are used up: nobody can bind a phone. %s", most, day, _WHAT_NOW)
            await self.alert(f"{day} {most} all", _all(most))
        elif today.sent == math.ceil(most * NEARLY):
            log.warning("%d of %d SMS codes of %s are used. %s", today.sent, most, day, _WHAT_NOW)
            await self.alert(f"{day} {most} nearly", _nearly(today.sent, most))

    async def _of_newcomers(self, day: str, today: DayCount, most: int, at: datetime) -> None:
        """Alert when newcomers' share of the hour is nearly or fully used up, or that of the day: real
        newcomers are refused then because of a crowd that requests codes. Twice in an hour at most."""
        in_hour, of_day = newcomers_in_an_hour(most), math.ceil(most * NEWCOMERS_PER_DAY)
        if today.newcomers == of_day:
            await self.alert(f"{day} {most} newcomers", _newcomers(of_day, of_day, "24:00"))
        elif today.this_hour in (in_hour, math.ceil(in_hour * NEARLY)):
            name = f"{day} {at:%H} {most} newcomers {today.this_hour}"
            await self.alert(name, _newcomers(today.this_hour, in_hour, f"{next_hour(at):%H:%M}"))
        if today.this_hour == in_hour:
            log.warning(
                "%d SMS codes of this hour went to people who are friends for less than a day, or no "
                "friends: others like them wait for the next hour. %s",
                today.this_hour,
                _WHAT_NOW,
            )

    async def alert(self, what: str, message: Translatable) -> None:
        """Store an alert once, under the name `what`, in the playbook's language, with where staff see who
        had the codes and allow more: the console's page, or commands while it has no address."""
        public, words = self._public(), self._language()
        where = f"{public}/admin/binding#sms" if public else words.text(_BY_COMMAND)
        await self._alerts.once("sms_low", what, f"{words.text(message)}\n{where}")


_BY_COMMAND = tr("who had them:  oaflow sms status  ; more for today:  oaflow sms cap N --today")


def _all(most: int) -> Translatable:
    return tr(
        "all {number} SMS codes of today are used up: nobody can bind a phone until midnight",
        number=f"{most:,}",
    )


def _nearly(sent: int, most: int) -> Translatable:
    return tr(
        "{sent} of today's {number} SMS codes are used",
        sent=f"{sent:,}",
        number=f"{most:,}",
    )


def _newcomers(sent: int, most: int, until: str) -> Translatable:
    return tr(
        "{sent} of {number} SMS codes for new friends are used; once all are, nobody new can bind until"
        " {until}, but customers whom a clerk or a member brings",
        sent=f"{sent:,}",
        number=f"{most:,}",
        until=until,
    )


_USED_UP: Mapping[CodeLimit, str] = {
    "phone": "it was sent as many as it may",
    "person": "who asks has had as many as one person may",
    "address": "pages at one address have asked for as many as they may within a minute",
    "team": "the team's codes of the day are used up",
    "newcomers": "what new friends may have of the team's codes is used up",
}

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730002")


class PatientCodes:
    """The ledger of codes in MongoDB; it waits where the database is away. `refused` counts by exhausted
    limit."""

    def __init__(self, codes: CodeLedger, clock: PatientClock) -> None:
        self._codes = codes
        self._clock = clock
        self.refused = Tally("oaflow_codes_refused", "Codes not sent, by whose limit it was.", "limit")

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        """See `bot.services.codes.CodeLedger`."""
        issued = await patiently(lambda: self._codes.issue(wanted, now), self._clock)
        if isinstance(issued, TooMany | TooSoon):
            self.refused.inc(issued.limit)
        if isinstance(issued, TooMany):
            log.info("no code is sent to %s: %s", masked(wanted.phone), _USED_UP[issued.limit])
        return issued

    async def take_back(self, wanted: CodeRequest) -> None:
        """See `bot.services.codes.CodeLedger`."""
        await patiently(lambda: self._codes.take_back(wanted), self._clock)

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        """See `bot.services.codes.CodeLedger`."""
        return await patiently(lambda: self._codes.compare(call, contact, code, at), self._clock)


@dataclass(eq=False, repr=False)
class SmsCourier:
    """Sends codes through the SMS provider of the channel; `ends` counts the results."""

    _playbook: Callable[[], Playbook]
    _sender: Callable[[str], SmsSender | None]
    """A provider by its name in the playbook's section `sms`."""
    _credits: SmsCredits
    _clock: PatientClock
    _day: SmsDayWatch
    ends: Tally = field(
        init=False,
        default_factory=lambda: Tally("oaflow_sms", "SMS by provider and how they ended.", "provider", "end"),
    )

    def reaches(self, channel: str) -> bool:
        """See `bot.services.codes.CodeCourier`."""
        if self._provider(channel) is None:
            log.warning("no code is sent on %s: it has no provider that can", channel)
            return False
        return True

    def _provider(self, channel: str) -> tuple[str, SmsSender] | None:
        rules = self._playbook().channels.get(channel)
        name = None if rules is None else rules.sms
        sender = None if name is None else self._sender(name)
        return None if name is None or sender is None else (name, sender)

    async def deliver(self, wanted: CodeRequest, issued: Issued, caller: Caller) -> bool:
        """See `bot.services.codes.CodeCourier`."""
        is_sent = await self._is_sent(wanted, issued.code, caller)
        most, at = issued.today.most(wanted.per_day), self._clock.now().astimezone(self._playbook().zone)
        await patiently(
            lambda: self._day.counted(wanted.day, issued.today, most, at, newcomer=wanted.newcomer),
            self._clock,
        )
        return is_sent

    async def _is_sent(self, wanted: CodeRequest, code: str, caller: Caller) -> bool:
        provider = self._provider(caller.channel)
        if provider is None:  # it was there when the code was issued
            return False
        name, sender = provider
        text = sms_text(self._playbook(), caller.channel, code, caller.at)
        message = ShortMessage(uuid.uuid5(_IDS, caller.id).hex, wanted.phone, text, caller.user)
        match await self._through(name, sender, message):
            case SmsNotSent(reason, why):
                self.ends.inc(name, why)
                log.warning("no code reaches %s through %s (%s): %s", masked(wanted.phone), name, why, reason)
                return False
            case Unsure(reason):
                self.ends.inc(name, "unsure")
                log.warning("a code to %s through %s may be lost: %s", masked(wanted.phone), name, reason)
            case SmsSent():
                self.ends.inc(name, "sent")
        return True

    async def _through(self, name: str, sender: SmsSender, message: ShortMessage) -> SmsResult:
        """Send it, unless the credit is known to be used up; record what the answer says of the credit."""
        if self._credits.level(name) == "none":
            return SmsNotSent("the credit is used up", "credit")
        result = await sender.send(message)
        if isinstance(result, SmsSent):
            self._credits.after_sending(name, result.credit)
        elif isinstance(result, SmsNotSent) and result.why == "credit":
            self._credits.after_refusal(name)
        return result


class OneTimeCodes(Patient):
    """The service of one-time codes over MongoDB and the SMS providers. `refused` counts refusals by
    exhausted limit, `ends` the results of SMS."""

    def __init__(
        self,
        codes: CodeLedger,
        playbook: Callable[[], Playbook],
        sender: Callable[[str], SmsSender | None],
        credits: SmsCredits,
        contacts: ContactDirectory,
        link_owner: Callable[[str], Awaitable[Contact | None]],
        clock: PatientClock,
        day: SmsDayWatch,
    ) -> None:
        """See `SmsCourier`, and `bot.services.codes.CodeService`."""
        ledger = PatientCodes(codes, clock)
        courier = SmsCourier(playbook, sender, credits, clock, day)
        self.refused, self.ends = ledger.refused, courier.ends
        super().__init__(CodeService(ledger, courier, playbook, contacts, link_owner, clock), clock)
