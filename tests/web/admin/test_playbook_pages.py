"""L8: a draft of the playbook in the console: saved, checked, compared, merged, published."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import FormData
from yarl import URL

from bot.model.draft import digest
from bot.web.admin.cookies import proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FILES,
    FIRST,
    PAGE,
    RULES,
    VALUES,
    Window,
    editing,
    published,
    saved,
)
from tests.web.admin.staff_world import Staff, StaffWorld

SECOND = digest(FILES["rules/second.yaml"].encode())


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("supervisor", "mei"))


@pytest.fixture
async def tom(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("admin", "tom"))


async def problems(who: Staff) -> list[dict[str, object]]:
    status, text = await who.post(f"{PAGE}/check")
    assert status == 200
    found: list[dict[str, object]] = json.loads(text)["problems"]
    return found


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_draft_is_saved_checked_and_published(world: StaffWorld, mei: Staff) -> None:
    assert "每天 11:00" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]
    window = await Window(mei).open()
    assert await window.save(RULES.replace("reply: 每天 11:00", "replay: 每天 11:00")) == 200
    (wrong,) = [one for one in await problems(mei) if one["level"] == "error"]
    assert (wrong["file"], wrong["line"]) == (FIRST, 3)
    assert "This keeps it from being published" in (await mei.get(f"{PAGE}/review"))[1]
    assert (await published(mei))[0] == 422
    assert (await world.stores.playbooks.all())[0].number == 1

    assert await window.save(RULES.replace("11:00", "10:00")) == 200
    assert [one for one in await problems(mei) if one["level"] == "error"] == []
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "<del>每天 11:00</del>" in page
    assert "<ins>每天 10:00</ins>" in page
    assert await published(mei) == (303, f"{PAGE}/versions/2")
    flashed = (await mei.get(f"{PAGE}/versions/2"))[1]
    assert "Published: " in flashed
    assert "<del>每天 11:00</del><ins>每天 10:00</ins>" in flashed
    assert 'href="/simulator/"' not in flashed, "only in a simulator"
    live = (await world.stores.playbooks.all())[0]
    assert (live.number, live.by) == (2, "console:mei")
    assert await world.stores.drafts.of("mei") == []
    assert "每天 10:00" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_each_version_says_what_it_changed(mei: Staff) -> None:
    assert "It is the first version" in (await mei.get(f"{PAGE}/versions/1"))[1]
    for hour in ("10:00", "9:00"):
        await saved(mei, FIRST, RULES.replace("11:00", hour))
        assert (await published(mei))[0] == 303
    status, page = await mei.get(f"{PAGE}/versions/2")
    assert (status, "<ins>每天 10:00</ins>" in page, "9:00" in page) == (200, True, False)
    assert "Write one more answer" not in page, "what is not live is no place to go on from"
    assert "Write one more answer" in (await mei.get(f"{PAGE}/versions/3"))[1]
    for none in ("4", "0", "x", "9" * 30):
        assert (await mei.get(f"{PAGE}/versions/{none}"))[0] == 404, none


async def test_nobody_sees_anothers_draft(mei: Staff, tom: Staff) -> None:
    await saved(mei, FIRST, RULES.replace("11:00", "9:00").encode())
    assert "9:00" not in (await tom.get(f"{PAGE}?file={FIRST}"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_two_who_change_one_file_lose_no_word(world: StaffWorld, mei: Staff, tom: Staff) -> None:
    await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode())
    await saved(tom, FIRST, RULES.replace("信義路", "忠孝路").replace("11:00", "12:00").encode())
    assert (await published(mei))[0] == 303
    status, page = await published(tom)
    assert (status, "meanwhile" in page) == (422, True)
    assert (await tom.post(f"{PAGE}/file", act="renew", path=""))[0] == 303
    (mine,) = await world.stores.drafts.of("tom")
    assert "忠孝路" in mine.text
    assert "reply: 每天 12:00" in mine.text
    assert "#     reply: 每天 10:00" in mine.text
    assert (await published(tom))[0] == 303
    assert (await world.stores.playbooks.all())[0].number == 3


async def test_two_windows_of_one_person_overwrite_nothing(world: StaffWorld, mei: Staff) -> None:
    """Not by typing, not by going back to what is live, and not once the other has begun anew."""
    one, other = await Window(mei).open(), await Window(mei).open()
    assert await one.save(RULES.replace("11:00", "8:00")) == 200
    for text in (RULES.replace("11:00", "9:00"), RULES):
        assert await other.save(text) == 409
    await mei.post(f"{PAGE}/file", act="revert", path=FIRST)
    world.clock.advance(1)
    anew = await Window(mei).open()
    assert await anew.save(RULES.replace("11:00", "7:00")) == 200
    assert await one.save(RULES.replace("11:00", "6:00")) == 409
    (there,) = await world.stores.drafts.of("mei")
    assert "7:00" in there.text


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_is_sent_twice_is_saved_once(mei: Staff) -> None:
    """The first answer was lost on the way."""
    window = await Window(mei).open()
    assert await window.save(RULES.replace("11:00", "8:00")) == 200
    before = window.revision
    assert await window.save(RULES.replace("11:00", "8:00")) == 200
    assert window.revision == before


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_was_published_while_a_file_was_open_is_not_reverted(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    """Somebody has opened it before, and types only now."""
    window = await Window(tom).open()
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    assert (await published(mei))[0] == 303
    assert await window.save(RULES.replace("信義路", "忠孝路")) == 200
    assert (await published(tom))[0] == 422
    await tom.post(f"{PAGE}/file", act="renew", path="")
    (mine,) = await world.stores.drafts.of("tom")
    assert "10:00" in mine.text
    assert "忠孝路" in mine.text
    assert "#" not in mine.text


async def test_comments_alone_are_published_and_kept(world: StaffWorld, mei: Staff) -> None:
    await saved(mei, FIRST, f"# 夏天的規則\n{RULES}")
    assert (await published(mei))[0] == 303
    assert "夏天的規則" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]
    first, second = reversed(await world.stores.playbooks.all())
    assert second.version == first.version
    assert await world.stores.drafts.of("mei") == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_picture_that_nothing_names_yet_stays_in_the_draft(world: StaffWorld, mei: Staff) -> None:
    await saved(mei, "cards/next_week.png", b"\x89PNG")
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    assert (await published(mei))[0] == 303
    assert [one.path for one in await world.stores.drafts.of("mei")] == ["cards/next_week.png"]


async def test_a_mistake_tells_nobody_the_variables_of_the_server(mei: Staff) -> None:
    wrong = 'alerts: [{to: tester, who: "${SECRET}", when: sms_low}]\n'
    await saved(mei, "bot.yaml", FILES["bot.yaml"] + wrong)
    _, said = await mei.post(f"{PAGE}/check")
    assert json.loads(said)["problems"]
    for answer in (said, (await mei.get(f"{PAGE}/review"))[1]):
        assert VALUES["SECRET"] not in answer


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_was_looked_at_is_what_is_published(mei: Staff) -> None:
    await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode())
    seen = re.search(r'name="seen" value="(\w+)"', (await mei.get(f"{PAGE}/review"))[1])
    assert seen is not None
    await saved(mei, FIRST, RULES.replace("11:00", "9:00"))
    status, page = await mei.post(f"{PAGE}/publish", seen=seen[1])
    assert (status, "look once more" in page) == (422, True)


async def test_a_file_as_it_is_live_is_no_part_of_the_draft(world: StaffWorld, mei: Staff) -> None:
    window = await Window(mei).open()
    assert await window.save("rules: []\n") == 200
    assert await window.save(RULES.replace("\n", "\r\n")) == 200
    assert window.revision == "0"
    assert await world.stores.drafts.of("mei") == []


async def test_a_name_that_leads_out_of_the_folder_is_refused(world: StaffWorld, mei: Staff) -> None:
    for path in (
        *("rules/bot.yaml", "bot.yaml/x.png", f"cards/{'圖' * 90}.png", "RULES/x.yaml", "rules/FIRST.yaml"),
        *("../../etc/cron.yaml", "/etc/x.yaml", ".env", "rules/.hidden.yaml", "rules/../.oaflow/keys"),
        *("rules\\x.yaml", "rules//x.yaml", "tests/x.yaml", "rules/x.py", "x" * 300 + ".png"),
        "rules/\x00.yaml",
    ):
        assert await Window(mei, path).save("rules: []\n") == 409, path
    assert await world.stores.drafts.of("mei") == []


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_text_that_is_no_utf_8_is_refused(world: StaffWorld, mei: Staff) -> None:
    for raw in ("營業時間".encode("big5"), "rules".encode("utf-16"), b"\xed\xa0\x80"):
        assert await saved(mei, "rules/summer.yaml", raw) == 409
    assert await world.stores.drafts.of("mei") == []


async def test_a_new_file_empties_none_that_is_there(world: StaffWorld, mei: Staff) -> None:
    for path in (FIRST, "bot.yaml"):
        assert (await mei.post(f"{PAGE}/file", act="new", path=path))[0] == 422
    assert await world.stores.drafts.of("mei") == []


async def test_files_come_and_go_and_the_whole_draft_is_dropped(world: StaffWorld, mei: Staff) -> None:
    done = await mei.post(f"{PAGE}/file", act="new", path="rules/summer")
    assert done == (303, f"{PAGE}?file=rules%2Fsummer.yaml")
    assert (await mei.post(f"{PAGE}/file", act="remove", path="rules/second.yaml", base=SECOND))[0] == 303
    assert {one.path: one.kind for one in await world.stores.drafts.of("mei")} == {
        "rules/summer.yaml": "text",
        "rules/second.yaml": "removed",
    }
    assert (await mei.post(f"{PAGE}/file", act="remove", path="bot.yaml"))[0] == 422
    assert (await published(mei))[0] == 303
    live = await world.stores.playbooks.files((await world.stores.playbooks.all())[0])
    assert live is not None
    assert "rules/second.yaml" not in {one.name for one in live.files}
    await mei.post(f"{PAGE}/file", act="new", path="rules/autumn")
    await mei.post(f"{PAGE}/file", act="drop", path="")
    assert await world.stores.drafts.of("mei") == []


async def test_a_picture_of_30_mb_is_refused_and_nothing_is_lost(world: StaffWorld, mei: Staff) -> None:
    await saved(mei, FIRST, b"rules: []\n")
    form = FormData()
    for name, value in {"proof": proof(mei.held), "act": "upload", "folder": "cards"}.items():
        form.add_field(name, value)
    form.add_field("file", BytesIO(b"x" * 30_000_000), filename="a.png", content_type="image/png")
    async with mei.http.post(mei.url.join(URL(f"{PAGE}/file")), data=form) as answer:
        assert answer.status in (400, 413)
    assert [one.path for one in await world.stores.drafts.of("mei")] == [FIRST]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_former_version_is_looked_at_and_published_again(world: StaffWorld, mei: Staff) -> None:
    await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode())
    await mei.post(f"{PAGE}/file", act="new", path="rules/summer")
    await mei.post(f"{PAGE}/file", act="remove", path="rules/second.yaml", base=SECOND)
    assert (await published(mei))[0] == 303
    await mei.post(f"{PAGE}/file", act="new", path="rules/autumn")
    assert await mei.post(f"{PAGE}/versions", number="1") == (303, f"{PAGE}/versions")
    await mei.post(f"{PAGE}/file", act="drop", path="")
    assert await mei.post(f"{PAGE}/versions", number="1") == (303, f"{PAGE}/review")
    assert "<ins>每天 11:00</ins>" in (await mei.get(f"{PAGE}/review"))[1]
    assert (await published(mei))[0] == 303
    first, *_, third = sorted(await world.stores.playbooks.all(), key=lambda one: one.number)
    assert third.number == 3
    assert third.version == first.version


SCENARIO = "scenario: 問時間\nsteps:\n  - user: 營業時間\n  - bot: 每天 11:00\n"
THERE = "tests/scenarios/hours.yaml"
PART = {"as": "part", "begun": "0"}


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_scenario_is_written_checked_played_and_published(world: StaffWorld, mei: Staff) -> None:
    """It is part of the draft and of the version, and the bot is the same."""
    await mei.post(f"{PAGE}/file", act="new", path=THERE)
    assert await saved(mei, THERE, SCENARIO.replace("user:", "usr:")) == 200
    [wrong] = await problems(mei)
    assert (wrong["file"], wrong["line"]) == (THERE, 3)
    assert wrong["repair"] == [{"line": 3, "column": 7, "end_line": 3, "end_column": 7, "text": "e"}]
    assert await saved(mei, THERE, SCENARIO) == 200
    assert await problems(mei) == []
    status, page = await mei.post(f"{PAGE}/scenarios", headers=None, **PART)
    assert (status, page.count("data-played"), page.count("scenario holds")) == (200, 1, 1)
    assert 'data-done="1" data-number="1" data-failed="0"' in page
    assert "每天 11:00" in page
    before = await world.stores.playbooks.live()
    await published(mei)
    now = await world.stores.playbooks.live()
    assert before is not None
    assert now is not None
    assert (now.version, now.number) == (before.version, before.number + 1)
    assert SCENARIO.split("\n")[0] in (await mei.get(f"{PAGE}?file={THERE}"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_scenario_that_does_not_hold_says_what_was_expected(mei: Staff) -> None:
    await mei.post(f"{PAGE}/file", act="new", path=THERE)
    await saved(mei, THERE, SCENARIO.replace("11:00", "<b>12:00</b>"))
    page = (await mei.post(f"{PAGE}/scenarios"))[1]
    assert 'class="card scenario fails" open' in page
    assert "&lt;b&gt;12:00" in page
    assert "<b>12" not in page
    assert "#line-4" in page


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_test_expects_what_the_bot_says_now_when_asked_to(world: StaffWorld, mei: Staff) -> None:
    """L2, L8: in the draft, never by itself; in a file that is no scenario nothing is written."""
    await saved(mei, THERE, SCENARIO.replace("11:00", "12:00"))
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "Update the scenario" in page
    assert "Publish although scenarios do not hold" in page
    for path in (FIRST, "tests/scenarios/../hours.yaml", ""):
        assert await mei.post(f"{PAGE}/scenarios/renew", file=path) == (303, f"{PAGE}/review")
    (draft,) = await world.stores.drafts.of("mei")
    assert "12:00" in draft.text
    assert await mei.post(f"{PAGE}/scenarios/renew", file=THERE) == (303, f"{PAGE}/review")
    (draft,) = await world.stores.drafts.of("mei")
    assert draft.text == SCENARIO.replace("每天 11:00", '"每天 11:00"')
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "Update the scenario" not in page
    assert "Scenarios that your draft changes" in page


async def test_scenarios_of_a_draft_with_mistakes_are_not_played(mei: Staff) -> None:
    await mei.post(f"{PAGE}/file", act="new", path=THERE)
    await saved(mei, THERE, SCENARIO)
    await saved(mei, FIRST, RULES.replace("reply", "replay"))
    assert "data-wrong" in (await mei.post(f"{PAGE}/scenarios"))[1]
