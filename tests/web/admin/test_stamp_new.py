"""N2, N3, L8: a stamp card and a draw by a form, which become entries of one's draft with their rules."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from bot.operations.drafts.new_coupon import FormCoupon, new_coupon
from bot.operations.drafts.new_draw import FormDraw, new_draw
from bot.operations.drafts.new_stamp_card import FormStampCard, new_stamp_card
from bot.operations.drafts.publishing import DraftContext
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.web.admin.coupon_new_pages import CouponNewPages
from bot.web.admin.draw_new_pages import DrawNewPages
from bot.web.admin.stamp_new_pages import StampNewPages
from bot.web.admin.visit import AdminHandler
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import PAGE, editing
from tests.web.admin.staff_world import ZH, Staff, StaffWorld

BOOK = """\
bot: 森活
channels:
  main: {id: forest, channel_id: "1", channel_secret: s, liff: {login_channel_id: "5", liff_id: 5-a}}
rules:
  - when: {text: 你好}
    reply: 哈囉
"""
COUPON = FormCoupon(title="折50", asked="領券", days="30")
CARD = {
    "title": "森活集點卡",
    "terms": "每滿 300 元集一點\n不得併用",
    "asked": "集點，集點卡",
    "cells": "10",
    "cell_1": "5",
    "coupon_1": "折50",
    "by_clerk": "1",
    "by_code": "1",
    "each": "300",
    "days": "365",
    "again": "1",
}
DRAW = {
    "title": "年終抽獎",
    "terms": "每人每天一次",
    "asked": "抽獎",
    "coupon_1": "折50",
    "odds_1": "5%",
    "each": "day",
    "look": "scratch",
    "until": "2027-12-31",
}
COUPONS_FORM = {"title": "折50", "asked": "領券", "days": "30", "by_clerk": "1"}


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    playbook = compiled(BOOK)
    console = worlds.console(lambda: playbook)

    def forms(desk: DraftContext) -> dict[str, AdminHandler]:
        pages = (CouponNewPages, StampNewPages, DrawNewPages)
        return {name: do for one in pages for name, do in one(console, desk).handlers().items()}

    return await editing(worlds, tmp_path, forms=forms)


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    """A supervisor in whose draft there is a coupon."""
    browser = await world.signed_in(await world.account("supervisor", "mei"))
    status, _ = await browser.post("/admin/coupons/new", None, **COUPONS_FORM)
    assert status == 303
    return browser


async def test_a_stamp_card_is_in_the_draft_and_has_no_mistake(mei: Staff) -> None:
    _, page = await mei.get("/admin/stamps/new")
    assert '<option value="折50"' in page
    assert await mei.post("/admin/stamps/new", None, **CARD) == (303, f"{PAGE}/review")
    _, text = await mei.get(f"{PAGE}?file=rules/stamp_cards.yaml")
    for said in ("cells: 10", "{5: 折50}", "for: 365d", "[clerk, code]", "{each: 300}"):
        assert said in text, said
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_draw_is_in_the_draft_and_has_no_mistake(mei: Staff) -> None:
    assert await mei.post("/admin/draws/new", None, **DRAW) == (303, f"{PAGE}/review")
    _, text = await mei.get(f"{PAGE}?file=rules/draws.yaml")
    for said in ("look: scratch", "5%", "2027-12-31 24:00"):
        assert said in text, said
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"title": " "}, "title", "這裡是空的"),
        ({"cells": "31"}, "cells", "2 到 30"),
        ({"cell_1": "11"}, "cell_1", "10"),
        ({"cell_1": "", "coupon_1": ""}, "cell_1", "至少一項"),
        ({"coupon_1": "沒有這張"}, "coupon_1", "請選"),
        ({"cell_2": "5", "coupon_2": "折50"}, "cell_2", "已經有獎品"),
        ({"each": "free"}, "each", "像 100"),
        ({"until": "tomorrow"}, "until", "2026-12-31"),
        ({"by_clerk": "", "by_code": ""}, "ways", "至少一種"),
    ],
)
async def test_what_is_wrong_with_a_card_is_said_at_its_field(
    mei: Staff, wrong: dict[str, str], field: str, said: str
) -> None:
    status, page = await mei.post("/admin/stamps/new", ZH, **{**CARD, **wrong})
    assert (status, "不得併用" in page) == (422, True)
    assert said in page.partition(f'id="wrong-{field}">')[2].partition("</span>")[0]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"odds_1": "often"}, "odds_1", "1/200"),
        ({"coupon_2": "折50", "odds_2": "1%"}, "coupon_2", "已經是獎品"),
        ({"coupon_1": "", "odds_1": ""}, "coupon_1", "至少一項"),
        ({"asked": ""}, "asked", "這裡是空的"),
    ],
)
async def test_what_is_wrong_with_a_draw_is_said_at_its_field(
    mei: Staff, wrong: dict[str, str], field: str, said: str
) -> None:
    status, page = await mei.post("/admin/draws/new", ZH, **{**DRAW, **wrong})
    assert (status, "每人每天一次" in page) == (422, True)
    assert said in page.partition(f'id="wrong-{field}">')[2].partition("</span>")[0]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize("form", [CARD, {**CARD, "cells": "6", "cell_1": "99"}, {"title": "集點"}])
async def test_the_card_is_looked_at_while_the_form_is_filled_in(mei: Staff, form: dict[str, str]) -> None:
    status, side = await mei.post("/admin/stamps/new", None, **form, act="look", part="side")
    assert (status, "<form" in side, "data-message" in side) == (200, False, "cells" in form)
    if form is CARD:
        card = json.loads(html.unescape(side.partition('data-message="')[2].partition('"')[0]))
        assert card["altText"] == "森活集點卡：已集 3 / 10 點"
        assert "再 2 點，送您「折50」" in json.dumps(card, ensure_ascii=False)


def test_a_coupon_that_no_rule_hears_of_is_told_of_when_it_is_given() -> None:
    silent = {"bot.yaml": f"{BOOK}coupons: {{贈品: {{for: 30d, per_person: 9}}}}\n"}
    form = FormStampCard(title="集點", asked="集點", rewards=(("5", "贈品"),))
    made = new_stamp_card(silent, form, "main")
    files = {**silent, **made.texts}
    assert "{coupon: 贈品, result: given}" in files["bot.yaml"]
    playbook = compiled("".join(files.values()))
    assert STAMP_CARDS.of(playbook)["集點"].rewards == {5: "贈品"}
    heard = new_coupon({"bot.yaml": BOOK}, COUPON, "main").texts
    again = new_stamp_card(heard, FormStampCard(title="集點", asked="集點", rewards=(("5", "折50"),)), "main")
    assert again.texts["bot.yaml"].count("coupon: 折50, result: given") == 1


def test_without_pages_who_asks_draws_in_the_chat() -> None:
    sources = {"bot.yaml": BOOK, **new_coupon({"bot.yaml": BOOK}, COUPON, "main").texts}
    form = FormDraw(title="抽獎", asked="試手氣", prizes=(("折50", "5%"),))
    there = new_draw(sources, form, "main", has_pages=False).texts["bot.yaml"]
    assert "enter_draw: 抽獎" in there
    on_page = new_draw(sources, form, "main", has_pages=True).texts["bot.yaml"]
    assert "page: my_draws" in on_page
    assert "enter_draw" not in on_page
