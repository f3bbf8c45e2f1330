"""B13: the worked example's binding in chat, through `oaflow run --simulator`, with the codes that arrive."""

from __future__ import annotations

import asyncio
import itertools
import re

from tests.simulator.shop import Shop

ASKED_PHONE = "請輸入註冊會員時的手機號碼"
ASKED_CODE = "請輸入簡訊裡的 6 位數驗證碼"
WRONG = "驗證碼不正確，請確認簡訊後重新輸入。"
GONE = "驗證碼已失效，請重新取得。"
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
    assert said[said.index(WRONG) :][:3] == [WRONG, ASKED_CODE, DONE]
    assert await bound(shop, friend) == ["phone", "已綁定"]
    await shop.say(friend, "綁定手機")
    assert (await shop.texts(friend))[-1] == "您已完成手機綁定囉！"
    ways = [sent["how"] for turn in await shop.turns(friend) for sent in turn["sent"]]
    assert set(ways) == {"reply"}


async def test_a_code_is_good_once(shop: Shop) -> None:
    """Somebody who has read it over a shoulder is told nothing but that it is wrong or gone."""
    phone = new_phone()
    friend = await begun(shop, phone)
    [code] = await codes(shop, friend)
    await shop.say(friend, code)
    await shop.do("clock", {"by": "61s"})
    other = await begun(shop, phone)
    [new] = await codes(shop, other)
    if new != code:  # once in a million the next one is the same
        await shop.say(other, code)
        assert WRONG in await shop.texts(other)
    assert await bound(shop, other) == []


async def test_five_wrong_codes(shop: Shop) -> None:
    """After the fifth not even the right one is right."""
    phone = new_phone()
    friend = await begun(shop, phone)
    [code] = await codes(shop, friend)
    await shop.say(friend, *[wrong(code)] * 4)
    assert (await shop.texts(friend)).count(WRONG) == 4
    await shop.say(friend, wrong(code))
    assert (await shop.texts(friend))[-2:] == [GONE, ASKED_PHONE]
    await shop.say(friend, phone)  # too soon for another
    assert (await shop.texts(friend))[-1] == ASKED_CODE
    await shop.say(friend, code)
    assert (await shop.texts(friend))[-2:] == [GONE, ASKED_PHONE]
    assert await bound(shop, friend) == []


async def test_a_code_that_has_expired(shop: Shop) -> None:
    friend = await begun(shop, new_phone())
    [code] = await codes(shop, friend)
    await shop.do("clock", {"by": "5m"})
    await shop.say(friend, code)
    assert (await shop.texts(friend))[-2:] == [GONE, ASKED_PHONE]
    assert await bound(shop, friend) == []


async def test_another_code_too_soon_and_in_time(shop: Shop) -> None:
    """Too soon the old one stays good; after a minute another comes, and the old one is no more."""
    friend = await begun(shop, new_phone())
    await shop.say(friend, "重新傳送驗證碼")
    told = [text for text in await shop.texts(friend) if "秒後再重新傳送" in text]
    assert len(told) == 1
    assert 0 < int(re.findall(r"\d+", told[0])[0]) <= 60
    assert len(await codes(shop, friend)) == 1
    await shop.do("clock", {"by": "61s"})
    await shop.say(friend, "重新傳送驗證碼")
    old, new = await codes(shop, friend)
    if old != new:
        await shop.say(friend, old)
        assert (await shop.texts(friend))[-2:] == [WRONG, ASKED_CODE]
    await shop.say(friend, new)
    assert await bound(shop, friend) == ["phone", "已綁定"]


async def test_the_code_before_stays_good_when_another_comes_too_soon(shop: Shop) -> None:
    friend = await begun(shop, new_phone())
    await shop.say(friend, "重新傳送驗證碼", *await codes(shop, friend))
    assert await bound(shop, friend) == ["phone", "已綁定"]


async def moved_away(shop: Shop, friend: str) -> None:
    """Return when this friend's binding is gone: it goes a moment after the other has been told."""
    async with asyncio.timeout(30):
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
    async with asyncio.timeout(30):
        while sorted([await bound(shop, friend) for friend in (one, two)]) != [[], ["phone", "已綁定"]]:
            await shop.rest()
