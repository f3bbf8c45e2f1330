"""What staff do to a friend through the workbench: done as the commands do it, heard as news. J1, J2, L3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.shop import Shop
from tests.simulator.test_binding_in_chat import new_phone


async def by_staff(shop: Shop, friend: str, body: dict[str, Any], status: int = 200) -> Any:
    done = await shop.do(f"friends/{friend}/staff", body, status)
    await shop.rest()
    return done


async def _known(shop: Shop, friend: str) -> Any:
    return await shop.get(f"friends/{friend}/contact")


async def test_a_tag_that_staff_put_on_is_heard_like_any_other(shop: Shop) -> None:
    """J1: the turn says who did it, the menu follows, and it can be taken off again."""
    friend = await shop.friend("小芳")
    await by_staff(shop, friend, {"add_tag": "VIP"})
    [turn] = [turn for turn in await shop.turns(friend) if turn["heard"] == "staff tag +VIP"]
    assert {"what": "tag VIP", "before": None, "after": "on"} in turn["changed"]
    known = await _known(shop, friend)
    [tag] = [tag for tag in known["tags"] if tag["name"] == "VIP"]
    assert (tag["by"], known["menu"]) == ("staff", "VIP")
    assert "VIP" in known["may"]["tags"]
    await by_staff(shop, friend, {"remove_tag": "VIP"})
    assert "VIP" not in [tag["name"] for tag in (await _known(shop, friend))["tags"]]


async def test_a_journey_begins_by_a_tag_of_staff(shop: Shop) -> None:
    """J1: what a tag triggers is triggered, and the scenario that is recorded says who put it on."""
    friend = await shop.friend("小君")
    await by_staff(shop, friend, {"add_tag": "看過優惠"})
    shown = await shop.recorded(friend)
    assert "- staff: {add_tags: 看過優惠}\n" in shown


async def test_attributes_of_every_type(shop: Shop) -> None:
    """J1: what is written is read as its type; what is not is refused in one sentence of each language."""
    friend = await shop.friend("小芬")
    takes = {one["name"]: one for one in (await _known(shop, friend))["may"]["attributes"]}
    assert (takes["birthday"]["type"], takes["birthday"]["writable"]) == ("date", True)
    for key, text in (
        ("birthday", "1990/5/20"),
        ("skin", "油性"),
        ("budget", "1,500"),
    ):
        await by_staff(shop, friend, {"set": {key: text}})
    known = await shop.known(friend)
    assert [known[key] for key in takes if key in known] == ["油性", "1500", "1990-05-20"]
    refused = await by_staff(shop, friend, {"set": {"skin": "石頭"}}, 409)
    assert refused["error"] == "refused"
    assert refused["sentence"]["zh-TW"].startswith("「膚質」不能是「石頭」")
    assert refused["sentence"]["en"] == refused["message"]
    refused = await by_staff(shop, friend, {"set": {"birthday": "不告訴你"}}, 409)
    assert refused["sentence"]["zh-TW"] == "「生日」要填日期（例如 1990-05-20），不能填「不告訴你」"
    refused = await by_staff(shop, friend, {"set": {"tier": "金卡"}}, 409)
    assert "商店" in refused["sentence"]["zh-TW"]
    refused = await by_staff(shop, friend, {"set": {"skin": "好" * 5_001}}, 409)
    assert "5,001" in refused["sentence"]["zh-TW"]


@pytest.mark.ring("all", "starts a process")
async def test_a_member_is_bound_and_unbound_by_staff(shop: Shop) -> None:
    """B11, J2: without a code, for staff vouch for the phone; the number is masked until it is asked for."""
    await shop.until_night()
    phone = new_phone()
    await shop.do(
        "shop/forest/members/7001", {"name": "李小姐", "phone": phone, "tier": "銀卡"}, method="PUT"
    )
    friend, other = await shop.friend("小蘭"), await shop.friend("小菊")
    await by_staff(shop, friend, {"binds": phone})
    known = await _known(shop, friend)
    assert [one["kind"] for one in known["bound"]] == ["phone"]
    assert (known["phone"], known["member_no"]) == (f"{phone[:2]}••••••{phone[-2:]}", "7001")
    assert {"name": "tier", "value": "銀卡"} in known["attributes"]
    assert await shop.get(f"friends/{friend}/hidden") == {"value": phone}

    taken = await by_staff(shop, other, {"binds": phone}, 409)
    assert "已經有人綁定" in taken["sentence"]["zh-TW"]
    missing = await by_staff(shop, other, {"binds": new_phone()}, 409)
    assert "沒有用這支手機的會員" in missing["sentence"]["zh-TW"]
    wrong = await by_staff(shop, other, {"binds": "12"}, 409)
    assert wrong["message"] == '"12" is no mobile number'

    await by_staff(shop, friend, {"unbinds": "phone"})
    known = await _known(shop, friend)
    assert (known["bound"], known["phone"], known["member_no"]) == ([], None, None)
    again = await by_staff(shop, friend, {"unbinds": "phone"}, 409)
    assert again["error"] == "refused"
    shown = await shop.recorded(friend)
    assert f'- staff: {{binds: "{phone}"}}\n' in shown
    await shop.do("shop/forest/members/7001", method="DELETE")


@pytest.mark.ring("all", "starts a process")
async def test_another_group_of_a_split(shop: Shop) -> None:
    """J1: the person stays in the group that staff have put them into."""
    friend = await shop.friend("小梅")
    [split] = (await _known(shop, friend))["splits"]
    for group in split["groups"]:
        await by_staff(shop, friend, {"draws": {split["name"]: group}})
        assert (await _known(shop, friend))["splits"][0]["group"] == group
    shown = await shop.recorded(friend)
    assert f"- staff: {{draws: {{{split['name']}: {split['groups'][0]}}}}}\n" in shown
    refused = await by_staff(shop, friend, {"draws": {split["name"]: "沒有這組"}}, 409)
    assert "沒有「沒有這組」" in refused["sentence"]["zh-TW"]


async def test_what_staff_write_is_no_news_to_the_bot(shop: Shop) -> None:
    """29: LINE tells nobody what staff type; a bot that was not told to be silent goes on."""
    friend = await shop.friend("小竹")
    before = len(await shop.turns(friend))
    said = await by_staff(shop, friend, {"says": "您好，我是客服"})
    [*_, last] = (await shop.get(f"friends/{friend}/messages"))["messages"]
    assert (last["id"], last["author"], last["via"]) == (said["message"], "bot", "staff")
    assert len(await shop.turns(friend)) == before
    await shop.say(friend, "營業時間")
    assert len((await shop.turns(friend))[-1]["sent"]) == 1
    await by_staff(shop, friend, {"takes_over": True})
    await shop.say(friend, "營業時間")
    assert (await shop.turns(friend))[-1]["sent"] == []
    await shop.do(f"friends/{friend}/block")
    await shop.rest()
    assert (await by_staff(shop, friend, {"says": "還在嗎"}, 409))["error"] == "standing"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"takes_over": 1},
        {"takes_over": True, "says": "你好"},
        {"says": " "},
        {"says": "好" * 5_001},
        {"says": ["你好"]},
        {"add_tag": 7},
        {"set": {}},
        {"set": {"skin": 7}},
        {"set": "skin"},
        {"draws": {"a": "b", "c": "d"}},
        {"draws": {"a": 1}},
        {"unbinds": "everything"},
        {"binds": None},
        {"sings": "la"},
    ],
)
async def test_what_is_no_act_of_staff(shop: Shop, body: dict[str, Any]) -> None:
    friend = await shop.friend("小蓮")
    refused = await shop.do(f"friends/{friend}/staff", body, 400)
    assert refused["error"] == "invalid"
