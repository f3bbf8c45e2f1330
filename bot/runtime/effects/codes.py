"""The desk for one-time codes, and the warnings as a day's SMS are used up."""

from __future__ import annotations

import logging
import math
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import sms_text
from bot.model.alert import TroubleReason
from bot.model.clock import PatientClock
from bot.model.contact import Contact
from bot.model.effects import CheckCode, SendCode
from bot.model.event import Origin, Outcome
from bot.model.one_time_code import (
    NEARLY,
    NEWCOMER,
    NEWCOMERS_PER_DAY,
    Bringer,
    event_fields,
    full_minute,
    newcomers_in_an_hour,
)
from bot.model.translatable import Language, Translatable, tr
from bot.runtime.effects.effect_runner import patiently
from bot.runtime.effects.sms_credit import SmsCredits
from bot.runtime.metrics import Tally
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers
from bot.sms.phone import masked
from bot.sms.sender import ShortMessage, SmsNotSent, SmsResult, SmsSender, SmsSent, Unsure
from bot.store.counters.code_limits import DayCount, next_hour
from bot.store.counters.codes import (
    CodeLimit,
    CodeRequest,
    Codes,
    Issued,
    IssuedBefore,
    TooMany,
    TooSoon,
)

log = logging.getLogger("oaflow.codes")

_WHAT_NOW = "`oaflow sms status` says by whom, `oaflow sms cap N --today` allows more"


class AlertOnce(Protocol):
    """Where alerts come in: `bot.runtime.alerts.alert_dispatcher.AlertDesk`."""

    async def once(self, reason: TroubleReason, what: str, text: str) -> None: ...


class SmsDayWatch:
    """Warns in the log, and by an alert `sms_low`. May raise `DatabaseUnavailable`.

    Each count of a day is reached once, by one process; where its code is not sent after all and the next one
    reaches it again, the alert is still one.
    """

    def __init__(
        self, alerts: AlertOnce, language: Callable[[], Language], public: Callable[[], str]
    ) -> None:
        """`language` is that of the playbook; `public`: our own address, empty while it is unknown."""
        self._alerts = alerts
        self._language = language
        self._public = public

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
        """Their share of the hour is nearly used up, or all of it, or that of the day: who is kept out then
        knows nothing of a crowd that asks for codes. Twice in an hour at most."""
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
        """Tell it once, under the name `what`, in the playbook's language, with where one sees by whom, and
        allows more: the console's page, where it has an address."""
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


class OneTimeCodes:
    """Sends codes through the provider of the channel, at most once each, and compares them."""

    def __init__(
        self,
        codes: Codes,
        playbook: Callable[[], Playbook],
        sender: Callable[[str], SmsSender | None],
        credits: SmsCredits,
        contacts: ContactStore,
        inviter: Callable[[str], Awaitable[Contact | None]],
        clock: PatientClock,
        day: SmsDayWatch,
    ) -> None:
        """`sender(name)` is the provider of that name in the playbook's section `sms`; `inviter(code)` whose
        link of a campaign has this code."""
        self._codes = codes
        self._contacts = contacts
        self._inviter = inviter
        self._playbook = playbook
        self._sender = sender
        self._credits = credits
        self._clock = clock
        self._day = day
        self.refused = Tally("oaflow_codes_refused", "Codes not sent, by whose limit it was.", "limit")
        self.ends = Tally("oaflow_sms", "SMS by provider and how they ended.", "provider", "end")

    @property
    def carries_out(self) -> EffectHandlers:
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, request: SendCode, caller: Caller) -> Outcome:
        """`sent`, `too_soon` (`event.seconds`, `event.waiting`), `refused` (`event.until`) or `failed`.

        An SMS that may have been sent counts as sent: its code is good, and the person may
        ask for another after a minute. So does one before whose sending the process died.
        """
        playbook = self._playbook()
        rules = playbook.channels.get(caller.channel)
        name = rules.sms if rules is not None else None
        sender = self._sender(name) if name is not None else None
        if name is None or sender is None:
            log.warning("no code is sent on %s: it has no provider that can", caller.channel)
            return _of("failed", request.origin)
        wanted = await self._wanted(request, caller, playbook)
        issued = await patiently(lambda: self._codes.issue(wanted, self._clock.now()), self._clock)
        match issued:
            case Issued(code, today):
                outcome = await self._sent(wanted, code, name, sender, caller, request.origin)
                await patiently(lambda: self._counted(wanted, today), self._clock)
                return outcome
            case IssuedBefore():
                return _of("sent", request.origin)
            case TooMany(until, who):
                self.refused.inc(who)
                log.info("no code is sent to %s: %s", masked(request.phone), _USED_UP[who])
                again = full_minute(until or self._end_of_day(playbook))
                return Outcome("code", "refused", request.origin, fields={"until": again})
            case TooSoon(seconds, waiting, who):
                self.refused.inc(who)
                fields = {"seconds": seconds, "waiting": waiting}
                return Outcome("code", "too_soon", request.origin, fields=fields)

    async def _sent(
        self, wanted: CodeRequest, code: str, name: str, sender: SmsSender, caller: Caller, origin: Origin
    ) -> Outcome:
        text = sms_text(self._playbook(), caller.channel, code, caller.at)
        message = ShortMessage(uuid.uuid5(_IDS, caller.id).hex, wanted.phone, text, caller.user)
        match await self._through(name, sender, message):
            case SmsNotSent(reason, why):
                self.ends.inc(name, why)
                log.warning("no code reaches %s through %s (%s): %s", masked(wanted.phone), name, why, reason)
                await patiently(lambda: self._codes.take_back(wanted), self._clock)
                return _of("failed", origin)
            case Unsure(reason):
                self.ends.inc(name, "unsure")
                log.warning("a code to %s through %s may be lost: %s", masked(wanted.phone), name, reason)
            case SmsSent():
                self.ends.inc(name, "sent")
        return _of("sent", origin)

    async def _counted(self, wanted: CodeRequest, today: DayCount) -> None:
        most, at = today.most(wanted.per_day), self._clock.now().astimezone(self._playbook().zone)
        await self._day.counted(wanted.day, today, most, at, newcomer=wanted.newcomer)

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

    async def check(self, request: CheckCode, caller: Caller) -> Outcome:
        """`right` with the phone that it proves, `wrong` with `event.left`, `locked` with `event.seconds`, or
        `expired`, as of the time of the message."""
        compared = await patiently(
            lambda: self._codes.compare(caller.id, caller.contact, request.code, caller.at), self._clock
        )
        fields = event_fields(compared.result, compared.left, compared.again_in)
        return Outcome("code", compared.result, request.origin, fields=fields, proven=compared.phone)

    def _end_of_day(self, playbook: Playbook) -> datetime:
        today = self._clock.now().astimezone(playbook.zone).date()
        return datetime.combine(today + timedelta(days=1), time(), playbook.zone).astimezone(UTC)

    async def _wanted(self, request: SendCode, caller: Caller, playbook: Playbook) -> CodeRequest:
        day = self._clock.now().astimezone(playbook.zone).date().isoformat()
        new, by = await patiently(lambda: self._came(caller), self._clock)
        who = caller.contact, caller.user
        return CodeRequest(
            caller.id, *who, request.phone, day, playbook.sms_per_day, new, request.address, by
        )

    async def _came(self, caller: Caller) -> tuple[bool, Bringer | None]:
        """Whether this is somebody whom we know for less than a day, or not (a page is open to anybody); and
        who has brought them."""
        stored = await self._contacts.person(caller.contact)
        if stored is None:
            return True, None
        contact = stored.contact
        known = (contact.identity(caller.channel).since, contact.befriended, contact.bound_before)
        if any(self._is_old(moment) for moment in known):
            return False, None
        return True, await self._bringer(contact)

    async def _bringer(self, newcomer: Contact) -> Bringer | None:
        """A clerk, else a member whose link this person came by: one who has proven who they are more than a
        day ago, for a link of one's own is had by anybody."""
        if newcomer.clerk is not None:
            return Bringer("clerk", newcomer.clerk.known_by)
        for code in (one.by for one in newcomer.referrals if one.is_open):
            inviter = await self._inviter(code)
            if inviter is not None and any(self._is_old(one.at) for one in inviter.bindings.values()):
                return Bringer("friend", code)
        return None

    def _is_old(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock.now() - moment >= NEWCOMER


def _of(result: str, origin: Origin) -> Outcome:
    return Outcome("code", result, origin)
