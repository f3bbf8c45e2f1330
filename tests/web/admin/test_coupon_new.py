"""N1, L8: a coupon by a form, which becomes an entry of one's own draft with the rules that give it."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.translatable import Refusal
from bot.operations.drafts.new_coupon import FormCoupon, new_coupon
from bot.promotions.coupons.engine.declared import COUPONS
from bot.web.admin.coupon_new_pages import CouponNewPages
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import ZH, Staff, StaffWorld

NEW = "/admin/coupons/new"
FORM = {
    "title": "新朋友折 100 元",
    "terms": "單筆滿 1,000 元可用\n不得併用",
    "asked": "領優惠券，優惠券",
    "stock": "100",
    "days": "30",
    "until": "2027-12-31",
    "by_clerk": "1",
    "by_press": "1",
    "codes": "made",
}
WRITTEN = FormCoupon(title="新朋友折 100 元", asked="領優惠券", days="30")
BOOK = """\
bot: 森活
channels: {main: {id: forest, channel_id: "1", channel_secret: s}}
rules:
  - when: {text: 你好}
    reply: 哈囉
  - when: {text: any}
    reply: 再說一次
"""


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    playbook = compiled(BOOK)
    return await editing(
        worlds, tmp_path, forms=lambda desk: CouponNewPages(worlds.console(lambda: playbook), desk).handlers()
    )


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("supervisor", "mei"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_in_the_draft_and_has_no_mistake(world: StaffWorld, mei: Staff) -> None:
    assert "coupons:" not in "".join(FILES.values())
    status, page = await mei.post(NEW, None, **FORM)
    assert (status, page) == (303, f"{PAGE}/review")
    _, text = await mei.get(f"{PAGE}?file=rules/coupons.yaml")
    for said in ("stock: 100", "for: 30d", "2027-12-31 24:00", "[clerk, press]"):
        assert said in text, said
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": "", "days": ""}, "最後一天，或拿到後幾天"),
        ({"until": "tomorrow"}, "2026-12-31"),
        ({"stock": "many"}, "像 100"),
        ({"by_clerk": "", "by_press": ""}, "至少一種"),
        ({"title": " "}, 'role="alert"'),
        ({"asked": ""}, 'role="alert"'),
    ],
)
async def test_what_is_missing_is_said_and_what_was_written_stays(
    wrong: dict[str, str], said: str, mei: Staff
) -> None:
    status, page = await mei.post(NEW, ZH, **{**FORM, **wrong})
    assert (status, said in page) == (422, True)
    assert "不得併用" in page


async def test_the_card_is_looked_at_while_the_form_is_filled_in(mei: Staff) -> None:
    """What the card will say, with the last moment of the earlier end; nothing is saved."""
    status, side = await mei.post(NEW, None, **FORM, act="look", part="side")
    assert (status, "<form" in side) == (200, False)
    card = json.loads(html.unescape(side.partition('data-message="')[2].partition('"')[0]))
    said = json.dumps(card, ensure_ascii=False)
    end = NOW + timedelta(days=30)
    assert f"{end.astimezone(TAIPEI):%Y/%m/%d} 23:59" in said
    assert "不得併用" in said
    assert "領優惠券" in side
    _, playbook = await mei.get(f"{PAGE}/review")
    assert "新朋友折" not in playbook


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("wrong", [{"until": "tomorrow"}, {"days": "many"}, {"title": "", "days": ""}])
async def test_a_form_half_filled_in_is_looked_at(wrong: dict[str, str], mei: Staff) -> None:
    status, side = await mei.post(NEW, None, **{**FORM, **wrong}, act="look", part="side")
    assert (status, "data-message" in side) == (200, True)


def test_who_asks_is_given_it_before_the_rule_for_all_the_rest() -> None:
    made = new_coupon({"bot.yaml": BOOK}, WRITTEN, "main")
    files = {"bot.yaml": BOOK, **made.texts}
    assert made.name == "新朋友折_100_元"
    text = "\n".join(files.values())
    assert text.index("領優惠券") < text.index("text: any")
    playbook = compiled(f"{made.texts['bot.yaml']}\n{made.texts['rules/coupons.yaml']}")
    assert COUPONS.of(playbook)[made.name].title == WRITTEN.title


def test_a_name_that_is_taken_gets_a_number_and_other_coupons_stay() -> None:
    first = new_coupon({"bot.yaml": BOOK}, WRITTEN, "main")
    sources = {"bot.yaml": BOOK, **first.texts}
    second = new_coupon(sources, replace(WRITTEN, asked="再領"), "main")
    assert second.name == f"{first.name}_2"
    assert first.texts["rules/coupons.yaml"].rstrip() in second.texts["rules/coupons.yaml"]


def test_a_text_that_would_be_filled_in_is_refused() -> None:
    with pytest.raises(Refusal):
        new_coupon({"bot.yaml": BOOK}, replace(WRITTEN, title="{{ contact.phone }}"), "main")
