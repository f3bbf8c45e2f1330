"""N2–N4: a till's stamps, how cards, draws and referrals are doing, winners and inviters, over the API."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.mark import Mark
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import CouponRequest
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.draws.model import OF_DRAWS, WON, prize_of
from bot.promotions.stamps.model import HELD_CARDS
from tests.conftest import NOW
from tests.counted import count_on
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.referrals.test_engine import CAMPAIGN
from tests.promotions.referrals.test_operations import INVITER, friend
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed
from tests.web.api.api_world import ApiWorld

SHOP = compiled("""
coupons: {折50: {for: 30d, per_person: 50, title: 折 50 元}}
stamp_cards: {集點: {title: 森活集點卡, cells: 10, rewards: {10: 折50}, per_day: 3}}
draws: {抽: {title: 週年慶抽獎, prizes: {折五十: {coupon: 折50, odds: 5%}}}}
stores: {xinyi: {title: 信義店}}
rules: [{when: {text: 嗨}, reply: 嗨}]
""")


@pytest.fixture
async def bot(bots: Bots, api: ApiWorld, by_our_clock: None) -> Bot:
    """Somebody is a friend."""
    api.playbook = replace(api.playbook, promotions=SHOP.promotions, stores=SHOP.stores)
    bot = await bots(api.playbook)
    await bot.hear(followed())
    await bot.settle()
    return bot


@pytest.mark.ring("all", "several processes of a bot")
async def test_stamps_are_put_on_once_for_one_key_and_taken_back(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("supervisor", "till")
    put, take = (f"/contacts/{api.part(caller, 'main:U1')}/stamps/{action}" for action in ("put", "take"))
    body = {"card": "集點", "count": 2, "store": "xinyi"}
    assert (await bot.meanwhile(caller.post(put, body, key="k" * 32))).content == {"result": "done"}
    again = await caller.post(put, body, key="k" * 32)
    assert (again.content, again.headers["Idempotency-Replayed"]) == ({"result": "done"}, "true")
    [held] = HELD_CARDS.of((await bot.stored("U1")).contact)
    assert (held.count, held.entries[0].by, held.entries[0].store) == (2, "token:till", "xinyi")
    assert (await bot.meanwhile(caller.post(put, body))).content == {"result": "refused"}, "three a day"
    assert (await bot.meanwhile(caller.post(take, {"card": "集點", "reason": "蓋錯"}))).content == {
        "result": "done"
    }
    assert HELD_CARDS.of((await bot.stored("U1")).contact)[0].count == 1, "one, where none is named"
    lines = [(one.what, one.details) for one in await api.stores.audit.of("main:U1")]
    assert ("stamps_taken", ("集點", "1", "蓋錯")) in lines
    [card] = (await caller.get("/stamps")).content["stamps"]
    stores = [{"store": "信義店", "stamps": 2}]
    assert card == {
        "card": "集點",
        "title": "森活集點卡",
        "stamps": 1,
        "filled": 0,
        "ended": 0,
        "stores": stores,
    }


@pytest.mark.ring("all", "several processes of a bot")
async def test_draws_and_who_has_won_masked(api: ApiWorld, bot: Bot) -> None:
    coupon = COUPONS.of(SHOP)["折50"]
    until = NOW.replace(year=NOW.year + 1)
    await api.stores.of(Coupons).give(coupon, [CouponRequest("g1", "main:U1", NOW, until, prize_of("抽"))])
    await count_on(api.stores, NOW.date().isoformat(), Mark("main", OF_DRAWS, WON, ("抽", "折五十")))
    caller = await api.caller("supervisor")
    [draw] = (await caller.get("/draws")).content["draws"]
    assert (draw["draw"], draw["tries"], draw["nothing"]) == ("抽", 1, 0)
    assert [(one["title"], one["odds"], one["won"], one["left"]) for one in draw["prizes"]] == [
        ("折 50 元", "5%", 1, None)
    ]
    [won] = (await caller.get("/draws/winners", draw="抽")).content["winners"]
    assert (won["prize"], won["title"], won["used"]) == ("折五十", "折 50 元", None)
    assert "U1" not in str({**won, "contact": "sealed"})
    assert won["contact"] == api.part(caller, "main:U1")
    [line] = await api.stores.audit.entries(["people_searched"], 10)
    assert (line.by, line.about) == ("token:supervisor", "draws")


async def test_who_has_brought_whom_masked(api: ApiWorld, bot: Bot) -> None:
    """N4."""
    api.playbook = replace(
        api.playbook, promotions={**api.playbook.promotions, "referrals": {CAMPAIGN.name: CAMPAIGN}}
    )
    await come(api.stores.contacts, replace(INVITER, id="main:U7"), friend(1, "refused", why="late"))
    caller = await api.caller("supervisor")
    [one] = (await caller.get("/referrals")).content["referrals"]
    assert (one["campaign"], one["came"], one["refused"]["late"], one["opened"]) == ("好友", 0, 0, 0)
    [inviter] = (await caller.get("/referrals/inviters", campaign="好友")).content["inviters"]
    assert (inviter["name"], inviter["friends"], inviter["rewarded"]) == ("小○○", 3, 1)
    friends = await caller.post(f"/contacts/{inviter['contact']}/referrals/friends", {"campaign": "好友"})
    [found] = friends.content["friends"]
    assert (found["name"], found["state"], found["reason"]) == ("=○○", "refused", "late")
    assert found["says"] == "does not count: came too late, or did so"
    assert "main:" not in str(friends.content)
    [line] = await api.stores.audit.entries(["people_searched"], 10)
    assert (line.about, line.times) == ("referrals", 2)
