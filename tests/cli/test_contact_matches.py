"""`oaflow contact matches`: who wrote in a form what another contact has; confirmed, refused, undone. E2"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.model.contact import Contact, Identity
from bot.model.effects import FindMatches
from bot.model.match import match_id
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.effects.matching import MatchFinder
from bot.services.caller import Caller
from tests.cli.commands import Run
from tests.cli.people import AMY, PHONE
from tests.cli.people_database import stores_in
from tests.conftest import NOW
from tests.people import come

NEW = Contact(
    "third:U8",
    name="小美",
    identities=(Identity("third", "U8"),),
    stated_phone=PHONE,
    email="amy@forest.example",
)
SAME = Contact("main:U81", name="同頻道", identities=(Identity("main", "U81"),), stated_phone=PHONE)
ID = match_id(NEW.id, AMY.id)


async def _written(folder: Path, *born: Contact, told: FindMatches) -> None:
    async with stores_in(folder) as stores:
        await come(stores.contacts, *born)
        finder = MatchFinder(stores.people, stores.contacts, stores.matches)
        for one in born:
            for _ in range(2):  # told again after a crash
                await finder.look(told, Caller(one.id, "third", "U8", "call", NOW))


@pytest.fixture
def matched(people: Path) -> Path:
    """Somebody of another account has written Amy's phone and address; and a friend of the same account."""
    told = FindMatches(PHONE, "amy@forest.example")
    asyncio.run(_written(people, NEW, SAME, told=told))
    return people


def listed(run: Run, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("contact", "matches", "--json", *more).out)["matches"]
    return found


def test_who_may_be_one_person(matched: Path, run: Run) -> None:
    """Two accounts on one channel are two, and are not listed; nothing personal is told in full."""
    found = {one["match"]: one for one in listed(run)}
    assert found[ID]["by"] == ["phone", "email"]
    assert (found[ID]["proven"], found[ID]["contact"]["contact"], found[ID]["other"]["contact"]) == (
        True,
        NEW.id,
        AMY.id,
    )
    assert match_id(SAME.id, AMY.id) not in found
    out = run("contact", "matches").out
    assert f"{ID}  same phone and e-mail, which the other has proven\n" in out
    assert "wrote it: third:U8  小美" in out
    assert PHONE not in out
    assert "amy@" not in out


FORGED = "+886911222333"


@pytest.fixture
def forged(people: Path) -> Path:
    """Somebody has written a phone in a form that nobody has proven, and somebody else Amy's."""
    forger = replace(SAME, id="main:U82", identities=(Identity("main", "U82"),), stated_phone=FORGED)
    asyncio.run(_written(people, SAME, forger, told=FindMatches(None, None)))
    return people


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "tag", "0911222333", "VIP"],
        ["contact", "set", "0911222333", "skin", "油性"],
        ["contact", "name", "0911222333", "小陳"],
        ["contact", "merge", AMY.id, "0911222333", "--yes"],
        ["contact", "unbind", "0911222333"],
        ["contact", "hand-back", "0911222333"],
        ["contact", "undo-merge", "0911222333"],
    ],
)
def test_nobody_is_meant_by_a_phone_that_they_only_wrote(forged: Path, words: list[str], run: Run) -> None:
    assert "nobody is found by 09••••••33" in run(*words, code=1).err


def test_who_has_proven_it_is_meant_beside_who_wrote_it(forged: Path, run: Run) -> None:
    said = run("contact", "tag", "0912345678", "VIP", "--channel", "main")
    assert said.out.startswith(f"stored: {AMY.id}")


def test_who_wrote_it_is_shown_as_unproven(forged: Path, run: Run) -> None:
    assert run("contact", "find", "0911222333").out == "main:U82  同頻道  unproven: 09••••••33  main\n"
    said = run("contact", "find", "0911222333", "--language", "zh-TW")
    assert said.out == "main:U82  同頻道  未驗證：09••••••33  main\n"
    [told] = json.loads(run("contact", "find", "0911222333", "--json").out)["contacts"]
    assert (told["phone"], told["stated_phone"]) == (None, "09••••••33")
    assert "  unproven    09••••••33\n" in run("contact", "show", "0911222333").out


def test_yes_is_a_merge_that_can_be_undone(matched: Path, run: Run) -> None:
    out = run("contact", "matches", "confirm", ID, "--yes").out
    assert out.startswith(f"merged: {NEW.id} is part of {AMY.id} now\n")
    assert ID not in {one["match"] for one in listed(run)}
    run("contact", "undo-merge", AMY.id)
    run("contact", "show", NEW.id)


def test_no_is_remembered(matched: Path, run: Run) -> None:
    assert run("contact", "matches", "refuse", ID).out == f"refused: {ID} is not asked again\n"
    asyncio.run(_looked_again(matched))
    assert ID not in {one["match"] for one in listed(run)}
    assert [one["match"] for one in listed(run, "--refused")] == [ID]
    run("contact", "matches", "refuse", ID, code=1)
    told = json.loads(run("contact", "show", AMY.id, "--json").out)
    assert "match_refused" in [line["kind"] for line in told["audit"]]
    run("contact", "matches", "confirm", ID, "--yes")


async def _looked_again(folder: Path) -> None:
    async with stores_in(folder) as stores:
        finder = MatchFinder(stores.people, stores.contacts, stores.matches)
        await finder.look(FindMatches(PHONE, None), Caller(NEW.id, "third", "U8", "other", NOW))


async def _wrote(folder: Path, phone: str, email: str | None) -> None:
    """Who wrote it writes something else."""
    async with stores_in(folder) as stores:
        before = await stores.contacts.person(NEW.id)
        assert before is not None
        after = replace(before.contact, stated_phone=phone, email=email)
        write = TurnWrite(before.contact, after, part_of(NEW.id), before.revision, 1, (), ())
        assert await stores.contacts.save([write]) == set()


def test_no_holds_also_where_they_have_had_nothing_in_common_for_a_while(matched: Path, run: Run) -> None:
    run("contact", "matches", "refuse", ID)
    asyncio.run(_wrote(matched, "+886900000001", None))
    assert ID not in {one["match"] for one in listed(run, "--refused")}
    asyncio.run(_wrote(matched, PHONE, None))
    asyncio.run(_looked_again(matched))
    assert ID not in {one["match"] for one in listed(run)}
    assert [one["match"] for one in listed(run, "--refused")] == [ID]


def test_what_is_no_longer_so_is_forgotten(matched: Path, run: Run) -> None:
    asyncio.run(_wrote(matched, "+886900000001", None))
    assert ID not in {one["match"] for one in listed(run)}
    assert "there is no possible match" in run("contact", "matches", "confirm", ID, "--yes", code=1).err


def test_nothing_to_decide(people: Path, run: Run) -> None:
    assert run("contact", "matches") == ("there are no possible matches\n", "")
    assert run("contact", "matches", "--language", "zh-TW").out == "沒有可能是同一個人的聯絡人\n"
