"""`oaflow keys`: which there are, a new one in the ring, everything sealed anew, the old one taken out."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bot.cli.operator import commander
from bot.store.database.mongo import DATABASE
from bot.store.mongod.embedded import OWN_NAME
from bot.store.sealing.keyring import parse
from tests.cli.commands import OnStores, Running
from tests.cli.oaflow import ended_here
from tests.cli.people import AMY, BOT


@pytest.fixture(autouse=True)
def keys_as_before(running: Running, but_keys: Callable[[], None], on_stores: OnStores) -> Iterator[None]:
    """Put back the ring and what the database knows of it: `on_stores` and other tests use the first."""
    file, retired = running.folder / "keys", running.folder / "keys.retired"
    ring = file.read_bytes()
    with MongoClient[dict[str, Any]](running.uri, w="majority") as client:
        collection = client[DATABASE]["keys"]
        known = list(collection.find())
        yield
        but_keys()  # nothing sealed with a later key stays
        collection.delete_many({})
        collection.insert_many(known)
    file.write_bytes(ring)
    retired.unlink(missing_ok=True)


def keys(*words: str, **more: str) -> tuple[int, str, str]:
    end = ended_here("keys", *words, "--language", "en", **more)
    return end.code, end.out, end.err


def listed(folder: Path, **more: str) -> dict[str, dict[str, Any]]:
    code, out, err = keys("list", str(folder), "--json", **more)
    assert code == 0, err
    return {key["name"]: key for key in json.loads(out)["keys"]}


def listed_people(folder: Path, said: str) -> None:
    """Take a list: of Amy, who has bound, of one of the phone alone, and of two by number."""
    file = folder / "members.csv"
    file.write_text(
        f"member_no,phone\nM1001,{AMY.phone}\n,0955000111\nM5,0955000222\nM7,0955000333\n", "utf-8"
    )
    end = ended_here("members", "import", str(folder), str(file), "--language", "en")
    assert end.out.splitlines()[0] == said, end


def test_a_new_ring_is_printed() -> None:
    end = ended_here("keys", "new")
    assert end.code == 0
    assert len(parse(end.out).seal) == 1


def test_rotated_and_retired(people: Path, running: Running) -> None:
    """In one go where nobody runs; the file stays ours alone, and people are found by their phones."""
    file = running.folder / "keys"
    before = parse(file.read_text())
    listed_people(people, "3 new, 0 changed, 1 as before, 0 refused")
    note = json.loads(ended_here("contact", "show", str(people), "M7", "--json").out)["contact"]
    assert ended_here("contact", "merge", str(people), "outlet:U2", note, "--yes").code == 0
    first = listed(people)
    (old,) = [name for name, key in first.items() if key["kind"] == "seal" and key["used"]]
    assert first[old]["values"] > 5
    code, out, err = keys("rotate", str(people))
    assert code == 0, err
    ring = parse(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600
    (to,) = ring.seal.keys() - before.seal.keys()
    assert f"rotation to {to}: done" in out
    assert "all processes are to have the new keys" in err
    after = listed(people)
    assert (after[to]["used"], after[old]["used"], after[old]["values"]) == (True, False, 0)
    assert after[f"index:{to}"]["values"] == sum(
        key["values"] for key in first.values() if key["kind"] == "index"
    )
    found = ended_here("contact", "find", str(people), "0912345678", "--language", "en")
    assert AMY.id in found.out
    shown = ended_here("contact", "show", str(people), AMY.id, "--reveal", "--json")
    assert json.loads(shown.out)["phone"] == AMY.phone
    code, out, err = keys("rotate", str(people), "--retire")
    assert code == 0, err
    assert old in out
    assert set(parse(file.read_text()).seal) == {to}
    kept = file.with_name("keys.retired")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert parse(kept.read_text().splitlines()[-1]) == ring
    assert listed(people)[old]["retired"]
    listed_people(people, "0 new, 0 changed, 4 as before, 0 refused")
    assert len(ended_here("contact", "find", str(people), "0955000111").out.splitlines()) == 1
    code, out, err = keys("rotate", str(people), "--retire")
    assert (code, out) == (1, "")
    assert "there is no old key" in err


def test_what_is_still_sealed_with_a_key_keeps_it(people: Path, running: Running) -> None:
    """A key that is put first by hand, as before: what the old one sealed is counted, and it stays."""
    code, out, err = keys("rotate", str(people))
    assert code == 0, err
    file = running.folder / "keys"
    ring = parse(file.read_text())
    ring, _ = ring.with_new()
    file.write_text(ring.text())
    os.chmod(file, 0o600)
    assert keys("rotate", str(people), "--to", "nothing")[2].endswith('the ring has no key "nothing"\n')
    used = next(name for name, key in listed(people).items() if key["kind"] == "seal" and key["used"])
    code, out, err = keys("rotate", str(people), "--to", used)
    assert (code, out) == (1, "")
    assert "was used before" in err
    assert keys("rotate", str(people), "--to", used, "--retire")[0] == 2


def test_a_file_that_may_not_be_changed_is_left_to_who_may(
    people: Path, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only volume of secrets the command ended as a bug, and no key could be rotated."""
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    file = running.folder / "keys"
    before, beside = file.read_text(), {one.name for one in running.folder.iterdir()}
    code, out, err = keys("rotate", str(people))
    wider = parse(out)
    (to,) = wider.seal.keys() - parse(before).seal.keys()
    assert (code, file.read_text()) == (1, before)
    assert f"{OWN_NAME}/keys cannot be changed here" in err
    assert f"oaflow keys rotate --to {to}" in err
    file.write_text(out)
    code, out, err = keys("rotate", str(people), "--to", to)
    assert code == 0, err
    for _ in range(2):  # once more where the ring was not seen
        code, out, err = keys("rotate", str(people), "--retire")
        assert code == 0
        assert set(parse(out).seal) == {to}
        assert f"{OWN_NAME}/keys whenever you like" in err
    assert parse(file.read_text()) == wider
    assert {one.name for one in running.folder.iterdir()} <= beside | {"keys.lock"}


def test_a_ring_of_the_environment_is_printed_and_rotated_to(tmp_path: Path, running: Running) -> None:
    """Nothing is written for others: it says what to put where; then it is rotated to by name."""
    (tmp_path / "bot.yaml").write_text(f"{BOT}\nkeys: ${{OAFLOW_KEYS}}\n", "utf-8")
    (tmp_path / OWN_NAME).symlink_to(running.folder)
    here = (running.folder / "keys").read_text().strip()
    code, out, err = keys("rotate", str(tmp_path), OAFLOW_KEYS=here)
    assert code == 1, err
    wider = parse(out)
    (to,) = wider.seal.keys() - parse(here).seal.keys()
    assert f"oaflow keys rotate --to {to}" in err
    assert next(iter(wider.seal)) == next(iter(parse(here).seal)), "it opens only"
    assert listed(tmp_path, OAFLOW_KEYS=here).keys() & {to} == set()
    code, out, err = keys("rotate", str(tmp_path), "--to", to, OAFLOW_KEYS=out.strip())
    assert code == 0, err
    (running.folder / "keys").write_text(wider.text())  # for the others who use this database
    assert f"rotation to {to}: done" in out
    told = ended_here("audit", str(tmp_path), "--json", "--by", commander(), OAFLOW_KEYS=wider.text())
    last = json.loads(told.out)["entries"][0]
    assert (last["kind"], last["after"]) == ("keys_rotated", to)
