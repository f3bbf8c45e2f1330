"""N1: a customer's coupons on their page, and one that is made usable again with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.promotions.coupons.model import HELD_COUPONS, Grant, HeldCoupon
from bot.promotions.coupons.store.grants import Coupons
from tests.conftest import NOW
from tests.promotions.coupons.examples import asks, coupon
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH

WHO = "main:U1"


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    made = await contact_world(worlds, tmp_path)
    [answer] = await made.staff.stores.of(Coupons).give(coupon(), [asks(WHO)])
    assert answer.grant is not None
    used = HeldCoupon(answer.grant, used=NOW, by="console:nobody", store="xinyi", how="clerk", act_id="p")
    over = HeldCoupon(replace(answer.grant, id="old", title="中秋券", until=NOW - timedelta(days=1)))
    await made.add(replace(person(1, "王小明"), held={**person(1, "王小明").held, "coupons": (over, used)}))
    return made


@pytest.fixture
async def grant(world: ContactWorld) -> Grant:
    """The one that was used."""
    return HELD_COUPONS.of(await world.contact(WHO))[1].grant


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_team_sees_them_with_the_end_of_the_code_only(world: ContactWorld, grant: Grant) -> None:
    agent = await world.signed_in("agent")
    _, page = await agent.get(world.address("agent", WHO), **ZH)
    code = grant.code
    for said in ("雙11 折 100 元", "中秋券", "已到期", f"…{code[-2:]}", "xinyi"):
        assert said in page, said
    assert code not in page
    assert "改回可以使用" not in page
    _, shown = await agent.post(world.address("agent", WHO, "reveal"), ZH)
    assert code in shown


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_supervisor_makes_one_usable_again_and_says_why(world: ContactWorld, grant: Grant) -> None:
    supervisor = await world.signed_in("supervisor")
    deed = world.address("supervisor", WHO, "coupon")
    _, page = await supervisor.get(world.address("supervisor", WHO), **ZH)
    assert page.count("改回可以使用") == 1
    status, refused = await supervisor.post(deed, ZH, grant=grant.id, reason=" ")
    assert (status, "請寫原因" in refused) == (409, True)
    status, _ = await supervisor.post(deed, ZH, grant=grant.id, reason="結帳按錯")
    assert status == 303
    [line] = [one for one in await world.staff.stores.audit.of(WHO) if one.what == "coupon_undo_pressed"]
    assert (line.actor, line.details[-1]) == ("console:supervisor", "結帳按錯")
    assert grant.code not in str(line.details)
    assert (await supervisor.post(deed, ZH, grant="of somebody else", reason="x"))[0] == 409


async def test_a_page_of_an_earlier_use_makes_no_later_one_usable(world: ContactWorld, grant: Grant) -> None:
    supervisor = await world.signed_in("supervisor")
    deed = world.address("supervisor", WHO, "coupon")
    _, page = await supervisor.get(world.address("supervisor", WHO), **ZH)
    assert 'name="undoes" value="p"' in page
    status, refused = await supervisor.post(deed, ZH, grant=grant.id, reason="結帳按錯", undoes="before p")
    assert (status, "後來又用了一次" in refused) == (409, True)
    assert "coupon_undo_pressed" not in [one.what for one in await world.staff.stores.audit.of(WHO)]
    assert (await supervisor.post(deed, ZH, grant=grant.id, reason="結帳按錯", undoes="p"))[0] == 303
