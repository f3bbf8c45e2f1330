"""SMS: what is left at the providers, the codes of today; today's cap raised, a phone freed (B12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, MaxLen, MinLen

from bot.connectors.sms.sender import Credit
from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, Option, Sought
from bot.operations.sms import (
    CodesByNetwork,
    CodesToday,
    ProviderCredit,
    codes_by_network,
    codes_by_person,
    codes_today,
    free_phone,
    raise_cap,
)


@dataclass(frozen=True, slots=True)
class SmsProvider:
    """A provider of the playbook."""

    name: str
    provider: str
    credit: Credit | None
    low: Annotated[bool, Help("Less than the playbook wants a warning at.")]
    left: Annotated[Translatable, Help("What is left, or why that is not known.")]


@dataclass(frozen=True, slots=True)
class CodesOfContact:
    """A contact that codes were sent to within a day."""

    contact: ContactRef
    codes: int


@dataclass(frozen=True, slots=True)
class SmsStatus:
    """The providers that are set up, today's codes, and who has had those of 24 hours."""

    providers: Sequence[SmsProvider]
    today: CodesToday
    people: Annotated[int, Help("Who were sent codes within 24 hours.")]
    most: Annotated[Sequence[CodesOfContact], Help("Who were sent most of them.")]
    networks: Annotated[CodesByNetwork, Help("Where pages asked for them.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Of each provider what is left; how many codes were sent; nothing of whom where none were."""
        for one in self.providers:
            called = tr("{name} ({provider})", name=one.name, provider=one.provider)
            yield tr("{name}: {left}", name=one.name if one.name == one.provider else called, left=one.left)
        yield self.today.in_words
        if self.today.newcomers:
            yield tr(
                "{number} of them to friends of less than a day, or to people who are no friends",
                number=f"{self.today.newcomers:,}",
            )
        if self.people:
            yield tr(
                "codes of 24 hours by person, {number} in all: {contacts}",
                number=f"{self.people:,}",
                contacts=", ".join(f"{one.contact.contact} {one.codes}" for one in self.most),
            )
        if self.networks.networks:
            yield tr(
                "codes of 24 hours by network of the page, {number} in all: {networks}",
                number=f"{self.networks.networks:,}",
                networks=", ".join(f"{one.network} {one.codes}" for one in self.networks.most),
            )


@dataclass(frozen=True, slots=True)
class CapRaised:
    """What may be sent today."""

    today: CodesToday

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield self.today.in_words


@dataclass(frozen=True, slots=True)
class PhoneFreed:
    """A phone may have codes again."""

    sent: Annotated[int, Help("To it within a day.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if self.sent:
            yield tr("this phone may have codes again; sent to it within a day: {number}", number=self.sent)
        else:
            yield tr("nothing was sent to this phone within a day: it may have codes as it is")


@operation("sms.status", example="my-shop")
async def sms_status(call: OperationCall) -> SmsStatus:
    """What is left at the SMS providers, how many codes were sent today, and how many may be."""
    stores, ours = call.stores, call.settings.sms.values()
    whose = await codes_by_person(stores)
    return SmsStatus(
        [_provider(one) for one in await call.context.credits(list(ours))],
        await codes_today(stores, call.playbook),
        whose.people,
        [CodesOfContact(ContactRef(one.contact), one.codes) for one in whose.most],
        await codes_by_network(stores),
    )


def _provider(one: ProviderCredit) -> SmsProvider:
    return SmsProvider(one.sms.name, one.sms.provider, one.credit, one.is_low, one.state)


@operation("sms.cap", changes=True, audit="sms_cap_raised", example="2000 --today")
async def raise_sms_cap(
    call: OperationCall,
    most: Annotated[int, Ge(1), Help("codes that may be sent today, in all")],
    today: Annotated[Literal[True], Option(), Help("it holds for today only")],
) -> CapRaised:
    """Raise the number of codes that may be sent today; tomorrow the playbook's holds again."""
    return CapRaised(await raise_cap(call.stores, call.playbook, most, call.by))


@operation("sms.free", changes=True, audit="sms_phone_freed", example="0912345678")
async def free_sms_phone(
    call: OperationCall,
    phone: Annotated[str, Sought(), MinLen(1), MaxLen(SHORT), Help("the mobile number, in any writing")],
) -> PhoneFreed:
    """Let a phone have codes again that has had as many as it may, of whoever has asked for them."""
    return PhoneFreed(await free_phone(call.stores, phone, call.by))
