"""N4: the console's pages of friends who bring friends, and the card on a customer's page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.mark import Mark
from bot.promotions.referrals.model import CAME, INVITATIONS, OF_REFERRALS, REFUSED
from tests.conftest import NOW
from tests.counted import count_on
from tests.promotions.referrals.test_operations import INVITER, friend
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import WRITTEN, ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH

LIFF = "channel_secret: x, liff: {login_channel_id: '5', liff_id: 5-a}}"
SHOP = f"""{WRITTEN.replace("channel_secret: x}", LIFF)}
coupons: {{謝禮: {{title: 邀請謝禮, for: 30d, per_person: 10}}}}
referrals: {{好友: {{title: 好友一起來, when: bound, inviter: 謝禮, max: 10}}}}
"""


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    return await contact_world(worlds, tmp_path, SHOP)


async def test_from_the_figures_to_the_inviters_to_their_friends(world: ContactWorld) -> None:
    day = NOW.date().isoformat()
    await count_on(world.staff.stores, day, Mark("main", OF_REFERRALS, CAME, ("好友", "")))
    await count_on(world.staff.stores, day, Mark("main", OF_REFERRALS, REFUSED, ("好友", "before")))
    await world.add(INVITER, friend(1, "done", ended=NOW), friend(2, "came"))
    lead = await world.signed_in("supervisor")
    _, page = await lead.get("/admin/referrals", **ZH)
    for said in ("好友一起來", "好友綁定會員才算", "邀請謝禮", "原本就是好友", "誰帶了好友來"):
        assert said in page, said
    _, page = await lead.get("/admin/referrals/inviters?campaign=好友", **ZH)
    assert "小美" in page
    part = world.parts.sealed("supervisor", "contact", "main:U1")
    _, page = await lead.get(f"/admin/referrals/friends?campaign=好友&inviter={part}", **ZH)
    for said in ("小美", "=朋友1", "推薦成功", "=朋友2", "已加入，還沒綁定", "另外 1 位已經不在名單裡"):
        assert said in page, said
    assert "main:" not in page, "nobody's id"
    _, table = await lead.post("/admin/referrals/table", ZH, campaign="好友")
    assert "小美,'=朋友1,推薦成功" in table


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_not_there_is_said(world: ContactWorld) -> None:
    lead = await world.signed_in("supervisor")
    _, page = await lead.get("/admin/referrals/inviters?campaign=好友", **ZH)
    assert "還沒有人帶好友來" in page
    for path in ("inviters?campaign=沒有", "friends?campaign=好友&inviter=other", "friends?campaign=沒有"):
        assert (await lead.get(f"/admin/referrals/{path}"))[0] == 404
    assert (await lead.post("/admin/referrals/table", campaign="沒有"))[0] == 404


async def test_a_customers_page_says_who_brought_them_and_whom_they_brought(world: ContactWorld) -> None:
    both = replace(
        friend(1, "done"),
        held={
            **friend(1, "done").held,
            "invitations": (replace(INVITATIONS.of(INVITER)[0], codes=("code9",)),),
        },
    )
    gone = friend(3, "refused", "nobody", why="gone")
    await world.add(INVITER, both, friend(2, "came", "code9"), gone, person(8, "王小明"))
    agent = await world.signed_in("agent")
    _, page = await agent.get(world.address("agent", "main:F1"), **ZH)
    for said in ("邀請人：", "小美", "推薦成功", "帶來的好友：", "=朋友2", "已加入，還沒綁定"):
        assert said in page, said
    assert world.address("agent", "main:U1") in page
    _, page = await agent.get(world.address("agent", "main:F3"), **ZH)
    assert "已不在名單裡的客人" in page
    assert "邀請人已不在名單裡" in page
    _, page = await agent.get(world.address("agent", "main:U8"), **ZH)
    assert "好友推薦" not in page
