"""One-time codes: sent at most once each, and compared (B12)."""

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
    """Codes that were issued: how often one may be sent, and how often one may be guessed."""

    async def issue(self, wanted: CodeRequest, now: datetime) -> Issued | IssuedBefore | TooSoon | TooMany:
        """Count this sending, and make its code, unless it is too early or one too many."""
        ...

    async def take_back(self, wanted: CodeRequest) -> None:
        """The code has certainly not been sent: it is good for nothing, and does not count."""
        ...

    async def compare(self, call: str, contact: str, code: str, at: datetime) -> Compared:
        """Whether this is the code that the contact was sent last. A right one is good once.

        `call` is the id of the asking: the same one again counts once and gets the same answer.
        """
        ...


class CodeCourier(Protocol):
    """Brings codes onto phones."""

    def reaches(self, channel: str) -> bool:
        """Whether there is a provider of SMS for this channel."""
        ...

    async def deliver(self, wanted: CodeRequest, issued: Issued, caller: Caller) -> bool:
        """Send a code; `False`: it has certainly not been sent."""
        ...


@dataclass(eq=False, repr=False)
class CodeService:
    """Sends codes, at most once each, and compares them.

    `link_owner(code)`: whose link of a campaign has this code.
    """

    _ledger: CodeLedger
    _courier: CodeCourier
    _playbook: Callable[[], Playbook]
    _contacts: ContactDirectory
    _link_owner: Callable[[str], Awaitable[Contact | None]]
    _clock: Clock

    @property
    def carries_out(self) -> EffectHandlers:
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, request: SendCode, caller: Caller) -> Outcome:
        """`sent`, `too_soon` (`event.seconds`, `event.waiting`), `refused` (`event.until`) or `failed`.

        An SMS that may have been sent counts as sent: its code is good, and the person may
        ask for another after a minute. So does one before whose sending the process died.
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
        """`right` with the phone that it proves, `wrong` with `event.left`, `locked` with `event.seconds`, or
        `expired`, as of the time of the message."""
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
        for code in codes_that_brought(newcomer):
            link_owner = await self._link_owner(code)
            if link_owner is not None and any(self._is_old(one.at) for one in link_owner.bindings.values()):
                return Bringer("friend", code)
        return None

    def _is_old(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock.now() - moment >= NEWCOMER


def _of(result: str, origin: Origin) -> Outcome:
    return Outcome("code", result, origin)
