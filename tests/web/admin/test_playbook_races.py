"""L8: drafts where something else happens meanwhile: two publish at once, a version is gone, no database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.operations.drafts.worker import DraftWorker
from bot.store.unavailable import DatabaseUnavailable
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.playbook_world import (
    FILES,
    FIRST,
    PAGE,
    RULES,
    Window,
    WorkerHere,
    editing,
    published,
    saved,
)
from tests.web.admin.staff_world import Staff, StaffWorld

SECOND = "rules/second.yaml"


@pytest.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> StaffWorld:
    return await editing(worlds, tmp_path)


@pytest.fixture
async def mei(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("admin", "mei"))


@pytest.fixture
async def tom(world: StaffWorld) -> Staff:
    return await world.signed_in(await world.account("admin", "tom"))


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_of_two_who_publish_at_once_one_does_and_nothing_is_lost(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    await saved(mei, FIRST, RULES.replace("11:00", "10:00"))
    await saved(tom, SECOND, FILES[SECOND].replace("不客氣", "別客氣"))
    ends = await asyncio.gather(published(mei), published(tom))
    assert sorted(status for status, _ in ends) in ([303, 422], [303, 303])
    late = tom if ends[1][0] == 422 else mei
    if 422 in (ends[0][0], ends[1][0]):
        assert (await published(late))[0] == 303
    assert (await world.stores.playbooks.all())[0].number == 3
    for path, text in ((FIRST, "10:00"), (SECOND, "別客氣")):
        assert text in (await mei.get(f"{PAGE}?file={path}"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_writes_on_after_they_published_elsewhere_is_on_what_is_live(mei: Staff) -> None:
    """An open tab takes what was published from it as its base: no question, no merge, nothing lost."""
    tab = await Window(mei).open()
    assert await tab.save(RULES.replace("信義路", "忠孝路")) == 200
    assert (await published(mei))[0] == 303
    assert await tab.save(RULES.replace("信義路", "和平路")) == 200
    assert (await published(mei))[0] == 303
    assert "和平路" in (await mei.get(f"{PAGE}?file={FIRST}"))[1]


async def test_what_was_dropped_elsewhere_is_asked_about(mei: Staff) -> None:
    tab = await Window(mei).open()
    assert await tab.save(RULES.replace("信義路", "忠孝路")) == 200
    assert (await mei.post(f"{PAGE}/file", act="revert", path=FIRST))[0] == 303
    assert await tab.save(RULES.replace("信義路", "和平路")) == 409


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_draft_on_a_version_whose_files_are_gone_is_merged(
    world: StaffWorld, mei: Staff, tom: Staff
) -> None:
    """What stood in the file is stored with the draft."""
    await saved(mei, FIRST, RULES.replace("信義路", "忠孝路"))
    await saved(tom, FIRST, RULES.replace("11:00", "10:00"))
    assert (await published(tom))[0] == 303
    await world.stores.playbooks.forget([1])
    assert (await published(mei))[0] == 422
    assert (await mei.post(f"{PAGE}/file", act="renew", path=""))[0] == 303
    (mine,) = await world.stores.drafts.of("mei")
    assert mine.text == RULES.replace("信義路", "忠孝路").replace("11:00", "10:00")
    assert (await published(mei))[0] == 303


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_takes_minutes_to_merge_is_stopped_and_the_draft_stays(
    worlds: StaffWorlds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1,000 empty lines against 399,000: hours in the server, which SIGTERM did not end."""
    rules = RULES + "".join(f"  - when: {{text: 好{n}}}\n    reply: 早\n\n" for n in range(1000))
    world = await editing(worlds, tmp_path, {FIRST: rules})
    mei, tom = [await world.signed_in(await world.account("admin", name)) for name in ("mei", "tom")]
    assert await saved(mei, FIRST, "\n" * 399_000) == 200
    await saved(tom, FIRST, rules.replace("11:00", "10:00"))
    assert (await published(tom))[0] == 303
    worker = DraftWorker(longest=2.0)
    monkeypatch.setattr(WorkerHere, "run", lambda self, *args, **names: worker.run(*args, **names))
    try:
        status, page = await mei.post(f"{PAGE}/file", act="renew", path="")
    finally:
        await worker.close()
    assert (status, "This was stopped" in page) == (422, True)
    (mine,) = await world.stores.drafts.of("mei")
    assert mine.text == "\n" * 399_000


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_while_the_database_is_away_nothing_is_saved_or_lost(
    world: StaffWorld, monkeypatch: pytest.MonkeyPatch, mei: Staff
) -> None:
    window = await Window(mei).open()
    assert await window.save(RULES.replace("11:00", "10:00")) == 200

    async def away(*given: object) -> None:
        raise DatabaseUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(type(world.stores.drafts), "put", away)
        assert await window.save(RULES.replace("11:00", "9:00")) == 503
    assert await window.save(RULES.replace("11:00", "9:00")) == 200
    assert (await published(mei))[0] == 303
    assert (await world.stores.playbooks.all())[0].number == 2
