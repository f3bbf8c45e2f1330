"""N2, N3: a customer's stamp cards and draws on their page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.operations.contact_document import in_full
from bot.operations.contact_view import ContactView
from bot.operations.payload import pick
from bot.promotions.draws.model import HeldDraw
from bot.promotions.stamps.model import HeldStampCard
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import WRITTEN, contact_world, person
from tests.web.admin.staff_world import ZH

WHO = "main:U1"
SHOP = f"""{WRITTEN}
coupons: {{折50: {{for: 30d, per_person: 50}}}}
stamp_cards: {{集點: {{title: 森活集點卡, cells: 10, rewards: {{10: 折50}}}}}}
draws: {{抽: {{title: 週年慶抽獎, prizes: {{折五十: {{coupon: 折50, odds: 5%}}}}}}}}
"""


async def test_they_are_shown_as_far_as_the_playbook_has_them(worlds: StaffWorlds, tmp_path: Path) -> None:
    world = await contact_world(worlds, tmp_path, SHOP)
    cards = (HeldStampCard("集點", 4, until=NOW + timedelta(days=30)), HeldStampCard("沒有了", 2))
    draws = (HeldDraw("抽", 3, NOW, result="won", prize="折五十", grant="g1"),)
    await world.add(
        replace(
            person(1, "王小明"),
            held={**person(1, "王小明").held, "stamp_cards": cards, "draws": draws},
        )
    )
    agent = await world.signed_in("agent")
    _, page = await agent.get(world.address("agent", WHO), **ZH)
    for said in ("集點卡和抽獎", "森活集點卡", "4 點，共 10 格", "有效到", "週年慶抽獎", "抽了 3 次", "抽中"):
        assert said in page, said
    assert "沒有了" not in page


def test_what_is_exported_of_somebody_has_their_draws() -> None:
    draws = (HeldDraw("抽", 3, NOW, result="won", prize="折五十", grant="g1"),)
    shown = ContactView(
        replace(person(1, "王小明"), held={**person(1, "王小明").held, "draws": draws}), simulated=False
    )
    found = in_full(shown, compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n"), NOW)
    assert pick(found, "draws") == {"draws": draws}
