"""The world that a scenario is played in: shop, SMS provider and clerks that answer at once, in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from bot.model.contact import Contact
from bot.model.decision import CheckCode, FindClerk, FindMember, MoveMember, RefreshMember, SendCode
from bot.model.event import Outcome
from bot.scenario.clerks import PretendClerks, found_clerk
from bot.scenario.codes import PretendSms
from bot.scenario.given import Given, GivenMember
from bot.scenario.members import Phones, PretendShop, found_member, moved_member, refreshed_member
from bot.scenario.people import line_user
from bot.scenario.world import ClerkRecord, Member

Question: TypeAlias = SendCode | CheckCode | FindMember | MoveMember | RefreshMember | FindClerk
"""What is answered at once; web hooks answer when a step says so."""


class PretendWorld:
    """Everything outside the bot but LINE. `sms.fails` and `shop.fails` are switched by steps."""

    def __init__(self, given: Given, sms_per_day: int) -> None:
        self.sms = PretendSms(sms_per_day, lambda: given.sms_credit)
        self.shop = PretendShop(_member(member) for member in given.members)
        self.phones = Phones()
        self._clerks = PretendClerks(
            ClerkRecord(clerk.code, clerk.name, clerk.store, clerk.suspended) for clerk in given.clerks
        )

    def outcome(
        self,
        asked: Question,
        contact: Contact,
        channel: str,
        holder: Callable[[str], Contact],
        now: datetime,
    ) -> Outcome:
        """What comes back to this contact on this channel; `holder` gives a contact by its id."""
        match asked:
            case SendCode():
                sending = self.sms.send(contact.id, asked.phone, now)
                fields = {"seconds": sending.seconds} if sending.result == "too_soon" else {}
                return Outcome("code", sending.result, asked.origin, fields=fields)
            case CheckCode():
                compared = self.sms.check(contact.id, asked.code, now)
                return Outcome("code", compared.result, asked.origin, proven=compared.phone)
            case FindMember():
                return found_member(asked, contact, self.shop, self.phones, holder, now)
            case MoveMember():
                return moved_member(asked, contact, self.shop, self.phones, holder, now)
            case RefreshMember():
                user = contact.identity(channel).user or ""
                return refreshed_member(asked.origin, contact, user, self.shop)
            case FindClerk():
                return found_clerk(asked, contact, self._clerks, now)


def _member(given: GivenMember) -> Member:
    return Member(
        given.phone,
        given.member_no,
        given.values,
        given.tags,
        given.consent,
        given.birthday,
        line_user(given.line) if given.line is not None else None,
    )
