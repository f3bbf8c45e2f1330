"""N1, L8: a coupon by a form, which becomes an entry of one's own draft with the rules that give it."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.translatable import Refusal
from bot.operations.drafts.forms.form import DraftForm
from bot.operations.drafts.forms.needs import groups
from bot.operations.drafts.forms.registry import FORMS
from bot.operations.drafts.forms.written import FieldRefused, value_of
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.operations.form import NOT_FOR_ALL
from bot.promotions.coupons.operations.form import PART as COUPON
from bot.promotions.stamps.operations.form import PART as STAMP_CARD
from bot.web.admin.draft_form import form_handlers
from tests.conftest import NOW
from tests.playbooks import codes, compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.filled_forms import LIVE, filled, written
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import ZH, Staff, StaffWorld

NEW = "/admin/coupons/new"
LIFF = '    liff: {login_channel_id: "5", liff_id: 5-a}\n'
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
WRITTEN = {"title": "新朋友折 100 元", "asked": "領優惠券", "days": "30"}
BOOK = """\
bot: 森活
channels: {main: {id: forest, channel_id: "1", channel_secret: s}}
rules:
  - when: {text: 你好}
    reply: 哈囉
  - when: {text: any}
    reply: 再說一次
"""


async def shop(worlds: StaffWorlds, folder: Path, bot: str) -> StaffWorld:
    """With this `bot.yaml`."""
    console = worlds.console(lambda: LIVE)
    return await editing(worlds, folder, {"bot.yaml": bot}, lambda context: form_handlers(console, context))


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await shop(worlds, tmp_path, FILES["bot.yaml"] + LIFF)


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
    made = written(COUPON, {"bot.yaml": BOOK}, **WRITTEN)
    files = {"bot.yaml": BOOK, **made.texts}
    assert made.name == "新朋友折_100_元"
    text = "\n".join(files.values())
    assert text.index("領優惠券") < text.index("text: any")
    playbook = compiled(f"{made.texts['bot.yaml']}\n{made.texts['rules/coupons.yaml']}")
    assert COUPONS.of(playbook)[made.name].title == WRITTEN["title"]


def test_a_name_that_is_taken_gets_a_number_and_other_coupons_stay() -> None:
    first = written(COUPON, {"bot.yaml": BOOK}, **WRITTEN)
    sources = {"bot.yaml": BOOK, **first.texts}
    second = written(COUPON, sources, **{**WRITTEN, "asked": "再領"})
    assert second.name == f"{first.name}_2"
    assert first.texts["rules/coupons.yaml"].rstrip() in second.texts["rules/coupons.yaml"]


def test_a_text_that_would_be_filled_in_is_refused() -> None:
    with pytest.raises(Refusal):
        written(COUPON, {"bot.yaml": BOOK}, **{**WRITTEN, "title": "{{ contact.phone }}"})


GROUPS = """\
tags: {VIP: {added_by: staff}}
audiences: {老客: {title: 常來的客人, if: {tag: VIP}}}
"""
BINDS = "flows: {binding: {page: true, states: {綁: {do: [bind_member], end: true}}}}\n"


@pytest.mark.parametrize(
    ("may", "condition"),
    [("tag VIP", "{tag: VIP}"), ("audience 老客", "{audience: 老客}"), ("bound", "{bound: phone}")],
)
def test_those_who_may_have_it_are_given_one_and_others_are_answered(may: str, condition: str) -> None:
    """N1: a tag, members, an audience."""
    sources = {"bot.yaml": BOOK, "rules/groups.yaml": GROUPS, "flows/binding.yaml": BINDS}
    made = written(COUPON, sources, **WRITTEN, may=may)
    rules = made.texts["bot.yaml"]
    given = f"- when: {{text: 領優惠券}}\n    if: {condition}\n    give_coupon: 新朋友折_100_元\n"
    refused = f"- when: {{text: 領優惠券}}\n    reply: {NOT_FOR_ALL}\n"
    assert f"{given}  {refused}" in rules


def test_members_are_offered_where_a_phone_can_be_bound() -> None:
    assert "bound" not in groups(filled(COUPON, {"bot.yaml": BOOK}))
    with pytest.raises(FieldRefused) as refused:
        written(COUPON, {"bot.yaml": BOOK}, **WRITTEN, may="bound")
    assert refused.value.field == "may"


def test_a_coupon_for_prizes_needs_no_keyword() -> None:
    """N1, N3: it is given by a draw or a stamp card; what holders hear of it is written all the same."""
    made = written(COUPON, {"bot.yaml": BOOK}, **{**WRITTEN, "asked": "", "gets": "prize"})
    assert "give_coupon" not in made.texts["bot.yaml"]
    sources = {"bot.yaml": BOOK, **made.texts}
    stamps = {"title": "集點", "asked": "集點", "cell_1": "5", "coupon_1": made.name, "again": ""}
    whole = {**sources, **written(STAMP_CARD, sources, **stamps).texts}
    assert codes("\n".join(whole.values())) == []


ENDING = [form for form in FORMS if any(one.name == "until" for one in form.fields())]


@pytest.mark.parametrize("form", ENDING, ids=lambda form: form.name)
def test_a_last_day_that_is_over_is_refused_and_today_is_not(form: DraftForm) -> None:
    today = NOW.astimezone(TAIPEI).date()
    for day, is_refused in ((today - timedelta(days=1), True), (today, False)):
        value = partial(value_of, filled(form, {"bot.yaml": BOOK}, until=f"{day}"), form.field("until"))
        if is_refused:
            with pytest.raises(FieldRefused, match="This day is over"):
                value()
        else:
            assert value() == f"{day} 24:00"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_way_to_use_it_that_needs_pages_is_refused_before(
    worlds: StaffWorlds, tmp_path: Path
) -> None:
    """Without LIFF the form says so where it is chosen, and nothing is saved."""
    world = await shop(worlds, tmp_path, FILES["bot.yaml"])
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    _, page = await mei.get(NEW, **ZH)
    assert "LIFF" in page.partition('name="by_press"')[2].partition("</label>")[0]
    status, page = await mei.post(NEW, ZH, **FORM)
    assert (status, "LIFF" in page.partition('id="wrong-ways">')[2].partition("</span>")[0]) == (422, True)
    assert (await mei.post(NEW, ZH, **{**FORM, "by_press": ""}))[0] == 303
