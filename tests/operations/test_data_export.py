"""Everything of everybody as files, and back by `members import` (M5)."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.model.contact import Contact, Identity
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import ENGLISH
from bot.operations.audiences import people_in, target_audience
from bot.operations.audit_trail import entries
from bot.operations.contact_changes import merge
from bot.operations.data_export import DataExport, TableForm, export_data
from bot.operations.find_contacts import one as find
from bot.operations.person_export import ExportNotWritten
from bot.store.contacts import all_contacts
from bot.store.contacts.audiences import AudienceMembers
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.operations.member_lists import PHONE, PLAYBOOK, TEXT, USER, figures, taken
from tests.people import come
from tests.playbooks import compiled

TWO = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: x}
""")
IMPORTABLE = (
    "line_id",
    "name",
    "phone",
    "email",
    "member_no",
    "marketing",
    "tags",
    "points",
    "birthday",
    "skin",
)
"""Columns of an export that mean the same to an import."""


async def exported(
    stores: Stores, folder: Path, form: TableForm = "csv", audience: str | None = None, **more: Any
) -> DataExport:
    export = DataExport(folder, form, audience or "")
    meant = None if audience is None else target_audience(PLAYBOOK, audience)
    await export_data(stores, PLAYBOOK, meant, export, "command:test", ENGLISH, **more)
    return export


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "contacts.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_what_is_exported_is_imported_again_alike(
    stores: Stores, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M5: into an empty database; people without LINE, too."""
    monkeypatch.setattr(all_contacts, "AT_A_TIME", 2)
    text = TEXT.replace("點數", "points").replace("\n", ",\n").replace("過敏,", "過敏,line_id", 1)
    text += f"M9,0955555555,林美,,,,VIP 2026-11-01,7,,,{USER}\n"
    assert figures(await taken(stores, text, channel="main")) == (4, 0, 0, 0)
    export = await exported(stores, tmp_path / "one")
    assert export.people == 4
    for name in ("contacts", "phones", "member_records"):
        await database.collection(name).delete_many({})
    written = (tmp_path / "one" / "contacts.csv").read_bytes()
    done = await taken(stores, written, channel="main")
    assert (figures(done), done.partly) == ((4, 0, 0, 0), 0), done.notes
    await exported(stores, tmp_path / "two")
    one, two = (
        sorted([{name: row[name] for name in IMPORTABLE} for row in rows(tmp_path / which)], key=repr)
        for which in ("one", "two")
    )
    assert one == two
    assert {row["phone"] for row in one} >= {'="0912345678"', '="0955555555"'}, "spreadsheets leave them so"
    assert "2026-11-01" in next(row["tags"] for row in one if row["line_id"] == USER)


async def test_files_are_safe_described_recorded_and_never_written_over(
    stores: Stores, tmp_path: Path
) -> None:
    """M5: cells are no formulas; every column is described; staff's deed."""
    await taken(stores, "phone,name\n0912345678,=1+1\n")
    export = await exported(stores, tmp_path / "out", conversations=True)
    assert export.files == ["contacts.csv", "conversations.csv", "columns.md", "columns.json"]
    [row] = rows(tmp_path / "out")
    assert row["name"] == "'=1+1"
    described = json.loads((tmp_path / "out" / "columns.json").read_text())
    assert list(described["contacts"]) == list(row)
    assert all(described["contacts"].values())
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}
    [deed] = await entries(stores, kinds=["data_exported"])
    assert (deed.state, deed.after, deed.by) == ("done", "1", "command:test")
    with pytest.raises(ExportNotWritten):
        await exported(stores, tmp_path / "out")
    assert len(await entries(stores, kinds=["data_exported"])) == 1


async def test_an_audience_as_json_lines(stores: Stores, tmp_path: Path) -> None:
    """M5: values have their types there."""
    text = f"phone,line_id,tags,points\n0912345678,{USER},VIP,7\n0955555555,,,\n"
    await taken(stores, text, channel="main")
    export = await exported(stores, tmp_path / "out", "jsonl", "貴客")
    lines = [json.loads(line) for line in (tmp_path / "out" / "contacts.jsonl").read_text().splitlines()]
    assert export.people == len(lines)
    for line in lines:
        assert (line["points"], line["phone"]) == (7, "0912345678")
        assert isinstance(line["tags"], list)
    everybody = await exported(stores, tmp_path / "all", "jsonl")
    assert everybody.people == 2
    assert PHONE not in (tmp_path / "all" / "columns.md").read_text()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_no_sign_that_hides_or_turns_leaves_the_house(
    stores: Stores, tmp_path: Path, form: TableForm
) -> None:
    """M5: names are chosen by strangers; whoever opens the file elsewhere has no `bdi` around them."""
    await come(
        stores.contacts, Contact("main:U1", name="\u202egnp.exe\u2066小\u200b美👨\u200d👩\u200d👧\u200f")
    )
    await exported(stores, tmp_path / "out", form)
    text = (tmp_path / "out" / f"contacts.{form}").read_text("utf-8-sig")
    assert "gnp.exe小美👨\u200d👩\u200d👧" in text
    assert not set(text) & {*TURNS_AROUND, "\u200b"}


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_merged_meanwhile_is_written_once_and_as_one(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading who is in an audience and reading them: no stub, nobody twice (M5)."""
    for channel, user in (("main", "U1"), ("outlet", "U2")):
        one = Contact(f"{channel}:{user}", identities=(Identity(channel, user, friend=True),))
        await come(stores.contacts, one)
    recipients = AudienceMembers.recipients

    async def merged_then(*asked: Any) -> AsyncIterator[Any]:
        async for some in recipients(*asked):
            if any(one.contact == "outlet:U2" for one in some):
                kept, gone = [await find([stores], TWO, id, None) for id in ("main:U1", "outlet:U2")]
                await merge(kept, gone, TWO, "command:test")
            yield some

    monkeypatch.setattr(AudienceMembers, "recipients", merged_then)
    export = DataExport(tmp_path / "all", "csv", "everyone")
    await export_data(stores, TWO, target_audience(TWO, "everyone"), export, "command:test", ENGLISH)
    assert [row["contact"] for row in rows(tmp_path / "all")] == ["main:U1"]
    meant = target_audience(TWO, "everyone")
    found = [one async for one in people_in(stores, TWO, meant)]
    assert [(one.contact.contact.id, one.identity.channel) for one in found] == [
        ("main:U1", "main"),
        ("main:U1", "outlet"),
    ]
