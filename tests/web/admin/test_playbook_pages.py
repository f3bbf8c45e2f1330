"""L8: a draft of the playbook in the console: saved, checked, compared, merged, published."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import FormData
from yarl import URL

from bot.store.stores import stores_of
from bot.web.admin.cookies import proof
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import RULES, draft_desk, handlers, live_playbook
from tests.web.admin.staff_world import Staff, StaffWorld

PAGE = "/admin/playbook"
FIRST = "rules/first.yaml"


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    stores = stores_of(worlds.database, worlds.seal)
    await live_playbook(stores, worlds.clock, tmp_path)
    return await worlds(handlers(draft_desk(stores, worlds.clock, tmp_path)))


async def saved(who: Staff, path: str, content: bytes, revision: int = 0) -> tuple[int, dict[str, object]]:
    """As the script saves."""
    form = FormData()
    for name, value in {"proof": proof(who.held), "path": path, "revision": str(revision)}.items():
        form.add_field(name, value)
    form.add_field("as", "json")
    form.add_field("file", content, filename="", content_type="text/plain")
    async with who.http.post(who.url.join(URL(f"{PAGE}/save")), data=form, allow_redirects=False) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else {"page": text}


async def problems(who: Staff) -> list[dict[str, object]]:
    status, text = await who.post(f"{PAGE}/check")
    assert status == 200
    found: list[dict[str, object]] = json.loads(text)["problems"]
    return found


async def published(who: Staff) -> tuple[int, str]:
    """Look at what the draft changes, then press the button."""
    page = (await who.get(f"{PAGE}/review"))[1]
    seen = re.search(r'name="seen" value="(\w+)"', page)
    return await who.post(f"{PAGE}/publish", seen=seen[1] if seen else "")


async def test_a_draft_is_saved_checked_and_published(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("supervisor", "mei"))
    assert "每天 11:00" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]
    assert await saved(mei, FIRST, RULES.replace("reply: 每天 11:00", "replay: 每天 11:00").encode()) == (
        *(200, {"revision": 1, "state": "changed"}),
    )
    (wrong,) = [one for one in await problems(mei) if one["level"] == "error"]
    assert (wrong["file"], wrong["line"]) == (FIRST, 3)
    assert "This keeps it from being published" in (await mei.get(f"{PAGE}/review"))[1]
    assert (await published(mei))[0] == 422
    assert (await world.stores.playbooks.all())[0].number == 1

    assert (await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode(), 1))[0] == 200
    assert [one for one in await problems(mei) if one["level"] == "error"] == []
    page = (await mei.get(f"{PAGE}/review"))[1]
    assert "<del>每天 11:00</del>" in page
    assert "<ins>每天 10:00</ins>" in page
    assert await published(mei) == (303, PAGE)
    live = (await world.stores.playbooks.all())[0]
    assert (live.number, live.by) == (2, "console:mei")
    assert await world.stores.drafts.of("mei") == []
    assert "每天 10:00" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]


async def test_nobody_sees_anothers_draft(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    tom = await world.signed_in(await world.account("admin", "tom"))
    await saved(mei, FIRST, RULES.replace("11:00", "9:00").encode())
    assert "9:00" not in (await tom.get(f"{PAGE}?file={FIRST}"))[1]


async def test_two_who_change_one_file_lose_no_word(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    tom = await world.signed_in(await world.account("admin", "tom"))
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


async def test_two_windows_of_one_person_overwrite_nothing(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    one, other = (RULES.replace("11:00", time).encode() for time in ("8:00", "9:00"))
    assert (await saved(mei, FIRST, one))[0] == 200
    status, answer = await saved(mei, FIRST, other)
    assert (status, answer["text"]) == (409, one.decode())
    (there,) = await world.stores.drafts.of("mei")
    assert there.content == one


async def test_what_was_looked_at_is_what_is_published(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode())
    seen = re.search(r'name="seen" value="(\w+)"', (await mei.get(f"{PAGE}/review"))[1])
    assert seen is not None
    await saved(mei, FIRST, RULES.replace("11:00", "9:00").encode(), 1)
    status, page = await mei.post(f"{PAGE}/publish", seen=seen[1])
    assert (status, "look once more" in page) == (422, True)


async def test_a_file_as_it_is_live_is_no_part_of_the_draft(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, FIRST, b"rules: []\n")
    assert await saved(mei, FIRST, RULES.replace("\n", "\r\n").encode(), 1) == (
        *(200, {"revision": 0, "state": "live"}),
    )
    assert await world.stores.drafts.of("mei") == []


@pytest.mark.parametrize(
    "path",
    [
        *("../../etc/cron.yaml", "/etc/x.yaml", ".env", "rules/.hidden.yaml", "rules/../.oaflow/keys"),
        *(
            "rules\\x.yaml",
            "rules//x.yaml",
            "tests/x.yaml",
            "rules/x.py",
            "x" * 300 + ".png",
            "rules/\x00.yaml",
        ),
    ],
)
async def test_a_name_that_leads_out_of_the_folder_is_refused(world: StaffWorld, path: str) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    status, answer = await saved(mei, path, b"rules: []\n")
    assert (status, "refused" in answer) == (409, True)
    assert await world.stores.drafts.of("mei") == []


async def test_files_come_and_go_and_the_whole_draft_is_dropped(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    assert await mei.post(f"{PAGE}/file", act="new", path="rules/summer") == (
        *(303, f"{PAGE}?file=rules%2Fsummer.yaml"),
    )
    assert (await mei.post(f"{PAGE}/file", act="remove", path="rules/second.yaml"))[0] == 303
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


async def test_a_picture_of_30_mb_is_refused_and_nothing_is_lost(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, FIRST, b"rules: []\n")
    form = FormData()
    for name, value in {"proof": proof(mei.held), "act": "upload", "folder": "cards"}.items():
        form.add_field(name, value)
    form.add_field("file", BytesIO(b"x" * 30_000_000), filename="a.png", content_type="image/png")
    async with mei.http.post(mei.url.join(URL(f"{PAGE}/file")), data=form) as answer:
        assert answer.status in (400, 413)
    assert [one.path for one in await world.stores.drafts.of("mei")] == [FIRST]


async def test_a_former_version_is_looked_at_and_published_again(world: StaffWorld) -> None:
    mei = await world.signed_in(await world.account("admin", "mei"))
    await saved(mei, FIRST, RULES.replace("11:00", "10:00").encode())
    await mei.post(f"{PAGE}/file", act="new", path="rules/summer")
    await mei.post(f"{PAGE}/file", act="remove", path="rules/second.yaml")
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
