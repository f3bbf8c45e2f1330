"""`oaflow contact stop`: no more marketing to one person, and what is recorded (J2)."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.cli.main import main
from bot.model.contact import Contact
from bot.store.stores import Stores
from tests.cli.commands import OnStores, Run
from tests.cli.people import AMY, EVE
from tests.people import come

PAT = Contact("list:1", name="Pat", phone="+886955555555", marketing_here=True, marketing=True)

DONE = {"carried": "done", "at_shop": "none"}


async def _pat(stores: Stores) -> None:
    await come(stores.contacts, PAT)


def audit(run: Run, who: str) -> list[str]:
    return [line["kind"] for line in json.loads(run("contact", "show", who, "--json").out)["audit"]]


def test_without_a_bot_it_is_stored_and_said_what_still_goes(people: Path, run: Run) -> None:
    said = run("contact", "stop", EVE.id).out
    assert said.startswith("stored: main:U5 gets no more marketing as soon as oaflow runs\n")
    assert "still sent: answers" in said
    assert audit(run, EVE.id) == ["marketing_stopped"]
    assert main(["contact", "allow-marketing", EVE.id]) == 1, "it is not carried out yet"


def test_somebody_without_line_at_once_and_back(people: Path, on_stores: OnStores, run: Run) -> None:
    on_stores(_pat)
    told = json.loads(run("contact", "stop", PAT.id, "--json").out)
    assert told == {"contact": PAT.id, **DONE}
    assert "stopped by staff" in run("contact", "show", PAT.id).out
    assert "already" in run("contact", "stop", PAT.id, code=1).err
    assert "可以再收到行銷訊息" in run("contact", "allow-marketing", PAT.id, "--language", "zh-TW").out
    assert audit(run, PAT.id) == ["marketing_allowed", "marketing_stopped"]
    run("contact", "allow-marketing", PAT.id, code=1)


def test_staff_never_take_back_what_a_person_has_said(people: Path, on_stores: OnStores, run: Run) -> None:
    """J2: the person's own word goes before that of staff."""

    async def said_so(stores: Stores) -> None:
        own = replace(PAT, marketing_here=False, marketing=False)
        await come(stores.contacts, own)

    on_stores(said_so)
    assert "only they can take it back" in run("contact", "allow-marketing", PAT.id, code=1).err
    assert "staff have not stopped" in run("contact", "allow-marketing", AMY.id, code=1).err
