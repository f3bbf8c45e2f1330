"""The world that a scenario is played in: shop, SMS provider and clerks that answer at once, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import count

from bot.model.contact import Contact
from bot.model.decision import (
    AskedOfUs,
    CheckCode,
    FindClerk,
    FindMember,
    MoveMember,
    RefreshMember,
    SendCode,
)
from bot.model.event import Outcome
from bot.model.one_time_code import full_minute, told_of
from bot.model.value import Value
from bot.scenario.clerks import PretendClerks, found_clerk
from bot.scenario.codes import PretendSms
from bot.scenario.given import Given, GivenMember
from bot.scenario.members import (
    Others,
    PhonesInMemory,
    ShopInMemory,
    found_member,
    moved_member,
    refreshed_member,
)
from bot.scenario.people import line_user
from bot.scenario.world import ClerkRecord, CodeSending, Member


class PretendWorld:
    """Everything outside the bot but LINE. `sms.fails` and `shop.fails` are switched by steps."""

    def __init__(self, given: Given, sms_per_day: int) -> None:
        self.sms = PretendSms(sms_per_day, lambda: given.sms_credit)
        self.shop = ShopInMemory(_members(given.members))
        self.phones = PhonesInMemory()
        self._clerks = PretendClerks(
            ClerkRecord(clerk.code, clerk.name, clerk.store, clerk.suspended) for clerk in given.clerks
        )

    def outcome(
        self,
        asked: AskedOfUs,
        contact: Contact,
        channel: str,
        others: Others,
        now: datetime,
    ) -> Outcome:
        """What comes back to this contact on this channel; `others` are all contacts."""
        match asked:
            case SendCode():
                sending = self.sms.send(contact.id, asked.phone, now)
                return Outcome("code", sending.result, asked.origin, fields=_told(sending))
            case CheckCode():
                compared = self.sms.check(contact.id, asked.code, now)
                told = told_of(compared.result, compared.left, compared.again_in)
                return Outcome("code", compared.result, asked.origin, fields=told, proven=compared.phone)
            case FindMember():
                return found_member(asked, contact, self.shop, self.phones, others, now)
            case MoveMember():
                return moved_member(asked, contact, self.shop, self.phones, others, now)
            case RefreshMember():
                user = contact.identity(channel).user or ""
                return refreshed_member(asked.origin, contact, user, self.shop)
            case FindClerk():
                return found_clerk(asked, contact, self._clerks, now)


def _members(given: Iterable[GivenMember]) -> Iterator[Member]:
    """The shop's records; every member has a number, also where the scenario does not say which."""
    said = {member.member_no for member in given}
    free = (number for n in count(1) if (number := f"M{n}") not in said)
    for member in given:
        yield Member(
            member.phone,
            member.member_no or next(free),
            member.values,
            member.tags,
            member.consent,
            member.birthday,
            line_user(member.line) if member.line is not None else None,
        )


def _told(sending: CodeSending) -> Mapping[str, Value]:
    """What `event.*` says of a code that was to be sent."""
    if sending.result == "too_soon":
        return {"seconds": sending.seconds, "waiting": sending.waiting}
    return {} if sending.until is None else {"until": full_minute(sending.until)}
