"""J2, B11: what the team does to a customer in the console, and what the audit log says of it."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import orjson
import pytest
import pytest_asyncio

from bot.web.admin.cookies import proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import WRITTEN, ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH

ON_LINE, LISTED = "main:U1", "M:2"


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(
        person(1, "王小明", "VIP", phone="+886912345678"),
        person(2, "陳小美", "VIP", line=False),
    )
    return world


async def lines(world: ContactWorld, contact: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the audit log says of somebody, but looks."""
    rows = await world.staff.stores.audit.of(contact)
    return [(one.what, one.actor, tuple(one.details)) for one in rows if one.what != "looked_at"]


async def test_a_tag_is_put_on_and_taken_off_with_an_undo(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    page, deed = world.address("agent", LISTED), world.address("agent", LISTED, "tag")
    assert await agent.post(deed, ZH, tag="咖啡", action="add") == (303, page)
    assert {tag.name for tag in (await world.contact(LISTED)).tags} == {"VIP", "咖啡"}
    _, shown = await agent.get(page, **ZH)
    assert "已貼上標籤「咖啡」" in shown
    flash = shown[shown.index('class="flash"') :].partition("</form>")[0]
    assert f'action="{deed}"' in flash
    assert 'name="action" value="remove"' in flash
    assert await agent.post(deed, tag="咖啡", action="remove") == (303, page)
    assert {tag.name for tag in (await world.contact(LISTED)).tags} == {"VIP"}
    assert {line[:2] for line in await lines(world, LISTED)} == {
        ("tagged", "console:agent"),
        ("untagged", "console:agent"),
    }
    status, shown = await agent.post(deed, ZH, tag="no such", action="add")
    assert (status, 'role="alert"' in shown) == (409, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_attribute_is_set_and_cleared_and_a_wrong_value_refused(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    page, deed = world.address("agent", LISTED), world.address("agent", LISTED, "set")
    assert (await agent.post(deed, key="birthday", value="1990-05-01"))[0] == 303
    _, shown = await agent.get(page, **ZH)
    assert 'value="1990-05-01"' in shown
    for wrong in ({"key": "size", "value": "XXL"}, {"key": "birthday", "value": "soon"}, {"key": "gone"}):
        assert (await agent.post(deed, None, **wrong))[0] == 409, wrong
    assert (await agent.post(deed, key="allergy", value="花生"))[0] == 303
    _, shown = await agent.get(page, **ZH)
    assert "花生" not in shown
    _, shown = await agent.post(world.address("agent", LISTED, "reveal"), ZH)
    assert "花生" in shown
    assert ("revealed", "console:agent", ()) in await lines(world, LISTED)
    assert (await agent.post(deed, key="birthday", clear="1"))[0] == 303
    assert "n.birthday" not in (await world.contact(LISTED)).attributes


SPOKEN = (
    WRITTEN
    + """\
rules:
  - {when: {tag_added: 咖啡}, push: "咖啡豆到了，{{ contact.name }}，{{ contact.phone or 無 }}"}
  - {when: {attribute_changed: size}, push: 換好尺寸了}
  - {when: {unbound: phone}, push: 已解除綁定}
"""
)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_press_that_messages_the_customer_shows_first_what_they_get(
    worlds: StaffWorlds, tmp_path: Path
) -> None:
    """J2: what a rule sends for a tag went out with one press, and nobody saw it before."""
    world = await contact_world(worlds, tmp_path, SPOKEN)
    await world.add(person(1, "王小明", phone="+886912345678"), person(2, "陳小美", line=False))
    admin = await world.signed_in("admin")
    page = world.address("admin", ON_LINE)
    for deed, fields, text in (
        ("tag", {"tag": "咖啡", "action": "add"}, "咖啡豆到了，王小明，"),
        ("set", {"key": "size", "value": "M"}, "換好尺寸了"),
        ("unbind", {"kind": "phone"}, "已解除綁定"),
    ):
        to = world.address("admin", ON_LINE, deed)
        status, asked = await admin.post(to, ZH, **fields)
        assert (status, f"<blockquote><bdi>{text}" in asked, "1 則推播" in asked) == (200, True, True), deed
        assert "912345678" not in asked
        assert await lines(world, ON_LINE) == [], "nothing is done by asking"
        assert [f'name="{name}" value="{value}"' in asked for name, value in fields.items()] == [True] * len(
            fields
        )
    tag = world.address("admin", ON_LINE, "tag")
    assert await admin.post(tag, ZH, tag="咖啡", action="add", sure="yes") == (303, page)
    assert await admin.post(tag, ZH, tag="VIP", action="add") == (303, page), "nothing goes out"
    listed = world.address("admin", LISTED, "tag")
    assert (await admin.post(listed, ZH, tag="咖啡", action="add"))[0] == 303, "not on LINE"


async def test_marketing_is_stopped_and_allowed_again(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    deed = world.address("agent", LISTED, "marketing")
    assert (await agent.post(deed, action="stop"))[0] == 303
    assert (await world.contact(LISTED)).marketing is False
    assert (await agent.post(deed, action="stop"))[0] == 409
    assert (await agent.post(deed, action="allow"))[0] == 303
    assert (await world.contact(LISTED)).staff_stop is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_waits_for_a_process_is_said(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    page = world.address("admin", ON_LINE)
    unbind = world.address("admin", ON_LINE, "unbind")
    assert await admin.post(unbind, ZH, kind="phone", keep="1") == (303, page)
    _, shown = await admin.get(page, **ZH)
    assert "已記下：已解除綁定：手機" in shown
    assert ("unbound", "console:admin") in {line[:2] for line in await lines(world, ON_LINE)}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_two_are_looked_at_merged_and_parted(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    look = world.address("admin", ON_LINE, "merge")
    for who, said in (("U9", "找不到"), ("U1", "同一位")):
        status, shown = await admin.post(look, ZH, who=who)
        assert status == 409
        assert said in shown
    status, shown = await admin.post(look, ZH, who=LISTED)
    assert status == 200
    other = re.search(r'name="other" value="([^"]+)"', shown)
    assert other is not None
    assert (await world.contact(LISTED)).id == LISTED, "nothing is done by looking"
    assert re.findall(r'<button[^>]*name="', shown.partition("merge/done")[2].partition("</form>")[0]) == []
    page = world.address("admin", ON_LINE)
    assert await admin.post(world.address("admin", ON_LINE, "merge/done"), other=other[1]) == (303, page)
    assert (await world.contact(LISTED)).id == ON_LINE
    assert await admin.get(world.address("admin", LISTED)) == (303, page), (
        "a stub leads to whom it is part of"
    )
    assert (await admin.post(world.address("admin", ON_LINE, "merge/undo")))[0] == 303
    assert (await world.contact(LISTED)).id == LISTED
    assert (await admin.post(world.address("admin", ON_LINE, "merge/undo")))[0] == 409


async def test_two_that_cannot_be_one_are_refused_before_the_last_button(world: ContactWorld) -> None:
    """Two LINE accounts of one channel: with why, both beside each other, and nothing to press."""
    await world.add(person(3, "王小明"))
    admin = await world.signed_in("admin")
    status, shown = await admin.post(world.address("admin", ON_LINE, "merge"), ZH, who="main:U3")
    assert (status, "兩個 LINE 帳號" in shown, "merge/done" in shown) == (409, True, False)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_the_archive_has_page_and_data_and_is_in_the_log(world: ContactWorld) -> None:
    admin = await world.signed_in("supervisor")
    address = world.staff.server.make_url(world.address("supervisor", ON_LINE, "export"))
    async with admin.http.post(address, data={"proof": proof(admin.held)}) as answer:
        assert answer.status == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert {"data.html", "data.json"} <= set(archive.namelist())
    assert orjson.loads(archive.read("data.json"))["person"]["phone"] == "+886912345678"
    assert ("exported", "console:supervisor", ()) in await lines(world, ON_LINE)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_erased_by_the_word_alone_and_the_certificate_is_shown(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    address = world.address("admin", ON_LINE, "erase")
    _, shown = await admin.get(address, **ZH)
    assert "王小明" in shown
    assert (await admin.post(address, ZH, typed="yes"))[0] == 422
    assert (await world.contact(ON_LINE)).name == "王小明"
    status, to = await admin.post(address, ZH, typed="刪除")
    assert (status, to.startswith("/admin/certificates/")) == (303, True)
    _, shown = await admin.get(to, **ZH)
    assert to.rpartition("/")[2] in shown
    assert "王小明" not in shown
    assert (await admin.get(f"{to}?file=html"))[0] == 200
    for gone in (world.address("admin", ON_LINE), address):
        assert (await admin.get(gone))[0] == 404
    assert (await admin.post(world.address("admin", ON_LINE, "tag"), tag="VIP"))[0] == 404


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_customer_is_made_a_tester_by_a_name_and_is_none_again(world: ContactWorld) -> None:
    """I2: marked on their page and in the list."""
    boss = await world.signed_in("supervisor")
    page, deed = world.address("supervisor", ON_LINE), world.address("supervisor", ON_LINE, "tester")
    _, shown = await boss.get(page, **ZH)
    assert 'name="called" required maxlength="40" value="王小明"' in shown
    assert await boss.post(deed, ZH, action="make", called="明哥") == (303, page)
    _, shown = await boss.get(page, **ZH)
    assert ["明哥 現在是測試人員" in shown, 'class="tag is-good">測試人員' in shown] == [True] * 2
    _, people = await boss.get("/admin/contacts", **ZH)
    assert people.count('class="tag is-good">測試人員') == 1
    assert await boss.post(deed, ZH, action="end") == (303, page)
    assert (await boss.post(deed, ZH, action="end"))[0] == 409
    assert await lines(world, ON_LINE) == [
        ("tester_ended", "console:supervisor", ("明哥",)),
        ("tester_made", "console:supervisor", ("明哥",)),
    ]
    _, listed = await boss.get(world.address("supervisor", LISTED), **ZH)
    assert 'id="tests"' not in listed, "a test goes to LINE"
