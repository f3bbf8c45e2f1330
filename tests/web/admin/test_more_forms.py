"""N5, H1, L8: appointments and reminders by a form; and what all forms declare is true of the language."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.model.channel import Channel
from bot.model.settings import Settings
from bot.operations.drafts import new_menu
from bot.operations.drafts.forms import entry
from bot.operations.drafts.forms.form import DraftForm, schema_at
from bot.operations.drafts.forms.registry import FORMS
from bot.operations.drafts.forms.reminder import BEGINS, REMINDER
from bot.operations.drafts.forms.written import FieldRefused
from bot.playbook.syntax.parse import Parsed, parsed
from bot.playbook.syntax.source import SourceFile
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.operations.form import OPEN
from bot.promotions.appointments.operations.form import PART as APPOINTMENT
from bot.web.admin.draft_form import form_handlers
from bot.web.admin.table import ROUTES
from tests.playbooks import codes, compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.filled_forms import LIVE, written
from tests.web.admin.playbook_world import FILES, PAGE, editing
from tests.web.admin.staff_world import ZH

BOOK = """\
bot: 森活
timezone: Asia/Taipei
channels:
  main: {id: forest, channel_id: "1", channel_secret: s, liff: {login_channel_id: "5", liff_id: 5-a}}
rules:
  - when: {text: 你好}
    reply: 哈囉
  - when: {text: 折扣}
    add_tags: [看過優惠]
tags: {看過優惠: {expires: 30d}}
"""
HAIRCUT = {"title": "剪髮", "asked": "預約，剪髮"}
REMINDS = {"title": "歡迎之後", "message": "還沒逛過新品嗎？輸入「停止推播」就不再收到"}


def whole(form: DraftForm, book: str = BOOK, **fields: str) -> str:
    """The files as one playbook, once such a form has written into them."""
    sources = {"bot.yaml": book}
    return "\n".join({**sources, **written(form, sources, **fields).texts}.values())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_fields_say_what_the_language_has(form: DraftForm) -> None:
    """Each word is there, each choice is one of its own, and nothing is written that the form's keys lack."""
    for one in form.fields():
        if not one.word:
            continue
        schema = schema_at(one.word)
        if "words" in schema and one.says:
            assert set(one.says) <= set(schema["words"]), one.name
        if one.word.startswith(f"{form.definition}."):
            assert one.keys[0] in form.keys, one.name
    for key in form.keys:
        assert schema_at(f"{form.definition}.{key}")


def test_addresses_follow_from_the_registration() -> None:
    rows = {(row.method, row.path) for row in ROUTES}
    assert {(method, one.address) for one in FORMS for method in ("GET", "POST")} <= rows


def test_an_appointment_is_bookable_and_nothing_is_left_unsaid() -> None:
    text = whole(APPOINTMENT, **HAIRCUT)
    one = APPOINTMENTS.of(compiled(text))["剪髮"]
    assert (one.title, len(one.places)) == ("剪髮", 1)
    assert "hours: {mon-fri: 10:00-19:00}" in text
    assert "remind: {days_before: 1, at: 10:00}" in text
    assert "cancel_until: 3h" in text
    assert codes(text) == []


def test_staff_serve_or_so_many_at_once_in_hours_of_the_playbook() -> None:
    named = whole(
        APPOINTMENT, f"{BOOK}hours: {{門市時間: {{tue-sun: 11:00-20:00}}}}\n", **HAIRCUT, hours="門市時間"
    )
    assert "hours: 門市時間" in named
    staff = APPOINTMENTS.of(compiled(whole(APPOINTMENT, **HAIRCUT, staff="小芳，阿明", places="5")))["剪髮"]
    assert [*staff.places] == ["小芳", "阿明"]
    several = whole(APPOINTMENT, **HAIRCUT, places="3", days_before="", cancel="")
    assert len(APPOINTMENTS.of(compiled(several))["剪髮"].places) == 3
    assert "remind" not in several
    assert "result: soon" not in several


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"minutes": "7"}, "minutes"),
        ({"minutes": "725"}, "minutes"),
        ({f"by_{day}": "" for day in ("mon", "tue", "wed", "thu", "fri")}, "days"),
        ({"opens": "25:00"}, "opens"),
        ({"hours": "沒有"}, "hours"),
        ({"at": ""}, "at"),
    ],
)
def test_what_is_wrong_with_an_appointment_is_said_at_its_field(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        whole(APPOINTMENT, **{**HAIRCUT, **wrong})
    assert refused.value.field == field


@pytest.mark.parametrize("begins", sorted(BEGINS))
def test_a_reminder_is_a_journey_of_one_message(begins: str) -> None:
    shop = "shops: {forest: {platform: cyberbiz, username: u, secret: s, webhook_secret: s}}\n"
    book = BOOK.replace("liff:", "shop: forest, liff:") + shop
    text = whole(REMINDER, book, **REMINDS, begins=begins, tag="看過優惠")
    flow = compiled(text).flows["reminder"]
    assert (flow.title, [*flow.states]) == ("歡迎之後", ["等待", "提醒"])
    assert "wait: 3d at 10:00" in text
    assert codes(text) == []


def test_who_gets_no_reminder_is_left_out_and_the_next_one_gets_a_name_of_its_own() -> None:
    first = written(REMINDER, {"bot.yaml": BOOK}, **REMINDS)
    sources = {"bot.yaml": BOOK, "rules/quiz.yaml": "flows: {}\n", **first.texts}
    tagged = {**sources, "rules/tags.yaml": "tags: {VIP: {added_by: staff}}\n"}
    second = written(REMINDER, tagged, **REMINDS, unless="tag VIP")
    assert (first.name, second.name, [*second.texts]) == ("reminder", "reminder_2", ["flows/reminders.yaml"])
    assert "unless: {tag: VIP}" in second.texts["flows/reminders.yaml"]
    with pytest.raises(FieldRefused, match="shop"):
        written(REMINDER, sources, **REMINDS, begins="order")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_they_are_filled_in_on_pages_like_the_others(worlds: StaffWorlds, tmp_path: Path) -> None:
    console = worlds.console(lambda: LIVE)
    bot = {"bot.yaml": FILES["bot.yaml"] + '    liff: {login_channel_id: "5", liff_id: 5-a}\n'}
    world = await editing(worlds, tmp_path, bot, lambda context: form_handlers(console, context))
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    haircut = {**HAIRCUT, "minutes": "60", "by_sat": "1", "opens": "10:00", "closes": "19:00"}
    reminds = {**REMINDS, "begins": "follow", "days": "3", "at": "10:00"}
    for address, form, said in (
        ("/admin/appointments/new", haircut, OPEN),
        ("/admin/flows/reminder/new", reminds, REMINDS["message"]),
    ):
        status, page = await mei.get(address, **ZH)
        assert (status, 'name="title"' in page) == (200, True)
        status, side = await mei.post(address, ZH, **form, act="look", part="side")
        assert (status, said in side) == (200, True)
        assert await mei.post(address, ZH, **form) == (303, f"{PAGE}/review")
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"level":"error"' in checked) == (200, False), checked


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_no_form_reads_the_files_where_others_wait(
    worlds: StaffWorlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are drawn on the event loop, which reading all of a playbook would hold up."""
    read_by: list[str] = []

    def read(source: SourceFile) -> Parsed:
        with suppress(RuntimeError):
            read_by.append(asyncio.get_running_loop().__class__.__name__)
        return parsed(source)

    console = worlds.console(lambda: LIVE, Settings({"main": Channel("main", "@forest", "1", "x")}))
    bot = {"bot.yaml": FILES["bot.yaml"] + '    liff: {login_channel_id: "5", liff_id: 5-a}\n'}
    world = await editing(worlds, tmp_path, bot, lambda context: form_handlers(console, context))
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    for module in (entry, new_menu):
        monkeypatch.setattr(module, "parsed", read)
    for form in FORMS:
        assert (await mei.get(form.address))[0] == 200, form.name
        for part in {"part": "side"}, {}:
            sent = {**form.usual(), **part}
            assert (await mei.post(form.address, None, **sent, act="look"))[0] == 200, form.name
        assert read_by == [], form.name
