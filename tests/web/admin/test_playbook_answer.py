"""L8: an answer by a form, which becomes a rule of one's own draft."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from bot.model.translatable import Refusal
from bot.operations.drafts.rule_answer import with_answer
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FILES,
    FIRST,
    PAGE,
    RULES,
    Window,
    editing,
)
from tests.web.admin.staff_world import Staff, StaffWorld


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("supervisor", "mei"))


def test_the_rule_goes_where_rules_are() -> None:
    path, text = with_answer(FILES, "停車、 哪裡停車", "對面: 有停車場", "main")
    assert path == FIRST
    assert text.startswith(
        'rules:\n  - when: {text: [停車, 哪裡停車]}\n    reply: "對面: 有停車場"\n  - when:'
    )


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ("停車", "[停車, 停車？]"),
        ("停車？", "[停車？, 停車]"),
        ("tea", '[tea, "tea?"]'),
        ("嗨!", '["嗨!", 嗨]'),
    ],
)
def test_a_question_mark_is_written_or_left_out(asked: str, texts: str) -> None:
    """A2: `text: 停車` alone does not answer 停車？."""
    _, text = with_answer(FILES, asked, "對面", "main", question_marks=True)
    assert f"  - when: {{text: {texts}}}\n" in text


def test_all_else_in_the_file_stays_as_it_is() -> None:
    """Line breaks of Windows, a line separator in a text, a missing last line break."""
    text = 'rules:\r\n  - when: {text: 地址}\r\n    reply: "一\u2028二"'
    path, written = with_answer({FIRST: text}, "停車", "對面", "main")
    assert written == text.replace("rules:\r\n", "rules:\r\n  - when: {text: 停車}\r\n    reply: 對面\r\n")
    assert path == FIRST


def test_where_there_are_no_rules_a_file_is_made() -> None:
    sources = {"bot.yaml": FILES["bot.yaml"]}
    path, text = with_answer(sources, "嗨", "welcome", "main")
    assert (path, text) == ("rules/new.yaml", "rules:\n  - when: {text: 嗨}\n    reply: {text: welcome}\n")


@pytest.mark.parametrize(("asked", "answer"), [("", "x"), ("，", "x"), ("x", " "), ("x", "{{ secret }}")])
def test_what_no_playbook_takes_is_refused(asked: str, answer: str) -> None:
    with pytest.raises(Refusal):
        with_answer(FILES, asked, answer, "main")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_it_is_in_the_draft_and_has_no_mistake(mei: Staff) -> None:
    """What was in the draft stays; a refusal keeps what was written."""
    for asked, answer in (("停車", "對面就有"), ("廁所", "二樓\r\n左邊")):
        status, page = await mei.post(f"{PAGE}/answer", asked=asked, answer=answer)
        assert (status, page) == (303, f"{PAGE}/review")
    status, page = await mei.get(f"{PAGE}/review")
    assert status == 200
    assert "Customers write: 停車<br>→ The bot answers: 對面就有</p>" in page
    assert page.index('form="publishes"') < page.index("Customers write") < page.index('id="publishes"')
    status, page = await mei.get(f"{PAGE}?file={FIRST}")
    assert "停車" in page
    assert "廁所" in page
    assert '"1" checked' in (await mei.get(f"{PAGE}/answer?asked=x"))[1]
    status, page = await mei.post(f"{PAGE}/answer", asked="票價", answer="${PRICE}")
    assert (status, "票價" in page, '"1" checked' in page) == (422, True, False)
    await mei.post(f"{PAGE}/answer", asked="寄放", answer="可以", question_marks="1")
    assert "[寄放, 寄放？]" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]
    status, checked = await mei.post(f"{PAGE}/check")
    assert (status, '"problems":[]' in checked) == (200, True), checked


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_text_of_today_comes_with_the_form_and_writes_nothing(world: StaffWorld, mei: Staff) -> None:
    status, page = await mei.post(f"{PAGE}/answer", act="ask", asked="<b>有停車場嗎</b>")
    assert (status, "&lt;b&gt;有停車場嗎" in page) == (200, True)
    assert await world.stores.drafts.of("mei") == []


async def test_an_answer_is_changed_in_its_place(world: StaffWorld, mei: Staff) -> None:
    """Not a second rule; a form of a former state changes nothing."""
    _, page = await mei.get(f"{PAGE}/answer")
    [opened] = re.findall(r'href="([^"]*)" aria-label="Change the answer to 地址"', page)
    _, form = await mei.get(unescape(opened))
    assert 'name="asked" value="地址"' in form
    assert ">信義路</textarea>" in form
    fields = place_in(form)
    status, page = await mei.post(f"{PAGE}/answer", None, **fields, asked="地址", answer="市府路")
    assert (status, page) == (303, f"{PAGE}/review")
    assert await texts_of(world) == {FIRST: RULES.replace("信義路", "市府路")}
    status, page = await mei.post(f"{PAGE}/answer", None, **fields, asked="地址", answer="又一條路")
    assert (status, "stands otherwise in your draft by now" in page, "又一條路" in page) == (422, True, True)
    assert await texts_of(world) == {FIRST: RULES.replace("信義路", "市府路")}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_answer_is_taken_out_of_the_draft(world: StaffWorld, mei: Staff) -> None:
    _, page = await mei.get(f"{PAGE}/answer?file={FIRST}&rule=1")
    fields = place_in(page)
    status, _ = await mei.post(f"{PAGE}/answer", None, **fields, act="remove")
    assert status == 303
    assert await texts_of(world) == {FIRST: RULES.partition("  - when: {text: 地址}")[0]}
    status, page = await mei.get(f"{PAGE}/answer?file={FIRST}&rule=1")
    assert (status, "stands otherwise" in page) == (422, True)


async def test_a_rule_that_does_more_is_named_with_a_way_to_the_editor(world: StaffWorld, mei: Staff) -> None:
    window = await Window(mei).open()
    assert await window.save(f"{RULES}  - when: {{text: 抽獎}}\n    add_tags: [抽獎]\n") == 200
    _, page = await mei.get(f"{PAGE}/answer")
    assert re.search(r'<bdi>抽獎</bdi><a class="link" href="[^"]*first.yaml#line-6"', page)
    assert "Change the answer to 抽獎" not in page


def place_in(page: str) -> dict[str, str]:
    """Which rule the form changes."""
    form = page.partition('class="card form"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(file|rule|stamp)" value="([^"]*)"', form))


async def texts_of(world: StaffWorld) -> dict[str, str]:
    return {one.path: one.text for one in await world.stores.drafts.of("mei")}
