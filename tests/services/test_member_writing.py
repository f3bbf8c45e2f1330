"""What was set here is written onto the shop's member: in order, under the call's own key (C10)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from bot.model.effects import WriteMember
from bot.model.event import Facts, Outcome
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, ShopAway, ShopFailed
from bot.model.value import Value
from bot.services.caller import Caller
from bot.services.effects import EffectFailed
from bot.services.member_writing import MemberWriter
from tests.conftest import NOW


class Written:
    """A shop that keeps what it is told; it answers when the test lets it."""

    def __init__(self) -> None:
        self.told = list[tuple[Mapping[str, Value | None], str]]()
        self.raises: ShopFailed | None = None
        self.knows = True
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = asyncio.Event()

    def by_name(self, name: str) -> Written | None:
        return self if name == "forest" else None

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        self.asked.set()
        await self.answers.wait()
        if self.raises is not None:
            raise self.raises
        self.told.append((values, key))
        return ReservedMember(None, member_no, {"t.skin": "乾性"}, shop="forest") if self.knows else None


def asked(value: Value | None, shop: str = "forest") -> WriteMember:
    return WriteMember(shop, "M1", {"t.skin": value})


def caller(number: int) -> Caller:
    return Caller("main:U1", "main", "U1", f"e{number}#0", NOW)


async def test_what_was_set_is_written_and_the_record_comes_back() -> None:
    shop = Written()
    outcome = await MemberWriter(shop).write(asked("乾性"), caller(1))
    facts = Facts({"t.skin": "乾性"}, {}, "M1", shop="forest")
    assert outcome == Outcome("member", "found", None, facts=facts)
    assert [values for values, _ in shop.told] == [{"t.skin": "乾性"}]


async def test_written_twice_after_a_crash_it_has_the_same_key() -> None:
    shop = Written()
    for value, number in (("乾性", 1), ("乾性", 1), ("油性", 2)):
        await MemberWriter(shop).write(asked(value), caller(number))
    first, again, other = (key for _, key in shop.told)
    assert first == again != other
    assert "U1" not in first


async def test_two_writings_of_a_person_go_in_their_order() -> None:
    """And only the last brings the record along: what the first one read is out of date."""
    shop = Written()
    writer = MemberWriter(shop)
    shop.answers.clear()
    first = asyncio.create_task(writer.write(asked("乾性"), caller(1)))
    await shop.asked.wait()
    second = asyncio.create_task(writer.write(asked("油性"), caller(2)))
    await asyncio.sleep(0)
    shop.answers.set()
    outcomes = await asyncio.gather(first, second)
    assert [values["t.skin"] for values, _ in shop.told] == ["乾性", "油性"]
    assert [outcome.facts is None for outcome in outcomes] == [True, False]
    assert writer._turns.is_empty, "nobody is remembered"


@pytest.mark.parametrize("error", [ShopAway("no answer in time"), NotOffered("no call")])
async def test_what_cannot_be_written_is_told(error: ShopFailed) -> None:
    """It becomes a dead letter, with why."""
    shop = Written()
    shop.raises = error
    with pytest.raises(EffectFailed, match=str(error)):
        await MemberWriter(shop).write(asked("乾性"), caller(1))
    shop.raises, shop.knows = None, False
    with pytest.raises(EffectFailed, match="no such member"):
        await MemberWriter(shop).write(asked("乾性"), caller(1))
    with pytest.raises(EffectFailed, match="the shop no more"):
        await MemberWriter(shop).write(asked("乾性", "gone"), caller(1))
