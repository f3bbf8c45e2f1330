"""`oaflow contact matches`: who wrote in a form what another contact has; confirmed, refused, undone. E2"""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app.database import open_database
from bot.cli.main import main
from bot.model.contact import Contact, Identity
from bot.model.effects import FindMatches
from bot.model.match import match_id
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.model.stored import TurnWrite
from bot.runtime.effects.matching import MatchFinder
from bot.runtime.ports import Caller
from tests.cli.people import AMY, PHONE, folder, people
from tests.conftest import NOW
from tests.people import come

__all__ = ["folder", "people"]

NEW = Contact(
    "third:U8",
    name="小美",
    identities=(Identity("third", "U8"),),
    told_phone=PHONE,
    email="amy@forest.example",
)
SAME = Contact("main:U81", name="同頻道", identities=(Identity("main", "U81"),), told_phone=PHONE)
ID = match_id(NEW.id, AMY.id)


async def _written(folder: Path, *born: Contact, told: FindMatches) -> None:
    opened = await open_database(Settings(channels={}), folder, {}, "tests")
    try:
        stores = opened.stores
        await come(stores.contacts, *born)
        finder = MatchFinder(stores.people, stores.contacts, stores.matches)
        for one in born:
            for _ in range(2):  # told again after a crash
                await finder.look(told, Caller(one.id, "third", "U8", "call", NOW))
    finally:
        await opened.close()


@pytest.fixture
def matched(people: Path) -> Path:
    """Somebody of another account has written Amy's phone and address; and a friend of the same account."""
    told = FindMatches(PHONE, "amy@forest.example")
    asyncio.run(_written(people, NEW, SAME, told=told))
    return people


def listed(capsys: pytest.CaptureFixture[str], *more: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["contact", "matches", "--json", *more]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_who_may_be_one_person(matched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two accounts on one channel are two, and are not listed; nothing personal is told in full."""
    found = {one["id"]: one for one in listed(capsys)}
    assert found[ID]["by"] == ["phone", "email"]
    assert (found[ID]["proven"], found[ID]["contact"]["contact"], found[ID]["other"]["contact"]) == (
        True,
        NEW.id,
        AMY.id,
    )
    assert match_id(SAME.id, AMY.id) not in found
    assert main(["contact", "matches"]) == 0
    out = capsys.readouterr().out
    assert f"{ID}  same phone and e-mail, which the other has proven\n" in out
    assert "wrote it: third:U8  小美" in out
    assert PHONE not in out
    assert "amy@" not in out


FORGED = "+886911222333"


@pytest.fixture
def forged(people: Path) -> Path:
    """Somebody has written a phone in a form that nobody has proven, and somebody else Amy's."""
    forger = replace(SAME, id="main:U82", identities=(Identity("main", "U82"),), told_phone=FORGED)
    asyncio.run(_written(people, SAME, forger, told=FindMatches(None, None)))
    return people


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "tag", "0911222333", "add", "VIP"],
        ["contact", "set", "0911222333", "skin", "油性"],
        ["contact", "name", "0911222333", "小陳"],
        ["contact", "merge", AMY.id, "0911222333", "--yes"],
        ["contact", "unbind", "0911222333"],
        ["contact", "hand-back", "0911222333"],
        ["contact", "undo-merge", "0911222333"],
        ["deadletters", "list", "--person", "0911222333"],
    ],
)
def test_nobody_is_meant_by_a_phone_that_they_only_wrote(
    forged: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    assert "nobody is found by 09••••••33" in capsys.readouterr().err


def test_who_has_proven_it_is_meant_beside_who_wrote_it(
    forged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contact", "tag", "0912345678", "add", "VIP", "--channel", "main"]) == 0
    assert capsys.readouterr().out.startswith(f"stored: {AMY.id}")


def test_who_wrote_it_is_shown_as_unproven(forged: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contact", "find", "0911222333"]) == 0
    assert capsys.readouterr().out == "main:U82  同頻道  unproven: 09••••••33  main\n"
    assert main(["contact", "find", "0911222333", "--language", "zh-TW"]) == 0
    assert capsys.readouterr().out == "main:U82  同頻道  未驗證：09••••••33  main\n"
    assert main(["contact", "find", "0911222333", "--json"]) == 0
    [told] = json.loads(capsys.readouterr().out)
    assert (told["phone"], told["told_phone"]) == (None, "09••••••33")
    assert main(["contact", "show", "0911222333"]) == 0
    assert "  unproven    09••••••33\n" in capsys.readouterr().out


def test_yes_is_a_merge_that_can_be_undone(matched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contact", "matches", "confirm", ID, "--yes"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"merged: {NEW.id} is part of {AMY.id} now\n")
    assert ID not in {one["id"] for one in listed(capsys)}
    assert main(["contact", "undo-merge", AMY.id]) == 0
    assert main(["contact", "show", NEW.id]) == 0


def test_no_is_remembered(matched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contact", "matches", "refuse", ID]) == 0
    assert capsys.readouterr().out == f"refused: {ID} is not asked again\n"
    asyncio.run(_looked_again(matched))
    assert ID not in {one["id"] for one in listed(capsys)}
    assert [one["id"] for one in listed(capsys, "--refused")] == [ID]
    assert main(["contact", "matches", "refuse", ID]) == 1
    assert main(["contact", "show", AMY.id, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "match_refused" in [line["what"] for line in told["audit"]]
    assert main(["contact", "matches", "confirm", ID, "--yes"]) == 0  # on second thoughts


async def _looked_again(folder: Path) -> None:
    opened = await open_database(Settings(channels={}), folder, {}, "tests")
    try:
        stores = opened.stores
        finder = MatchFinder(stores.people, stores.contacts, stores.matches)
        await finder.look(FindMatches(PHONE, None), Caller(NEW.id, "third", "U8", "other", NOW))
    finally:
        await opened.close()


async def _wrote(folder: Path, phone: str, email: str | None) -> None:
    """Who wrote it writes something else."""
    opened = await open_database(Settings(channels={}), folder, {}, "tests")
    try:
        before = await opened.stores.contacts.person(NEW.id)
        assert before is not None
        after = replace(before.contact, told_phone=phone, email=email)
        write = TurnWrite(before.contact, after, part_of(NEW.id), before.revision, 1, (), ())
        assert await opened.stores.contacts.save([write]) == set()
    finally:
        await opened.close()


def test_no_holds_also_where_they_have_had_nothing_in_common_for_a_while(
    matched: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contact", "matches", "refuse", ID]) == 0
    asyncio.run(_wrote(matched, "+886900000001", None))
    assert ID not in {one["id"] for one in listed(capsys, "--refused")}
    asyncio.run(_wrote(matched, PHONE, None))
    asyncio.run(_looked_again(matched))
    assert ID not in {one["id"] for one in listed(capsys)}
    assert [one["id"] for one in listed(capsys, "--refused")] == [ID]


def test_what_is_no_longer_so_is_forgotten(matched: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_wrote(matched, "+886900000001", None))
    assert ID not in {one["id"] for one in listed(capsys)}
    assert main(["contact", "matches", "confirm", ID, "--yes"]) == 1
    assert "there is no possible match" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["confirm"], ["refuse"], ["merge", ID], ["confirm", ID, "x"]])
def test_what_is_no_order(matched: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contact", "matches", *words]) == 1
    assert capsys.readouterr().err == (
        "oaflow: write  confirm ID  or  refuse ID;  without, they are listed\n"
    )


def test_nothing_to_decide(people: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contact", "matches"]) == 0
    assert capsys.readouterr() == ("there are no possible matches\n", "")
    assert main(["contact", "matches", "--language", "zh-TW"]) == 0
    assert capsys.readouterr().out == "沒有可能是同一個人的聯絡人\n"
