"""Going back in a conversation, and beginning it anew: what is the friend's is undone, and one plays on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import codes


async def _messages(shop: Shop, friend: str) -> list[dict[str, Any]]:
    return list((await shop.get(f"friends/{friend}/messages"))["messages"])


async def _said(shop: Shop, friend: str, text: str) -> dict[str, Any]:
    """The message of this text, the friend's or the bot's."""
    messages = await _messages(shop, friend)
    return next(m for m in messages if str(m["content"].get("text", "")).startswith(text))


async def test_back_to_before_what_one_said(shop: Shop) -> None:
    """The state, the chat and the workbench are those of before; another answer leads elsewhere."""
    friend = await shop.friend()
    await shop.say(friend, "測膚質")
    before = await shop.get(f"friends/{friend}/contact")
    texts, turns = await shop.texts(friend), len(await shop.turns(friend))
    await shop.say(friend, "乾性")
    await shop.say(friend, "優惠")
    assert (await shop.get(f"friends/{friend}/contact"))["flows"] != before["flows"]
    last = (await shop.get("state"))["last"]
    message = await _said(shop, friend, "乾性")
    assert (await shop.do(f"friends/{friend}/back", {"message": message["id"]}))["turns"] == 2
    assert (await shop.until("rewound", last, lambda change: True))["chat"] == friend
    after = await shop.get(f"friends/{friend}/contact")
    assert (after["flows"], after["tags"]) == (before["flows"], before["tags"])
    assert await shop.texts(friend) == texts
    assert [turn["heard"] for turn in await shop.turns(friend)][:turns][-1] == "測膚質"
    await shop.say(friend, "油性")
    answers = (await shop.get(f"friends/{friend}/contact"))["flows"][0]["answers"]
    assert [answer["value"] for answer in answers] == ["油性"]


async def test_back_to_what_the_bot_said_keeps_its_turn(shop: Shop) -> None:
    friend = await shop.friend()
    await shop.say(friend, "測膚質", "營業時間")
    asked = await _said(shop, friend, "您的膚質是哪一種")
    await shop.do(f"friends/{friend}/back", {"message": asked["id"]})
    chat = await _messages(shop, friend)
    assert chat[-1]["id"] == asked["id"]
    assert "營業時間" not in [m["content"].get("text") for m in chat]
    assert [flow["flow"] for flow in (await shop.get(f"friends/{friend}/contact"))["flows"]] == ["skin_quiz"]


@pytest.mark.ring("all", "starts a process")
async def test_a_timer_has_as_much_time_left_as_it_had(shop: Shop) -> None:
    """The clock goes forward only, and what was to come in ten minutes comes in ten minutes."""
    friend = await shop.friend()
    await shop.say(friend, "測膚質")
    asked = await _said(shop, friend, "您的膚質是哪一種")
    await shop.do("clock", {"by": "3d"})
    assert (await shop.get(f"friends/{friend}/contact"))["flows"] == []
    await shop.do(f"friends/{friend}/back", {"message": asked["id"]})
    contact = await shop.get(f"friends/{friend}/contact")
    left = min(timer["due"] for timer in contact["timers"]) - (await shop.get("clock"))["now"]
    assert 300_000 < left <= 600_000
    await shop.do("clock", {"next": True, "friend": friend})
    assert (await shop.texts(friend))[-1] == "您還在嗎？點選下方按鈕就能繼續測驗。"


async def test_who_had_blocked_is_a_friend_again(shop: Shop) -> None:
    friend = await shop.friend()
    first = (await _messages(shop, friend))[0]
    await shop.do(f"friends/{friend}/block")
    await shop.rest()
    await shop.do(f"friends/{friend}/back", {"message": first["id"]})
    assert await _standing(shop, friend) == "friend"
    await shop.say(friend, "優惠")
    assert len(await _messages(shop, friend)) > 1


async def _standing(shop: Shop, friend: str) -> str:
    return next(str(f["standing"]) for f in (await shop.get("state"))["friends"] if f["id"] == friend)


async def test_a_binding_is_undone_and_the_phone_free(shop: Shop) -> None:
    friend = await shop.friend(channel="outlet")
    asked = await _bind(shop, friend, "0977123001")
    await shop.do(f"friends/{friend}/back", {"message": asked["id"]})
    assert (await shop.get(f"friends/{friend}/contact"))["bound"] == []
    other = await shop.friend("阿明", channel="outlet")
    await _bind(shop, other, "0977123001")
    assert (await shop.get(f"friends/{other}/contact"))["bound"] != []


@pytest.mark.ring("all", "starts a process")
async def test_not_where_the_phone_is_somebody_elses_by_now(shop: Shop) -> None:
    """Nothing is changed then."""
    friend, other = await shop.friend(channel="outlet"), await shop.friend("阿明", channel="outlet")
    await _bind(shop, friend, "0977123002")
    bound = (await _messages(shop, friend))[-1]
    await _bind(shop, other, "0977123002")
    await shop.say(friend, "客服")
    chat = await _messages(shop, friend)
    answer = await shop.do(f"friends/{friend}/back", {"message": bound["id"]}, 409)
    assert answer["error"] == "phone"
    assert await _messages(shop, friend) == chat


async def test_anew_is_as_a_stranger(shop: Shop) -> None:
    """Nothing is known of them, their phone is free, and following is the first time."""
    friend, other = await shop.friend("阿真", channel="outlet"), await shop.friend("阿華")
    await _bind(shop, friend, "0977123003")
    assert (await shop.get(f"friends/{friend}/contact"))["bound"] != []
    shown = await shop.do(f"friends/{friend}/anew", {})
    assert (shown["standing"], shown["name"]) == ("stranger", "阿真")
    assert await _messages(shop, friend) == []
    assert await shop.turns(friend) == []
    assert (await shop.get(f"friends/{friend}/sms"))["sms"] == []
    await shop.do(f"friends/{friend}/follow")
    await shop.rest()
    contact = await shop.get(f"friends/{friend}/contact")
    assert (contact["bound"], contact["flows"]) == ([], [])
    assert [turn["heard"] for turn in await shop.turns(friend)] == ["follows"]
    assert len(await shop.texts(other)) == 2, "nobody else is touched"
    for _ in range(2):
        assert (await shop.do(f"friends/{friend}/anew", {}))["standing"] == "stranger"


async def _bind(shop: Shop, friend: str, phone: str) -> dict[str, Any]:
    """A friend of the outlet binds this phone, a minute after the last SMS; the question before."""
    await shop.do("clock", {"by": "2m"})
    await shop.say(friend, "綁定手機")
    asked = (await _messages(shop, friend))[-1]
    await shop.say(friend, phone)
    await shop.say(friend, (await codes(shop, friend))[-1])
    return asked


async def test_what_cannot_be_gone_back_to_is_told(shop: Shop) -> None:
    friend, other = await shop.friend(), await shop.friend("阿明")
    of_another = (await _messages(shop, other))[0]
    for body in ({"message": of_another["id"]}, {}):
        assert (await shop.do(f"friends/{friend}/back", body, 404))["error"] == "unknown"
    assert (await shop.do("friends/U0/anew", {}, 404))["error"] == "unknown"
