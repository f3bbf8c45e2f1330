"""One-time codes that prove a phone: sent by SMS at most once each, compared with what people enter (B12)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.effects import CheckCode, SendCode
from bot.model.event import Origin, Outcome
from bot.model.issued_code import CodeRequest, Compared, Issued, IssuedBefore, TooMany, TooSoon
from bot.model.one_time_code import NEWCOMER, Bringer, event_fields, full_minute
from bot.services.caller import Caller
from bot.services.contact_ports import ContactDirectory
from bot.services.effects import EffectHandlers
from bot.services.promotions import codes_that_brought


class CodeLedger(Protocol):
    """Stores issued codes, and limits how often codes are sent and guessed."""

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        """Count this sending and make its code, or say why not: too soon after the last, or over a limit.

        `IssuedBefore`: this very request has had its code already, as after a crash.
        """
        ...

    async def take_back(self, wanted: CodeRequest) -> None:
        """Void the code and the count of a request whose SMS has certainly not been sent."""
        ...

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        """Compare `code`, entered at `at` (UTC), with the one that the contact was sent last; it works once.

        `call` is the id of this request: repeated, it counts once and gets the same answer.
        """
        ...


class CodeCourier(Protocol):
    """Sends codes to phones by SMS."""

    def reaches(self, channel: str) -> bool:
        """Whether there is a provider of SMS for this channel."""
        ...

    async def deliver(self, wanted: CodeRequest, issued: Issued, caller: Caller) -> bool:
        """Send a code; `False`: it has certainly not been sent."""
        ...


@dataclass(eq=False, repr=False)
class CodeService:
    """Sends codes, at most once each, and compares them.

    `link_owner(code)` gives the contact whose personal link has this code (a referral).
    """

    _ledger: CodeLedger
    _courier: CodeCourier
    _playbook: Callable[[], Playbook]
    _contacts: ContactDirectory
    _link_owner: Callable[[str], Awaitable[Contact | None]]
    _clock: Clock

    @property
    def carries_out(self) -> EffectHandlers:
        """The methods that carry out effects, by the type of the request."""
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, request: SendCode, caller: Caller) -> Outcome:
        """Send a code: `sent`, `too_soon` (`event.seconds`, `event.waiting`), `refused` (`event.until`) or
        `failed`.

        An SMS that may have been sent counts as sent: its code is valid, and the person may ask for another
        after a minute. So does one whose process died just before sending.
        """
        if not self._courier.reaches(caller.channel):
            return _of("failed", request.origin)
        playbook = self._playbook()
        wanted = await self._wanted(request, caller, playbook)
        match issued := await self._ledger.issue(wanted, self._clock.now()):
            case Issued():
                if await self._courier.deliver(wanted, issued, caller):
                    return _of("sent", request.origin)
                await self._ledger.take_back(wanted)
                return _of("failed", request.origin)
            case IssuedBefore():
                return _of("sent", request.origin)
            case TooMany(until):
                again = full_minute(until or self._end_of_day(playbook))
                return Outcome("code", "refused", request.origin, fields={"until": again})
            case TooSoon(seconds, waiting):
                fields = {"seconds": seconds, "waiting": waiting}
                return Outcome("code", "too_soon", request.origin, fields=fields)

    async def check(self, request: CheckCode, caller: Caller) -> Outcome:
        """Compare a code: `right` with the phone that it proves, `wrong` with `event.left` (attempts),
        `locked` with `event.seconds`, or `expired`; by the time of the message."""
        compared = await self._ledger.compare(caller.id, caller.contact, request.code, caller.at)
        fields = event_fields(compared.result, compared.left, compared.again_in)
        return Outcome("code", compared.result, request.origin, fields=fields, proven=compared.phone)

    def _end_of_day(self, playbook: Playbook) -> datetime:
        today = self._clock.now().astimezone(playbook.zone).date()
        return datetime.combine(today + timedelta(days=1), time(), playbook.zone).astimezone(UTC)

    async def _wanted(self, request: SendCode, caller: Caller, playbook: Playbook) -> CodeRequest:
        day = self._clock.now().astimezone(playbook.zone).date().isoformat()
        new, by = await self._came(caller)
        account = caller.contact, caller.user
        return CodeRequest(
            caller.id, *account, request.phone, day, playbook.sms_per_day, new, request.address, by
        )

    async def _came(self, caller: Caller) -> tuple[bool, Bringer | None]:
        """Whether the person is a newcomer, known for less than `NEWCOMER` or not at all; and the clerk or
        member who brought a newcomer. Newcomers share a smaller number of codes."""
        stored = await self._contacts.person(caller.contact)
        if stored is None:
            return True, None
        contact = stored.contact
        known = (contact.identity(caller.channel).since, contact.befriended, contact.bound_before)
        if any(self._is_old(moment) for moment in known):
            return False, None
        return True, await self._bringer(contact)

    async def _bringer(self, newcomer: Contact) -> Bringer | None:
        """The clerk, else the member by whose link this person came.

        A member counts only where a binding is older than `NEWCOMER`: anybody can get a link of their own.
        """
        if newcomer.clerk is not None:
            return Bringer("clerk", newcomer.clerk.known_by)
        for code in codes_that_brought(newcomer):
            link_owner = await self._link_owner(code)
            if link_owner is not None and any(self._is_old(one.at) for one in link_owner.bindings.values()):
                return Bringer("friend", code)
        return None

    def _is_old(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock.now() - moment >= NEWCOMER


def _of(result: str, origin: Origin) -> Outcome:
    return Outcome("code", result, origin)
