"""`oaflow contact export`: the folder that is handed out, and what is recorded (J2)."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.model.contact import Contact, Tag
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import tr
from bot.store.rotation.person_rows import PersonRows
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.cli.commands import OnStores, Run
from tests.cli.people import AMY, LINE_ID, PHONE
from tests.conftest import NOW
from tests.people import come


def exported(run: Run, *words: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(run("contact", "export", *words, "--json").out)
    return told


def test_a_person_gets_a_page_and_a_file(people: Path, tmp_path: Path, run: Run) -> None:
    """J2: unmasked, for its owner alone, recorded first."""
    into = tmp_path / "amy"
    told = exported(run, AMY.id, "--into", str(into), "--language", "zh-TW", "--by", "小陳")
    assert told["rows"] == {"contacts": 2, "timeline": 4, "audit": 1, "deadletters": 1}
    assert {path.name: path.stat().st_mode & 0o777 for path in into.iterdir()} == {
        "data.html": 0o600,
        "data.json": 0o600,
    }
    assert into.stat().st_mode & 0o777 == 0o700
    page = (into / "data.html").read_text("utf-8")
    assert all(
        one in page for one in (PHONE, "王小美", "花生", "M1001", "amy@forest.example", "2026-08", "您")
    )
    assert "小陳" not in page, "staff are not named to the person"
    content = json.loads((into / "data.json").read_text("utf-8"))
    assert content["about"]["contacts"] == [AMY.id, "main:U7", "outlet:U9"]
    assert content["person"]["phone"] == PHONE
    assert content["person"]["tags"][0]["name"] == "已綁定"
    assert set(content["collections"]) == set(told["rows"])
    [line] = json.loads(run("contact", "show", AMY.id, "--json").out)["audit"]
    assert line["kind"] == "exported"
    assert line["by"].endswith("(小陳)")


def test_no_sign_that_hides_or_turns_is_handed_out(
    people: Path, tmp_path: Path, on_stores: OnStores, run: Run
) -> None:
    """J2: neither on the page nor in the file for programs."""

    async def named(stores: Stores) -> None:
        await come(stores.contacts, Contact("main:U66", name="\u202e小\u2067安\u200b\u202c"))

    on_stores(named)
    exported(run, "main:U66", "--into", str(tmp_path / "an"))
    for name in ("data.html", "data.json"):
        text = (tmp_path / "an" / name).read_text("utf-8")
        assert ("小安" in text, set(text) & {*TURNS_AROUND, "\u200b"}) == (True, set()), name


def test_nothing_is_written_over(people: Path, tmp_path: Path, run: Run) -> None:
    assert "is there already" in run("contact", "export", AMY.id, "--into", str(tmp_path), code=1).err
    run("contact", "export", AMY.id, "--into", str(tmp_path / "none" / "x"), code=1)
    run("contact", "export", "0900000000", code=1)
    assert os.listdir(tmp_path) == []
    assert json.loads(run("contact", "show", AMY.id, "--json").out)["audit"] == [], "nothing was read"


def test_no_colleague_is_named_for_a_tag(people: Path, tmp_path: Path, on_stores: OnStores, run: Run) -> None:
    """Only what has put it on: the person's own file is handed out (J2)."""
    tags = (Tag("VIP", NOW, "command:root (小陳)"), Tag("會員", NOW, "rules[0].do"))
    pat = Contact("list:1", name="Pat", tags=tags)

    async def pat_too(stores: Stores) -> None:
        await come(stores.contacts, pat)

    on_stores(pat_too)
    into = tmp_path / "pat"
    exported(run, pat.id, "--into", str(into), "--language", "zh-TW")
    data, page = ((into / name).read_text("utf-8") for name in ("data.json", "data.html"))
    assert [tag["by"] for tag in json.loads(data)["person"]["tags"]] == ["staff", "system"]
    assert "小陳" not in data + page
    assert "VIP（店家人員）" in page
    assert "會員（系統）" in page


def test_an_export_that_fails_leaves_nothing_half(
    people: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away in the middle; afterwards the same name is free."""
    read = PersonRows.read

    async def breaks(*asked: Any) -> AsyncIterator[Any]:
        async for row in read(*asked):
            yield row
            raise DatabaseUnavailable(tr("gone"))

    with monkeypatch.context() as patch:
        patch.setattr(PersonRows, "read", breaks)
        run("contact", "export", AMY.id, "--into", str(tmp_path / "amy"), code=2)
    assert os.listdir(tmp_path) == []
    assert exported(run, AMY.id, "--into", str(tmp_path / "amy"))["rows"]["contacts"] == 2


def test_without_a_name_it_is_called_after_the_contact(people: Path, run: Run) -> None:
    told = exported(run, AMY.id)
    assert told["folder"].startswith(f"main-{LINE_ID}-2")
    assert "Who you are" in Path(told["folder"], "data.html").read_text("utf-8")
