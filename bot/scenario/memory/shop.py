"""The shop of a scenario, in memory: its members are given, and changed by steps and by the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from bot.engine.compiled.playbook import Playbook
from bot.model.effects import CONSENT
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, ShopAway
from bot.model.value import Value

SHOP = "shop"
"""The name of the one shop that there is in a scenario, where the playbook has none."""


def shop_of(playbook: Playbook) -> str:
    """The name of the one shop that there is in a scenario: the first that a channel has."""
    return next((one.shop for one in playbook.channels.values() if one.shop is not None), SHOP)


@dataclass(frozen=True, slots=True)
class Member:
    """A member's record at the shop."""

    phone: str | None = field(repr=False)
    """E.164."""
    member_no: str = field(repr=False)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    """The mapped attributes by slot."""
    tags: Mapping[str, bool] = field(default_factory=dict)
    """The mapped yes/no fields."""
    consent: bool | None = None
    """To marketing; `None`: not known."""
    birthday: str | None = field(default=None, repr=False)
    """`YYYY-MM-DD`."""
    line: str | None = None
    """The LINE user id in the record."""


class ShopInMemory:
    """A `MemberLookup` that is written to. `fails`: it does not answer; `registers`: it registers members by
    API."""

    def __init__(self, members: Iterable[Member], name: str = SHOP) -> None:
        self.name = name
        self.registers = True
        self.fails = False
        self._members = list(members)

    # -- as a scenario sees it, whether it answers or not

    def record(self, member_no: str | None) -> Member | None:
        """The record of the member of this number."""
        return self._first(lambda member: member.member_no == member_no)

    def known_as(self, number: str | None, user: str, phone: str | None) -> Member | None:
        """The record of this number; where none is bound, of this LINE account, or else of this phone."""
        if number is not None:
            return self.record(number)
        by_line = self._first(lambda member: member.line == user)
        return by_line or self._first(lambda member: member.phone == phone is not None)

    def add(self, phone: str, *, marketing: bool) -> Member:
        """A new member with this phone."""
        numbers = {member.member_no for member in self._members}
        number = next(f"M{n}" for n in count(1) if f"M{n}" not in numbers)
        self._members.append(Member(phone, number, consent=marketing))
        return self._members[-1]

    def tell(
        self,
        member: Member,
        values: Mapping[str, Value],
        tags: Mapping[str, bool],
        consent: bool | None,
        phone: str | None,
    ) -> None:
        """Write news of the shop about a member into the record; `None`: that field does not change."""
        self._members[self._members.index(member)] = replace(
            member,
            values={**member.values, **values},
            tags={**member.tags, **tags},
            consent=member.consent if consent is None else consent,
            phone=phone or member.phone,
        )

    def _first(self, fits: Callable[[Member], bool]) -> Member | None:
        return next((member for member in self._members if fits(member)), None)

    # -- as services ask it

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        return self._answer(self._first(lambda one: one.phone == phone and born in (None, one.birthday)))

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        def is_this(one: Member) -> bool:
            return one.member_no in numbers and one.phone == phone and born in (None, one.birthday)

        return self._answer(self._first(is_this))

    async def by_line(self, user: str) -> ReservedMember | None:
        return self._answer(self._first(lambda one: one.line == user))

    async def read(self, member_no: str) -> ReservedMember | None:
        return self._answer(self.record(member_no))

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        raise NotOffered("a scenario says itself which LINE account the record carries")

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        if not self.registers:
            raise NotOffered("it registers nobody by a call")
        return self._found(self.add(phone, marketing=marketing))

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        member = self.record(member_no)
        if member is not None and not self.fails:
            new = {slot: value for slot, value in values.items() if slot != CONSENT}
            stored = {slot: value for slot, value in {**member.values, **new}.items() if value is not None}
            consent = values[CONSENT] is True if CONSENT in values else member.consent
            self._members[self._members.index(member)] = replace(member, values=stored, consent=consent)
        return await self.read(member_no)

    def _answer(self, member: Member | None) -> ReservedMember | None:
        if self.fails:
            raise ShopAway("the shop fails, as the scenario says")
        return None if member is None else self._found(member)

    def _found(self, one: Member) -> ReservedMember:
        return ReservedMember(one.phone, one.member_no, one.values, one.tags, one.consent, shop=self.name)


class OneShop:
    """The one shop of a scenario, as that of each channel which has one: `LiveShops`."""

    def __init__(self, shop: ShopInMemory, playbook: Callable[[], Playbook]) -> None:
        self._shop = shop
        self._playbook = playbook

    def of(self, channel: str) -> ShopInMemory | None:
        there = self._playbook().channels.get(channel)
        return None if there is None or there.shop is None else self._shop

    def by_name(self, name: str) -> ShopInMemory | None:
        return self._shop if name == self._shop.name else None
