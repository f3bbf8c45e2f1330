"""B13: the worked example's binding in chat, through `oaflow run --simulator`, with the codes that arrive."""

from __future__ import annotations

import asyncio
import itertools
import math
import re
from datetime import datetime

import pytest

from tests.eventually import PATIENCE
from tests.simulator.shop import TAIPEI, Shop

ASKED_PHONE = "請輸入註冊會員時的手機號碼"
ASKED_CODE = "請輸入簡訊裡的 6 位數驗證碼"
WRONG = [f"驗證碼不正確，還可以再試 {left} 次。請確認簡訊後重新輸入。" for left in (4, 3, 2, 1)]
"""What is said of the first four wrong codes: how many tries there still are."""
LOCKED = re.compile(r"驗證碼已失效：輸入錯誤次數過多。請於 (\d+) 秒後重新取得。")
MOVED = "手機綁定成功 🎉 原本綁定的 LINE 帳號已自動解除。"
DONE = "手機綁定成功 🎉 點下方按鈕查看您的會員卡。"

_numbers = itertools.count(912_000_001)


def new_phone() -> str:
    """A number that no other test here has used: limits count by number."""
    return f"0{next(_numbers)}"


async def begun(shop: Shop, phone: str, channel: str = "outlet") -> str:
    """A friend of the outlet, which compares with no shop, who has asked to bind this phone."""
    friend = await shop.friend(channel=channel)
    await shop.say(friend, "綁定手機")
    assert ASKED_PHONE in await shop.texts(friend)
    await shop.say(friend, phone)
    return friend


async def codes(shop: Shop, friend: str) -> list[str]:
    """The codes that lie on this friend's phone, oldest first."""
    sms = (await shop.get(f"friends/{friend}/sms"))["sms"]
    found = [re.search(r"驗證碼 (\d{6})，", one["text"]) for one in sms]
    assert all(found), sms
    return [one[1] for one in found if one is not None]


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "000001"


async def bound(shop: Shop, friend: str) -> list[str]:
    """How this friend is bound, and with which tags."""
    contact = await shop.get(f"friends/{friend}/contact")
    return [one["kind"] for one in contact["bound"]] + [tag["name"] for tag in contact["tags"]]


async def test_bound_with_the_code_that_came(shop: Shop) -> None:
    """Free of charge, with its tag; asked again, it says that it is done."""
    friend = await begun(shop, new_phone())
    assert (await shop.texts(friend))[-1] == ASKED_CODE
    [code] = await codes(shop, friend)
    await shop.say(friend, wrong(code), code)
    said = await shop.texts(friend)
    assert said[said.index(WRONG[0]) :][:3] == [WRONG[0], ASKED_CODE, DONE]
    assert await bound(shop, friend) == ["phone", "已綁定"]
    await shop.say(friend, "綁定手機")
    assert (await shop.texts(friend))[-1] == "您已完成手機綁定囉！"
    ways = [sent["how"] for turn in await shop.turns(friend) for sent in turn["sent"]]
    assert set(ways) == {"reply"}


async def moved_away(shop: Shop, friend: str) -> None:
    """Return when this friend's binding is gone: it goes a moment after the other has been told."""
    async with asyncio.timeout(PATIENCE):
        while "phone" in await bound(shop, friend):
            await shop.rest()


async def test_a_phone_that_another_account_has_bound(shop: Shop) -> None:
    """B15: it moves, as the worked example has it; who had it is told when they next write."""
    phone = new_phone()
    first = await begun(shop, phone)
    await shop.say(first, *await codes(shop, first))
    await shop.do("clock", {"by": "61s"})
    second = await begun(shop, phone)
    await shop.say(second, *await codes(shop, second))
    assert (await shop.texts(second))[-1] == MOVED
    await moved_away(shop, first)
    assert "phone" in await bound(shop, second)


async def test_two_at_once_with_one_phone(shop: Shop) -> None:
    """Whoever is first has it; the other is told the same as if it had been bound long ago."""
    phone = new_phone()
    one = await begun(shop, phone)
    [code] = await codes(shop, one)
    await shop.do("clock", {"by": "61s"})
    two = await begun(shop, phone)
    [other] = await codes(shop, two)
    await shop.do(f"friends/{one}/say", {"text": code})
    await shop.do(f"friends/{two}/say", {"text": other})
    async with asyncio.timeout(PATIENCE):
        while sorted([await bound(shop, friend) for friend in (one, two)]) != [[], ["phone", "已綁定"]]:
            await shop.rest()


async def notified(shop: Shop, friend: str) -> list[str]:
    """The SMS that lie over this friend's chat."""
    lying = (await shop.get(f"friends/{friend}/sms"))["sms"]
    return [one["text"] for one in lying if not one["over"]]


@pytest.mark.ring("all", "starts a process")
async def test_an_sms_is_over_with_its_code(shop: Shop) -> None:
    """Issue 14, 5: used, guessed away, expired, or left behind by its flow, it lies over the chat no more."""
    used, guessed, late, left = [await begun(shop, new_phone()) for _ in range(4)]
    for friend in (used, guessed, late, left):
        assert len(await notified(shop, friend)) == 1
    await shop.say(used, *await codes(shop, used))
    assert await notified(shop, used) == []
    [code] = await codes(shop, guessed)
    await shop.say(guessed, *[wrong(code)] * 4)
    assert len(await notified(shop, guessed)) == 1, "it is good still"
    await shop.say(guessed, wrong(code))
    assert await notified(shop, guessed) == []
    await shop.do("clock", {"by": "5m"})
    await shop.say(late, *await codes(shop, late))
    assert await notified(shop, late) == []
    assert len(await notified(shop, left)) == 1
    await shop.do("clock", {"by": "31m"})  # the flow has given up
    assert await notified(shop, left) == []
    assert [len(await codes(shop, friend)) for friend in (used, guessed, late, left)] == [1] * 4


async def test_another_code_is_waited_for_alone(shop: Shop) -> None:
    """With the new one used, the one before it does not come back."""
    friend = await begun(shop, new_phone())
    await shop.do("clock", {"by": "61s"})
    await shop.say(friend, "重新傳送驗證碼")
    sent = await codes(shop, friend)
    assert len(sent) == 2
    await shop.say(friend, sent[-1])
    assert await notified(shop, friend) == []


@pytest.mark.ring("all", "starts a process")
async def test_after_too_many_codes_it_is_said_when_there_is_another(shop: Shop) -> None:
    """Issue 14, 5: three an hour; then the reason, and until when."""
    phone = new_phone()
    friend = await begun(shop, phone)
    first = (await shop.get(f"friends/{friend}/sms"))["sms"][0]["at"]
    for _ in range(3):
        await shop.do("clock", {"by": "61s"})
        await shop.say(friend, "重新傳送驗證碼")
    told = (await shop.texts(friend))[-1]
    until = datetime.fromtimestamp(math.ceil(first / 60_000) * 60 + 3600, TAIPEI)
    assert (
        told
        == f"驗證碼現在寄不出去，請於 {until.month}/{until.day} {until:%H:%M} 之後再試一次，抱歉讓您久等。"
    )
    await shop.do("clock", {"to": f"{until:%Y-%m-%dT%H:%M}"})
    await shop.say(friend, "綁定手機", phone)
    assert (await shop.texts(friend))[-1] == ASKED_CODE, "so it is"
