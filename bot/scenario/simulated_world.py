"""The world that a scenario is played in: shop, SMS provider and clerks that answer at once, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from bot.engine.compiled.playbook import Playbook
from bot.model.clerk import ClerkRecord
from bot.model.effects import EffectRequest
from bot.model.event import Outcome
from bot.scenario.clerks import PretendClerks, clerk_answers
from bot.scenario.codes import PretendSms, code_answers
from bot.scenario.given import Given, GivenMember
from bot.scenario.members import PhonesInMemory, ShopInMemory, member_answers
from bot.scenario.people import line_user
from bot.scenario.world import Member, PretendAnswers, PretendCaller, shop_of


class PretendWorld:
    """Everything outside the bot but LINE. `sms.fails` and `shop.fails` are switched by steps."""

    def __init__(self, given: Given, playbook: Playbook) -> None:
        self.sms = PretendSms(playbook.sms_per_day, lambda: given.sms_credit)
        self.shop = ShopInMemory(_members(given.members), shop_of(playbook))
        self.phones = PhonesInMemory()
        clerks = PretendClerks(
            ClerkRecord(clerk.code, clerk.name, clerk.store, clerk.suspended) for clerk in given.clerks
        )
        self.answers: PretendAnswers = {
            **code_answers(self.sms),
            **member_answers(self.shop, self.phones),
            **clerk_answers(clerks),
        }

    def outcome(self, request: EffectRequest, by: PretendCaller) -> Outcome:
        """What comes back; of a web hook a step of the scenario says it."""
        return self.answers[type(request)](request, by)


def _members(given: Iterable[GivenMember]) -> Iterator[Member]:
    """The shop's records; every member has a number, also where the scenario does not say which."""
    numbers = {member.member_no for member in given}
    free = (number for n in count(1) if (number := f"M{n}") not in numbers)
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
