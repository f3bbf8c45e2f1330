"""The SMS on a friend's phone, by the JSON interface; and what `oaflow run --simulator` sends there."""

from __future__ import annotations

import asyncio

import pytest

from bot.connectors.sms.sender import Credit, ShortMessage, SmsNotSent, SmsSent, Unsure
from bot.simulator.state.sms_inbox import CREDIT_AT_MOST, FAULTS, KEPT
from tests.simulator.conftest import World


def sms(friend: str, number: int = 1, text: str = "驗證碼 012345") -> ShortMessage:
    return ShortMessage(f"{number:032x}", "+886912345678", text, friend)


async def test_it_lies_on_the_phone_of_who_asked(world: World) -> None:
    friend, other = await world.friend(), await world.friend(name="阿明")
    last = (await world.get("state"))["last"]
    assert await world.simulator.sms.send(sms(friend)) == SmsSent(Credit(CREDIT_AT_MOST))
    shown = {"id": f"{1:032x}", "chat": friend, "text": "驗證碼 012345", "at": 1785556800000, "over": False}
    assert await world.until("sms", last, lambda change: True) == shown
    assert await world.get(f"friends/{friend}/sms") == {"sms": [shown]}
    assert await world.get(f"friends/{other}/sms") == {"sms": []}


async def test_the_same_message_twice_is_one_sms(world: World, friend: str) -> None:
    await asyncio.gather(*(world.simulator.sms.send(sms(friend)) for _ in range(3)))
    assert len((await world.get(f"friends/{friend}/sms"))["sms"]) == 1


async def test_credit_is_used_up_and_told(world: World, friend: str) -> None:
    inbox = world.simulator.sms
    assert await world.get("sms") == {"credit": None, "fault": None}
    assert (await world.do("sms", {"credit": 2}, "PUT"))["credit"] == 2
    came = [await inbox.send(sms(friend, number)) for number in (1, 2, 2)]
    assert came == [
        SmsSent(Credit(1)),
        SmsSent(Credit(0)),
        SmsNotSent("the simulator's account has no credit", "credit"),
    ]
    assert await inbox.credit() == Credit(0)
    assert len((await world.get(f"friends/{friend}/sms"))["sms"]) == 2
    await world.do("sms", {}, "PUT")
    assert await inbox.send(sms(friend, 3)) == SmsSent(Credit(CREDIT_AT_MOST))


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_goes_wrong_at_the_provider(world: World, friend: str, fault: str) -> None:
    await world.do("sms", {"fault": fault}, "PUT")
    came = await world.simulator.sms.send(sms(friend))
    arrived = len((await world.get(f"friends/{friend}/sms"))["sms"])
    if fault == "silence":
        assert (came, arrived) == (Unsure("the simulator does not answer"), 1)
    else:
        assert isinstance(came, SmsNotSent)
        assert (came.why, arrived) == (fault, 0)


@pytest.mark.parametrize(
    "body", [{"credit": -1}, {"credit": 1.5}, {"credit": True}, {"fault": "x"}, {"fault": []}, {"left": 1}]
)
async def test_an_account_that_cannot_be(world: World, body: dict[str, object]) -> None:
    await world.do("sms", body, "PUT", 400)


async def test_it_is_there_until_it_is_dismissed(world: World) -> None:
    friend, other = await world.friend(), await world.friend(name="阿明")
    for number in (1, 2):
        await world.simulator.sms.send(sms(friend, number))
    last = (await world.get("state"))["last"]
    path = f"sms/{1:032x}/dismiss"
    await world.do(f"friends/{other}/{path}", {}, status=404)
    await world.do(f"friends/{friend}/{path}", {})
    change = await world.until("sms", last, lambda change: True)
    assert (change["id"], change["dismissed"]) == (f"{1:032x}", True)
    assert [one["id"] for one in (await world.get(f"friends/{friend}/sms"))["sms"]] == [f"{2:032x}"]
    await world.do(f"friends/{friend}/{path}", {}, status=404)
    await world.do(f"friends/nobody/{path}", {}, status=404)


async def test_a_phone_that_nobody_clears_does_not_grow_for_ever(world: World, friend: str) -> None:
    for number in range(KEPT + 5):
        await world.simulator.sms.send(sms(friend, number))
    kept = (await world.get(f"friends/{friend}/sms"))["sms"]
    assert [one["id"] for one in (kept[0], kept[-1])] == [f"{5:032x}", f"{KEPT + 4:032x}"]
    assert len(kept) == KEPT
