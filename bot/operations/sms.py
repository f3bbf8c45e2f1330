"""What is left at the providers of SMS, the codes sent today and their cap, and phones that had too many.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import ClientSession

from bot.connectors.sms.phone import masked
from bot.connectors.sms.providers import PROVIDERS, sender_of
from bot.connectors.sms.sender import Credit
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.model.audit import AuditEntry
from bot.model.settings import SmsSettings
from bot.model.sms_level import credit_words
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.audit_trail import audited
from bot.operations.simulated_time import now_among
from bot.store.counters.codes import CodeNetwork, CodeRecipient
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class ProviderCredit:
    """A provider of the playbook, and what is left there, where that can be asked.

    `pretended`: a simulator stands in for it.
    """

    sms: SmsSettings
    credit: Credit | None
    pretended: bool = False

    @property
    def title(self) -> Translatable:
        """What people call the provider, with its name in the playbook where that says something else."""
        brand = PROVIDERS[self.sms.provider].title
        if self.sms.name == self.sms.provider:
            return brand
        return tr("{brand} ({name})", brand=brand, name=self.sms.name)

    @property
    def left_in_words(self) -> TranslatableValue:
        """What is left; nothing where that is not known."""
        return "" if self.credit is None else credit_words(self.credit.left, self.credit.unit)

    @property
    def state(self) -> Translatable:
        """What is left, or why that is not known."""
        if self.credit is not None:
            left = self.left_in_words
            if self.is_low:
                return tr("{credit} left, which is low", credit=left)
            return tr("{credit} left", credit=left)
        if self.pretended:
            return tr("the simulator plays it, and sends nothing")
        if not PROVIDERS[self.sms.provider].reaches_people:
            return tr("needs no credit, codes go into the log")
        if self.sms.credentials:
            return tr("cannot be asked what is left")
        return tr("its credentials are not set here")

    @property
    def is_low(self) -> bool:
        """Whether so little is left that the playbook wants a warning."""
        left = None if self.credit is None else self.credit.messages
        return left is not None and self.sms.warn_below is not None and left < self.sms.warn_below


@dataclass(frozen=True, slots=True)
class CodesToday:
    """The team's day (`YYYY-MM-DD`), the codes that were sent on it, and its cap; `usual`: the playbook's.

    `newcomers`: of those that were sent, to people who had been friends for less than a day, or are none.
    """

    day: str
    sent: int
    cap: int
    usual: int
    newcomers: int = 0

    @property
    def in_words(self) -> Translatable:
        """How many were sent of how many; and that a cap was raised."""
        sent = tr(
            "{day}: {sent} of {cap} codes sent", day=self.day, sent=f"{self.sent:,}", cap=f"{self.cap:,}"
        )
        if self.cap == self.usual:
            return sent
        return tr("{sent}, raised for today from {number}", sent=sent, number=f"{self.usual:,}")


@dataclass(frozen=True, slots=True)
class CodesByPerson:
    """Codes of the last 24 hours: to how many people, and who has had most of them."""

    people: int
    most: Sequence[CodeRecipient]


@dataclass(frozen=True, slots=True)
class CodesByNetwork:
    """Codes of the last 24 hours that pages asked for: at how many networks, and which had most of them.

    Pages on this machine (a simulator's), and chats, are at none.
    """

    networks: int
    most: Sequence[CodeNetwork]


LISTED = 5
"""People, or networks, that are listed of those who have had most codes."""


class CapRefused(Refusal):
    """The cap stays as it is; the text says why."""


class NoPhone(Refusal):
    """What was given is no mobile number."""


async def credits_of(providers: Iterable[SmsSettings], session: ClientSession) -> list[ProviderCredit]:
    """What is left at each; of those that do not answer, or have no credentials, it is not known."""
    return [
        ProviderCredit(sms, await sender_of(sms, session).credit() if sms.credentials else None)
        for sms in providers
    ]


def simulated_credits(providers: Iterable[SmsSettings]) -> list[ProviderCredit]:
    """The providers of a simulator, which stands in for all of them."""
    return [ProviderCredit(sms, None, pretended=True) for sms in providers]


async def codes_today(people: Stores, playbook: Playbook) -> CodesToday:
    """How many were sent to these people, and may be."""
    return await _on(people, playbook, _day(await now_among(people), playbook))


async def codes_by_person(people: Stores) -> CodesByPerson:
    """Who was sent the codes of the last 24 hours."""
    most, number = await people.codes.recipients(LISTED)
    return CodesByPerson(number, most)


async def codes_by_network(people: Stores) -> CodesByNetwork:
    """At which networks pages have asked for the codes of the last 24 hours."""
    most, number = await people.codes.networks(LISTED)
    return CodesByNetwork(number, most)


async def raise_cap(people: Stores, playbook: Playbook, most: int, actor: str) -> CodesToday:
    """Let so many be sent today, in every process at once. Raises `CapRefused`: nothing lowers a cap."""
    now = await now_among(people)
    day = _day(now, playbook)
    before = await _on(people, playbook, day)
    if most <= before.cap:
        message = tr("today's cap is {number} already, and is not lowered", number=f"{before.cap:,}")
        raise CapRefused(message)
    async with audited(people, AuditEntry("sms_cap_raised", actor, now, day, str(before.cap), str(most))):
        await people.codes.raise_cap(day, most, now)
    return await _on(people, playbook, day)


async def free_phone(people: Stores, phone: str, actor: str) -> int:
    """Let a phone (in any writing) have codes again, whatever was sent to it within a day.

    Gives how many those were. Raises `NoPhone`.
    """
    number = typed(phone, "phone")
    if not isinstance(number, str):
        raise NoPhone(tr("this is no mobile number"))
    now = await now_among(people)
    async with audited(people, AuditEntry("sms_phone_freed", actor, now, masked(number))) as entry:
        sent = await people.codes.free(number)
        entry.update(before=str(sent), after="0")
    return sent


async def _on(people: Stores, playbook: Playbook, day: str) -> CodesToday:
    count, usual = await people.codes.sent_on(day), playbook.sms_per_day
    return CodesToday(day, count.sent, count.most(usual), usual, count.newcomers)


def _day(now: datetime, playbook: Playbook) -> str:
    """The team's day, by its own clock."""
    return now.astimezone(playbook.zone).date().isoformat()
