"""N2, N3, L8: a stamp card and a draw by a form, which become entries of one's draft with their rules."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.written import FieldRefused
from bot.promotions.coupons.operations.form import PART as COUPON
from bot.promotions.draws.operations.form import PART as DRAW
from bot.promotions.referrals.operations.form import PART as REFERRAL
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.operations.form import PART as STAMP_CARD
from bot.web.admin.draft_form import form_handlers
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.filled_forms import written
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import ZH, Staff, StaffWorld

LIFF = ', liff: {login_channel_id: "5", liff_id: 5-a}'
COUPON_50 = {"title": "折50", "asked": "領券", "days": "30"}
BOOK = f"""\
bot: 森活
channels:
  main: {{id: forest, channel_id: "1", channel_secret: s{LIFF}}}
rules:
  - when: {{text: 你好}}
    reply: 哈囉
"""
LIFF_AND_SHOP = """\
    liff: {login_channel_id: "5", liff_id: 5-a}
    shop: forest
shops: {forest: {platform: cyberbiz, username: u, secret: "${SECRET}", webhook_secret: "${SECRET}"}}
"""
STAMPS_FORM = {
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
DRAWS_FORM = {
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
    linked = {"bot.yaml": FILES["bot.yaml"] + LIFF_AND_SHOP}
    return await editing(worlds, tmp_path, linked, lambda context: form_handlers(console, context))


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
    assert await mei.post("/admin/stamps/new", None, **STAMPS_FORM) == (303, f"{PAGE}/review")
    _, text = await mei.get(f"{PAGE}?file=rules/stamp_cards.yaml")
    for said in ("cells: 10", "{5: 折50}", "for: 365d", "[clerk, code]", "{each: 300}"):
        assert said in text, said
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_draw_is_in_the_draft_and_has_no_mistake(mei: Staff) -> None:
    assert await mei.post("/admin/draws/new", None, **DRAWS_FORM) == (303, f"{PAGE}/review")
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
    status, page = await mei.post("/admin/stamps/new", ZH, **{**STAMPS_FORM, **wrong})
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
    status, page = await mei.post("/admin/draws/new", ZH, **{**DRAWS_FORM, **wrong})
    assert (status, "每人每天一次" in page) == (422, True)
    assert said in page.partition(f'id="wrong-{field}">')[2].partition("</span>")[0]


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    "form", [STAMPS_FORM, {**STAMPS_FORM, "cells": "6", "cell_1": "99"}, {"title": "集點"}]
)
async def test_the_card_is_looked_at_while_the_form_is_filled_in(mei: Staff, form: dict[str, str]) -> None:
    status, side = await mei.post("/admin/stamps/new", None, **form, act="look", part="side")
    assert (status, "<form" in side, "data-message" in side) == (200, False, "cells" in form)
    if form is STAMPS_FORM:
        card = json.loads(html.unescape(side.partition('data-message="')[2].partition('"')[0]))
        assert card["altText"] == "森活集點卡：已集 3 / 10 點"
        assert "再 2 點，送您「折50」" in json.dumps(card, ensure_ascii=False)


def test_a_coupon_that_no_rule_hears_of_is_told_of_when_it_is_given() -> None:
    silent = {"bot.yaml": f"{BOOK}coupons: {{贈品: {{for: 30d, per_person: 9}}}}\n"}
    form = {"title": "集點", "asked": "集點", "cell_1": "5"}
    made = written(STAMP_CARD, silent, **form, coupon_1="贈品")
    files = {**silent, **made.texts}
    assert "{coupon: 贈品, result: given}" in files["bot.yaml"]
    playbook = compiled("".join(files.values()))
    assert STAMP_CARDS.of(playbook)["集點"].rewards == {5: "贈品"}
    heard = written(COUPON, {"bot.yaml": BOOK}, **COUPON_50).texts
    again = written(STAMP_CARD, heard, **form, coupon_1="折50")
    assert again.texts["bot.yaml"].count("coupon: 折50, result: given") == 1


def test_without_pages_who_asks_draws_in_the_chat() -> None:
    sources = {"bot.yaml": BOOK, **written(COUPON, {"bot.yaml": BOOK}, **COUPON_50).texts}
    form = {"title": "抽獎", "asked": "試手氣", "coupon_1": "折50", "odds_1": "5%"}
    plain = {path: text.replace(LIFF, "") for path, text in sources.items()}
    there = written(DRAW, plain, **form).texts["bot.yaml"]
    assert "enter_draw: 抽獎" in there
    on_page = written(DRAW, sources, **form).texts["bot.yaml"]
    assert "page: my_draws" in on_page
    assert "enter_draw" not in on_page


@pytest.mark.parametrize(
    ("form", "field", "fields"),
    [
        (STAMP_CARD, "each", {"title": "集點", "asked": "集點", "coupon_1": "折50", "each": "300"}),
        (REFERRAL, "deed", {"title": "一起來", "friend": "見面禮", "deed": "ordered"}),
    ],
    ids=("stamp card", "referral"),
)
def test_orders_without_a_shop_are_refused(form: DraftForm, field: str, fields: dict[str, str]) -> None:
    """N2, N4: nothing would ever be heard of an order."""
    sources = {"bot.yaml": BOOK, **written(COUPON, {"bot.yaml": BOOK}, **COUPON_50).texts}
    with pytest.raises(FieldRefused, match="shop") as refused:
        written(form, sources, **fields)
    assert refused.value.field == field
    linked = {**sources, "bot.yaml": sources["bot.yaml"].replace(LIFF, f"{LIFF}, shop: forest")}
    assert written(form, linked, **fields).texts
