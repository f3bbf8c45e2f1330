"""`oaflow backup` and `oaflow restore` as their users have them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bot.store.mongod.embedded import OWN_NAME
from tests.cli.commands import Running
from tests.cli.oaflow import ended, ended_here, serving
from tests.cli.people import LINE_ID


@pytest.fixture(autouse=True)
def snapshots(running: Running) -> Iterator[None]:
    """As MongoDB keeps them everywhere else than in tests."""
    with MongoClient[dict[str, Any]](running.uri) as client:
        window = "minSnapshotHistoryWindowInSeconds"
        client.admin.command({"setParameter": 1, window: 300})
        yield
        client.admin.command({"setParameter": 1, window: 0})


@pytest.fixture
def new_machine(people: Path, tmp_path: Path) -> Path:
    """The same playbook where no database was ever started; somebody has put the keys there."""
    folder = tmp_path / "new"
    (folder / OWN_NAME).mkdir(parents=True, mode=0o700)
    shutil.copy(people / "bot.yaml", folder)
    shutil.copy(people / OWN_NAME / "keys", folder / OWN_NAME / "keys")
    return folder


def test_a_backup_is_made_looked_at_and_becomes_the_database_of_another_machine(
    people: Path, new_machine: Path, tmp_path: Path
) -> None:
    made = ended_here("backup", str(people), str(tmp_path), "--json")
    assert made.code == 0, made.err
    told = json.loads(made.out)
    file = told["file"]
    assert Path(file).stat().st_size == told["bytes"]
    assert told["collections"]["contacts"] == 7
    looked = ended_here("backup", str(people), file, "--check")
    assert looked.code == 0, looked.err
    assert f"{told['rows']:,} rows" in looked.out
    assert "contacts: 7" in looked.out
    again = ended_here("backup", str(people), file)
    assert (again.code, "cannot be written" in again.err) == (1, True)
    restored = ended_here("restore", str(new_machine), file)
    assert restored.code == 0, restored.err
    assert f"{told['rows']:,} rows, all of them counted" in restored.out
    for shop in (people, new_machine):
        shown = ended_here("contact", "show", str(shop), LINE_ID, "--json")
        assert json.loads(shown.out)["name"] == "王小美"
    twice = ended_here("restore", str(new_machine), file)
    assert (twice.code, "not empty" in twice.err) == (1, True)
    unconfirmed = ended_here("restore", str(new_machine), file, "--replace")
    assert (unconfirmed.code, "add  --yes" in unconfirmed.err) == (1, True)
    no = ended_here("restore", str(new_machine), file, "--replace", typed="n\n")
    assert (no.code, "nothing was changed" in no.err) == (1, True)


def test_without_the_keys_it_says_which_file_is_missing_and_makes_none(
    people: Path, new_machine: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.oaflow-backup"
    assert ended_here("backup", str(people), str(file)).code == 0
    keys = new_machine / OWN_NAME / "keys"
    keys.unlink()
    refused = ended_here("restore", str(new_machine), str(file))
    assert (refused.code, str(keys) in refused.err) == (1, True)
    assert not keys.exists()
    assert ended_here("keys", "new").code == 0
    keys.write_text(ended_here("keys", "new").out)
    refused = ended_here("restore", str(new_machine), str(file))
    assert (refused.code, "which is not among these keys" in refused.err) == (1, True)


def test_a_file_that_is_cut_off_is_told_and_nothing_starts_on_the_half(
    people: Path, new_machine: Path, tmp_path: Path
) -> None:
    file = tmp_path / "all.oaflow-backup"
    assert ended_here("backup", str(people), str(file)).code == 0
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    for words in (("backup", "--check"), ("restore",)):
        refused = ended_here(*words, str(new_machine), str(file))
        assert (refused.code, "cut off" in refused.err) == (1, True), refused.err
    half = ended_here("contact", "find", str(new_machine), "王")
    assert (half.code, "a restore into this database has not ended" in half.err) == (1, True), half.err
    file.write_bytes(whole)
    assert ended_here("restore", str(new_machine), str(file)).code == 0
    assert ended_here("contact", "find", str(new_machine), "王").code == 0


def test_while_a_process_uses_the_database_nothing_is_restored(people: Path, tmp_path: Path) -> None:
    file = tmp_path / "all.oaflow-backup"
    assert ended_here("backup", str(people), str(file)).code == 0
    refused = ended_here("restore", str(people), str(file), "--replace", "--yes")
    assert (refused.code, "a process runs on this database" in refused.err) == (1, True)


@pytest.mark.parametrize("words", [(), ("one", "two")])
def test_one_file_is_named(people: Path, words: tuple[str, ...]) -> None:
    for command in ("backup", "restore"):
        refused = ended_here(command, str(people), *words)
        assert (refused.code, "name one file" in refused.err) == (2, True)


def test_what_is_no_file_is_told(people: Path, new_machine: Path, tmp_path: Path) -> None:
    for words in (("backup", "--check"), ("restore",)):
        refused = ended_here(*words, str(new_machine), str(tmp_path / "none"))
        assert (refused.code, "cannot be read" in refused.err) == (1, True)


async def test_beside_a_simulator_it_says_whose_people_are_in_it(people: Path, tmp_path: Path) -> None:
    """L4: as commands about people do; it has the real ones, for pretend people end with their simulator."""
    async with serving(str(people), "--simulator"):
        made = await ended("backup", str(people), str(tmp_path), "--json")
    assert made.code == 0, made.err
    assert json.loads(made.out)["collections"]["contacts"] == 7
    assert "the pretend people of the simulator that runs here are not in it" in made.err
