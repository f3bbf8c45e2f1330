"""60 attempts at once (1,000 in soak) to guess a code, or learn who is a member: nobody does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.model.one_time_code import BETWEEN
from tests.attack.pages import Visitor, other_than, seen, visitor
from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import LOCKED, WRONG

MEMBER = "0912345678"
"""5001 of the simulator's shop."""
SEARCH = "/v1/customers/get_customer_id"


@pytest.fixture(params=[12, pytest.param(200, marks=pytest.mark.ring("soak", "more of the same"))])
def crowd(request: pytest.FixtureRequest) -> int:
    """How many people at once; each tries five times."""
    count: int = request.param
    return count


async def visitors(shop: Shop, count: int) -> list[Visitor]:
    return await asyncio.gather(*(visitor(shop, name=f"訪客 {n}") for n in range(count)))


async def calls(shop: Shop) -> dict[str, int]:
    """What the shop has been asked."""
    [forest] = [one for one in (await shop.get("shops"))["shops"] if one["name"] == "forest"]
    asked: dict[str, int] = forest["calls"]
    return asked


@pytest.mark.ring("all", "thousands of requests")
async def test_a_code_that_everybody_knows_is_good_for_the_one_who_asked_for_it(
    shop: Shop, crowd: int
) -> None:
    """The worst case: all others have seen it, and write it five times each before its owner does.

    On a slow machine less often, but each of them: after a minute the phone would get another code.
    """
    owner, *thieves = await visitors(shop, crowd + 1)
    assert (await owner.answer(MEMBER))["state"] == "ask_code"
    [code] = await owner.codes()

    loop = asyncio.get_running_loop()
    enough = loop.time() + 0.5 * BETWEEN.total_seconds()

    async def tries(thief: Visitor) -> None:
        for number in range(5):
            if number == 0 or loop.time() < enough:
                await thief.answer(MEMBER)
                assert (await thief.answer(code))["state"] == "ask_phone"

    await asyncio.gather(*(tries(thief) for thief in thieves))
    assert not any(await asyncio.gather(*(thief.is_bound() for thief in thieves)))
    assert not any(await asyncio.gather(*(thief.codes() for thief in thieves))), "one SMS to this phone"
    assert SEARCH not in await calls(shop)

    assert (await owner.answer(code))["kind"] == "done"
    await shop.rest()
    assert await owner.is_bound()
    assert (await calls(shop))[SEARCH] == 1
    members = (await shop.get("shop/forest/members"))["members"]
    assert [one["line_at"] for one in members] == [owner.id, None]


@pytest.mark.ring("all", "thousands of requests")
async def test_many_guesses_at_once_are_one_and_five_are_all(shop: Shop, crowd: int) -> None:
    """Side by side they answer the same question; one after the other they are counted."""
    guesser = await visitor(shop)
    await guesser.answer(MEMBER)
    [code] = await guesser.codes()
    where = {"visit": guesser.screen["visit"], "step": guesser.screen["step"]}
    guesses = [other_than(code, by) for by in range(1, 5 * crowd)]
    said = [guesser.post("answer", {**where, "text": text}) for text in (guesses[0], code, *guesses[1:])]
    first = asyncio.ensure_future(said[0])
    await asyncio.wait({first})
    await asyncio.gather(*said[1:])
    assert (await guesser.shown(await first))["state"] == "ask_code"
    for by in (2, 3, 4):
        assert (await guesser.answer(other_than(code, by)))["state"] == "ask_code"
    assert (await guesser.answer(other_than(code, 5)))["state"] == "ask_phone", "the fifth"
    await guesser.answer(MEMBER)
    assert (await guesser.answer(code))["state"] == "ask_phone", "the right one is too late"
    assert len(await guesser.codes()) == 1
    assert not await guesser.is_bound()
    assert SEARCH not in await calls(shop)


@pytest.mark.ring("all", "thousands of requests")
async def test_many_guesses_at_once_in_chat_are_five(shop: Shop, crowd: int) -> None:
    """And one friend's code is nothing in another's mouth: nobody even asks for it there (B12).

    What comes while a guess is compared is no guess. How many of the crowd that are depends on the machine,
    so the guesser goes on, one after the other, until five were.
    """
    guesser, thief = await shop.friend(), await shop.friend("小偷")
    await shop.say(guesser, "綁定手機", MEMBER)
    await shop.say(thief, "綁定手機", MEMBER)
    [code] = await Visitor(shop, guesser, "main", shop.http).codes()
    guesses = [other_than(code, by) for by in range(1, crowd + 1)]
    said = [shop.do(f"friends/{guesser}/say", {"text": text}) for text in guesses]
    await asyncio.gather(*said)
    await shop.rest()
    for by in range(crowd + 1, crowd + 6):
        if not any(LOCKED.fullmatch(text) for text in await shop.texts(guesser)):
            await shop.say(guesser, other_than(code, by))
    await shop.say(guesser, code, MEMBER, code)
    await shop.say(thief, code)
    heard = await shop.texts(guesser)
    assert [text for text in heard if text in WRONG] == WRONG, "the fifth ends it"
    assert sum(LOCKED.fullmatch(text) is not None for text in heard) == 1
    for said_to in (heard, await shop.texts(thief)):
        assert said_to[-1].startswith("手機號碼格式不正確"), "no field for a code that cannot be right"
    for friend in (guesser, thief):
        assert not await Visitor(shop, friend, "main", shop.http).is_bound()
    assert SEARCH not in await calls(shop)


@pytest.mark.ring("all", "thousands of requests")
async def test_many_numbers_tell_nothing_of_who_is_a_member(shop: Shop, crowd: int) -> None:
    """Every third of them is a member's. Everybody asks for as many codes as they may."""
    numbers = [f"0955{n:06d}" for n in range(5 * crowd)]
    for n in range(0, 5 * crowd, 3):
        member = {"name": "會員", "phone": numbers[n]}
        async with shop.http.put(f"{shop.api}/shop/forest/members/{70_000 + n}", json=member) as response:
            assert response.status == 200, await response.text()

    async def asks(one: Visitor, phones: list[str]) -> list[Any]:
        answers = []
        for phone in phones:
            asked = await one.answer(phone)
            [code] = (await one.codes())[-1:]
            wrong = await one.answer(other_than(code, 1))
            answers.append([seen(asked), seen(wrong)])
            await one.answer("更換手機號碼")
        return answers

    people = await visitors(shop, crowd)
    shares = [numbers[n * 5 : n * 5 + 5] for n in range(crowd)]
    answers = await asyncio.gather(*(asks(one, share) for one, share in zip(people, shares, strict=True)))
    by_number = dict(zip(numbers, (one for person in answers for one in person), strict=True))
    seconds = {"again_in", "valid_for"}
    without_time = {
        phone: [{name: value for name, value in screen.items() if name not in seconds} for screen in screens]
        for phone, screens in by_number.items()
    }
    kinds = {repr(screens) for screens in without_time.values()}
    assert len(kinds) == 1, kinds
    assert without_time[numbers[0]][0]["state"] == "ask_code"
    assert SEARCH not in await calls(shop)
