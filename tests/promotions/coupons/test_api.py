"""N1: coupons over the API: how they are doing, more codes, one redeemed once for one key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.playbook import Store
from bot.promotions.coupons.model import HELD_COUPONS, Grant
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.coupons.store.guesses import AT_TILL
from tests.conftest import ManualClock
from tests.promotions.coupons.examples import asks, coupon
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed
from tests.web.api.api_world import ApiWorld

OFFER = coupon(stock=5)
PACK = coupon(name="線上碼", stock=None, source="imported")
SUMMER = coupon(name="夏天", stock=None, source="fixed", fixed="SUMMER100")


@pytest.fixture
async def bot(bots: Bots, api: ApiWorld, by_our_clock: None) -> Bot:
    """Somebody is a friend."""
    api.playbook = replace(
        api.playbook,
        promotions={**api.playbook.promotions, "coupons": {one.name: one for one in (OFFER, PACK, SUMMER)}},
    )
    bot = await bots(api.playbook)
    await bot.hear(followed())
    await bot.settle()
    return bot


async def given(api: ApiWorld) -> Grant:
    [answer] = await api.stores.of(Coupons).give(OFFER, [asks("main:U1")])
    assert answer.grant is not None
    return answer.grant


async def test_how_they_are_doing(api: ApiWorld, bot: Bot) -> None:
    await given(api)
    caller = await api.caller("supervisor")
    [offer, pack, _] = (await caller.get("/coupons")).content["coupons"]
    assert offer == {
        "coupon": OFFER.name,
        "title": OFFER.title,
        "given": 1,
        "held": 1,
        "used": 0,
        "ended": 0,
        "free": None,
        "left": 4,
        "unsure": 0,
    }
    assert (pack["given"], pack["left"]) == (0, 0)


@pytest.mark.ring("all", "several processes of a bot")
async def test_redeemed_once_for_one_key(api: ApiWorld, bot: Bot) -> None:
    grant = await given(api)
    caller, other = await api.caller("supervisor", "till"), await api.caller("admin", "other")
    body = {"code": grant.code}
    done = await bot.meanwhile(caller.post("/coupons/redeem", body, key="k" * 32))
    assert (done.content["result"], done.content["coupon"]) == ("redeemed", OFFER.name)
    again = await caller.post("/coupons/redeem", body, key="k" * 32)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (done.content, "true")
    late = await bot.meanwhile(other.post("/coupons/redeem", body))
    assert (late.content["result"], late.content["used"]) == ("was_redeemed", done.content["used"])
    [held] = HELD_COUPONS.of((await bot.stored("U1")).contact)
    assert (held.by, held.store) == ("token:till", "")
    use = done.content["use"]
    undone = await bot.meanwhile(other.post("/coupons/undo", {**body, "reason": "wrong bill", "use": use}))
    assert (undone.content["result"], undone.content["use"]) == ("undone", "")
    [line] = [one for one in await api.stores.audit.of("main:U1") if one.what == "coupon_undo_pressed"]
    assert line.details[-1] == "wrong bill"


@pytest.mark.ring("all", "several processes of a bot")
async def test_an_undo_names_the_use_that_it_means(api: ApiWorld, bot: Bot) -> None:
    """A later one stays, whoever was slow; without a name it is whichever there is."""
    grant, caller = await given(api), await api.caller("supervisor")
    body = {"code": grant.code}
    again = {**body, "reason": "wrong bill"}
    first = await bot.meanwhile(caller.post("/coupons/redeem", body))
    await bot.meanwhile(caller.post("/coupons/undo", again))
    second = await bot.meanwhile(caller.post("/coupons/redeem", body))
    assert second.content["use"] not in ("", first.content["use"])
    late = await bot.meanwhile(caller.post("/coupons/undo", {**again, "use": first.content["use"]}))
    assert (late.content["result"], late.content["use"]) == ("was_redeemed", second.content["use"])
    assert (await bot.meanwhile(caller.post("/coupons/undo", again))).content["result"] == "undone"


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_turn_that_comes_late_is_no_answer_and_the_same_key_is_the_same_press(
    api: ApiWorld, bot: Bot, bots: Bots
) -> None:
    grant, caller = await given(api), await api.caller("supervisor", "till")
    call = ("/coupons/redeem", {"code": grant.code})
    await bot.crash()
    late = await caller.post(*call, key="k" * 32)
    assert (late.status, late.code, late.headers["Retry-After"]) == (503, "waits", "1")
    again = await bots(api.playbook)
    await again.settle()
    done = await caller.post(*call, key="k" * 32)
    assert (done.status, done.content["result"]) == (200, "redeemed")
    assert "Idempotency-Replayed" not in done.headers
    pressed = [one for one in await api.stores.audit.of("main:U1") if one.what == "coupon_pressed"]
    assert len(pressed) == 1


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_guesses_waits_and_no_key_has_that_for_a_day(
    api: ApiWorld, bot: Bot, clock: ManualClock
) -> None:
    api.playbook = replace(api.playbook, stores={"xinyi": Store("xinyi", "信義店")})
    grant, caller = await given(api), await api.caller("supervisor")
    [(span, most)] = AT_TILL
    for number in range(most):
        said = await caller.post("/coupons/redeem", {"code": f"WRONG{number}"})
        assert said.content["result"] == "unknown"
    call = ("/coupons/redeem", {"code": grant.code})
    limited = await caller.post(*call, key="k" * 32)
    assert (limited.status, limited.code, limited.headers["Retry-After"]) == (429, "too_many", "600")
    assert "10 minutes" in limited.content["detail"]
    elsewhere = await caller.post("/coupons/redeem", {"code": "WRONG", "store": "xinyi"})
    assert elsewhere.content["result"] == "unknown"
    clock.advance(span.total_seconds() + 1)
    done = await bot.meanwhile(caller.post(*call, key="k" * 32))
    assert (done.status, done.content["result"]) == (200, "redeemed")


async def test_what_does_not_fit_is_refused(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("supervisor")
    unknown = await caller.post("/coupons/redeem", {"code": "NO-SUCH"})
    assert (unknown.status, unknown.content["result"]) == (200, "unknown")
    store = await caller.post("/coupons/redeem", {"code": "X", "store": "nowhere"})
    assert (store.code, store.content["field"]) == ("refused", "body/store")
    assert (await caller.post("/coupons/import", {"coupon": OFFER.name, "codes": ["A1"]})).code == "refused"
    assert (await caller.post("/coupons/undo", {"code": "X"})).status == 422
    agent = await api.caller("agent")
    assert (await agent.get("/coupons")).status == 403
    assert (await agent.post("/coupons/redeem", {"code": "X"})).status == 403


@pytest.mark.ring("all", "several processes of a bot")
async def test_more_codes_are_added_once(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("supervisor")
    body = {"coupon": PACK.name, "codes": ["SAVE10", "SAVE20", "SAVEIO", "SAVE10"]}
    first = (await caller.post("/coupons/import", body)).content
    assert (first["new"], first["same"], first["refused"]) == (2, 1, 1)
    assert [one["line"] for one in first["refused_lines"]] == [3]
    assert "reads like" in first["refused_lines"][0]["why"]
    assert (await caller.post("/coupons/import", body)).content["new"] == 0
    pack = (await caller.get("/coupons")).content["coupons"][1]
    assert pack["left"] == 2
    entries = await api.stores.audit.entries(["coupon_codes_imported"], 9)
    assert [(one.by, one.about, one.state) for one in entries] == [
        ("token:supervisor", PACK.name, "done")
    ] * 2


async def test_codes_that_are_none_are_refused_as_those_of_a_file(api: ApiWorld, bot: Bot) -> None:
    caller = await api.caller("supervisor")
    body = {"coupon": PACK.name, "codes": ["summer-1oo", "8.86E+11", "=A1", "A\n1", "GOOD1"]}
    said = (await caller.post("/coupons/import", body, {"Accept-Language": "zh-TW"})).content
    assert (said["new"], [one["line"] for one in said["refused_lines"]]) == (1, [1, 2, 3, 4])
    assert said["refused_lines"][2]["why"] == "這是公式"
    nobody = await caller.post("/coupons/import", {"coupon": "nothing like it", "codes": ["A1"]})
    assert (nobody.status, nobody.code) == (409, "refused")
