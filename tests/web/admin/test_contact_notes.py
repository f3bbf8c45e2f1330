"""J2: notes of staff about a customer: the team's, changed by their author, and with whoever they become."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_asyncio

from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.contact_world import ContactWorld, contact_world, person
from tests.web.admin.staff_world import ZH, Staff

ON_LINE, LISTED = "main:U1", "M:2"
TEXT = "對花生過敏，手機 0912-345-678"


@pytest_asyncio.fixture
async def world(worlds: StaffWorlds, tmp_path: Path) -> ContactWorld:
    world = await contact_world(worlds, tmp_path)
    await world.add(person(1, "王小明", phone="+886912345678"), person(2, "陳小美", line=False))
    return world


async def notes(world: ContactWorld, *contacts: str) -> list[str]:
    return [one.text for one in await world.staff.stores.contact_notes.of(contacts)]


async def written(world: ContactWorld, browser: Staff, account: str, contact: str = ON_LINE) -> str:
    """A note that this account has written; its id."""
    address = world.address(account, contact, "note")
    assert (await browser.post(address, ZH, action="add", text=TEXT, form=f"form of {contact}"))[0] == 303
    return next(one.id for one in await world.staff.stores.contact_notes.of([contact]))


async def test_a_form_that_is_sent_twice_writes_one_note_and_its_phone_is_masked(world: ContactWorld) -> None:
    agent = await world.signed_in("agent")
    await written(world, agent, "agent")
    await written(world, agent, "agent")
    assert await notes(world, ON_LINE) == [TEXT]
    _, shown = await agent.get(world.address("agent", ON_LINE), **ZH)
    assert "0912-345-678" not in shown
    assert "遮住的個資" in shown
    _, shown = await agent.post(world.address("agent", ON_LINE, "reveal"), ZH)
    assert f"{TEXT}</textarea>" in shown
    rows = await world.staff.stores.audit.of(ON_LINE)
    assert [(one.actor, one.details) for one in rows if one.what == "note_written"] == [("console:agent", ())]
    stored = await world.database.collection("contact_notes").find_one({})
    assert stored is not None
    assert TEXT.encode() not in stored["s"]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_colleague_reads_it_and_its_author_alone_changes_it(world: ContactWorld) -> None:
    agent, admin = await world.signed_in("agent"), await world.signed_in("admin")
    note = await written(world, agent, "agent")
    theirs, own = world.address("admin", ON_LINE, "note"), world.address("agent", ON_LINE, "note")
    for fields in ({"action": "change", "text": "別的"}, {"action": "remove"}):
        assert (await admin.post(theirs, ZH, note=note, **fields))[0] == 409
    for text in ("", " ", "長" * 1_001):
        assert (await agent.post(own, ZH, action="change", note=note, text=text))[0] == 409
    assert await notes(world, ON_LINE) == [TEXT]
    assert (await agent.post(own, action="change", note=note, text="對堅果過敏"))[0] == 303
    assert (await agent.post(own, action="remove", note=note))[0] == 303
    assert await notes(world, ON_LINE) == []
    _, shown = await agent.get(world.address("agent", ON_LINE), **ZH)
    undo = re.search(r'name="action"\s+value="restore"', shown[shown.index('class="flash"') :])
    assert undo is not None
    assert (await agent.post(own, action="restore", note=note))[0] == 303
    assert await notes(world, ON_LINE) == ["對堅果過敏"]
    elsewhere = world.address("agent", LISTED, "note")
    assert (await agent.post(elsewhere, ZH, action="remove", note=note))[0] == 409


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_is_merged_brings_notes_and_takes_them_away_again(world: ContactWorld) -> None:
    admin = await world.signed_in("admin")
    note = await written(world, admin, "admin", LISTED)
    page, own = world.address("admin", ON_LINE), world.address("admin", ON_LINE, "note")
    done = world.address("admin", ON_LINE, "merge/done")
    other = world.address("admin", LISTED).rpartition("/")[2]
    assert (await admin.post(done, other=other))[0] == 303
    assert "對花生過敏" in (await admin.get(page, **ZH))[1]
    assert (await admin.post(own, action="change", note=note, text="對堅果過敏"))[0] == 303
    assert (await admin.post(world.address("admin", ON_LINE, "merge/undo")))[0] == 303
    assert "對堅果過敏" not in (await admin.get(page, **ZH))[1]
    assert "對堅果過敏" in (await admin.get(world.address("admin", LISTED), **ZH))[1]
