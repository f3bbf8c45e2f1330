"""N7: the page of unanswered questions: who may do what, and where its buttons lead."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from bot.model.admin import AdminRole
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import FILES, FIRST, RULES
from tests.web.admin.staff_world import ZH, Staff
from tests.web.admin.test_playbook_answer import place_in
from tests.web.admin.unanswered_world import UnansweredWorld, unanswered_world

PAGE = "/admin/unanswered"
EVIL = "<script>alert(1)</script>\u202e"
ASKED = {
    "可以外帶嗎": 3,
    "請問可以外帶嗎？": 1,
    "你們營業時間": 2,
    EVIL: 1,
    "電話 0912345678": 1,
    "地址": 2,
}
"""「地址」 has a rule by now."""


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> UnansweredWorld:
    return await unanswered_world(worlds, tmp_path, ASKED)


async def opened(world: UnansweredWorld, role: AdminRole = "supervisor") -> tuple[Staff, str]:
    browser = await world.staff.signed_in(await world.staff.account(role, f"a_{role}"))
    status, page = await browser.get(PAGE, **ZH)
    assert status == 200
    return browser, page


def questions(page: str) -> list[tuple[str, str]]:
    """The open ones, each with its people."""
    return re.findall(r'<summary><bdi>([^<]*)</bdi><span class="tag">([^<]*)</span>', page)


def form(page: str, word: str) -> dict[str, str]:
    """The fields of the form whose button says this."""
    found = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f">{word}</button>" in one)
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', found)}


async def test_what_most_people_ask_stands_first_masked_and_as_text(world: UnansweredWorld) -> None:
    _, page = await opened(world, "agent")
    content = page[page.index("<main") : page.index("</main>")]
    assert [people for _, people in questions(content)] == ["4 人", "2 人", "1 人", "1 人"]
    assert [text for text, _ in questions(content)][:2] == ["可以外帶嗎", "你們營業時間"]
    assert "0912345678" not in content
    assert "<script>alert" not in content
    assert "\u202e" not in content
    assert "1 題現在已經有回答" in content
    assert "（4 則裡會回答 4 則；不影響別的問題，也不影響現有規則的回答）" in content
    assert "<code>- when: {text_contains: 可以外帶}\n  reply: …</code>" in content
    assert "when: {text: [營業時間, 你們營業時間]}" in content
    assert "<form" not in content, "who writes no rules has no buttons for it"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_rule_of_its_own_comes_with_its_words_into_the_form_and_the_draft(
    world: UnansweredWorld,
) -> None:
    browser, page = await opened(world)
    fields = form(page, "寫這一句的回答")
    assert (fields["asked"], fields["how"]) == ("可以外帶", "contains")
    _, answer = await browser.post("/admin/playbook/answer", ZH, **fields)
    assert 'name="asked" value="可以外帶"' in answer
    assert 'value="contains" checked' in answer
    fields |= {"act": "", "answer": "都可以"}
    assert (await browser.post("/admin/playbook/answer", ZH, **fields))[0] == 303
    [draft] = await world.staff.stores.drafts.of("a_supervisor")
    assert draft.text == RULES.replace(
        "rules:\n", "rules:\n  - when: {text_contains: 可以外帶}\n    reply: 都可以\n"
    )


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_a_rule_nearly_hears_is_added_to_it(world: UnansweredWorld) -> None:
    browser, page = await opened(world)
    fields = form(page, "加進「營業時間」的回答")
    _, answer = await browser.post("/admin/playbook/answer", ZH, **fields)
    assert 'name="asked" value="營業時間、你們營業時間"' in answer
    assert ">每天 11:00</textarea>" in answer
    place = place_in(answer)
    done = {"asked": "營業時間、你們營業時間", "answer": "每天 11:00", "how": "exact"}
    assert (await browser.post("/admin/playbook/answer", ZH, **place, **done))[0] == 303
    [draft] = await world.staff.stores.drafts.of("a_supervisor")
    assert (draft.path, draft.text) == (FIRST, RULES.replace("營業時間", "[營業時間, 你們營業時間]"))


async def test_where_the_near_rule_is_none_of_the_form_it_says_so(world: UnansweredWorld) -> None:
    browser, page = await opened(world)
    fields = {**form(page, "加進「營業時間」的回答"), "near": "抽獎"}
    status, answer = await browser.post("/admin/playbook/answer", ZH, **fields)
    assert (status, "「抽獎」的規則不能用這個表單改" in unescape(answer)) == (422, True)
    assert 'name="asked" value="你們營業時間"' in answer


async def test_what_a_rule_answers_by_now_is_no_longer_counted(world: UnansweredWorld) -> None:
    world.playbook = compiled("rules: [{when: {text_contains: 外帶}, reply: 好}]\n")
    _, page = await opened(world)
    assert "可以外帶嗎" not in [text for text, _ in questions(page)]
    assert "1 題現在已經有回答" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_no_question_is_ignored_listed_below_and_comes_back(world: UnansweredWorld) -> None:
    browser, page = await opened(world)
    status, _ = await browser.post(f"{PAGE}/ignore", ZH, **form(page, "這不是問題"))
    assert status == 303
    _, page = await browser.get(PAGE, **ZH)
    assert "可以外帶嗎" not in [text for text, _ in questions(page)]
    assert "略過 1 題" in page
    undo = form(page, "復原") if ">復原</button>" in page else form(page, "再列出來")
    assert (await browser.post(f"{PAGE}/restore", ZH, **undo))[0] == 303
    _, page = await browser.get(PAGE, **ZH)
    assert questions(page)[0] == ("可以外帶嗎", "4 人")
    entries = await world.staff.stores.audit.entries(["question_ignored", "question_restored"], 9)
    assert [(one.kind, one.by, one.about) for one in entries] == [
        ("question_restored", "console:a_supervisor", "可以外帶嗎"),
        ("question_ignored", "console:a_supervisor", "可以外帶嗎"),
    ]


async def test_what_is_not_there_any_more_changes_nothing(world: UnansweredWorld) -> None:
    browser, _ = await opened(world)
    for deed in ("ignore", "restore"):
        assert (await browser.post(f"{PAGE}/{deed}", ZH, question="0" * 16))[0] == 303
        assert "這一題已經不在了" in (await browser.get(PAGE, **ZH))[1]
    assert await world.staff.stores.audit.entries(["question_ignored", "question_restored"], 9) == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_days_and_account_are_of_the_address(world: UnansweredWorld) -> None:
    browser, _ = await opened(world)
    for query, number in (("?days=7", 4), ("?days=seven&on=nobody", 4), ("?on=main", 4)):
        assert len(questions((await browser.get(PAGE + query, **ZH))[1])) == number


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_an_answer_is_for_the_account_where_it_was_asked(worlds: StaffWorlds, tmp_path: Path) -> None:
    """Each account has rules of its own, and the other one is looked at just now."""
    account = "  b2b: {id: '@b2b', channel_id: '9', channel_secret: '${SECRET}', access_token: '${SECRET}'}"
    b2b = FILES["bot.yaml"].replace("  main:", f"{account}\n  main:")
    files = {
        "bot.yaml": b2b,
        "rules/a_b2b.yaml": f"channel: b2b\n{RULES}",
        FIRST: f"channel: main\n{RULES}",
    }
    world = await unanswered_world(worlds, tmp_path, ASKED, files, {"b2b": "批發", "main": "森活"})
    browser, page = await opened(world)
    [to] = set(re.findall(r'action="(/admin/playbook/answer[^"]*)"', page))
    assert to == "/admin/playbook/answer?channel=main"
    fields = form(page, "寫這一句的回答")
    _, answer = await browser.post(to, ZH, **fields)
    assert f'action="{to}"' in answer
    assert (await browser.post(to, ZH, **(fields | {"act": "", "answer": "都可以"})))[0] == 303
    [draft] = await world.staff.stores.drafts.of("a_supervisor")
    assert (draft.path, "可以外帶" in draft.text) == (FIRST, True)


async def test_where_nothing_was_asked_it_says_so(worlds: StaffWorlds, tmp_path: Path) -> None:
    _, page = await opened(await unanswered_world(worlds, tmp_path, {}))
    assert "每個問題都有回答" in page
