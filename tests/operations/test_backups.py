"""A backup is the database as it was at one moment, while others write; restored it is the same again."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bot.model.backup import BackupContent, Restored
from bot.operations import backups
from bot.operations.backups import BackupRefused, RestoreOrder, back_up, look_at, restore
from bot.store.backup import capture, snapshot_window
from bot.store.backup.capture import BackupNotMade, DatabaseCapture
from bot.store.backup.history import Backups, RestoreClaim, Restores
from bot.store.backup.records import BACKED_UP, PASSING
from bot.store.backup.refill import BackupWrong, Refill
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import DATABASE, Database
from bot.store.schema import SCHEMA
from bot.store.sealing.keyring import KeyRing, generate, parse
from bot.store.sealing.seal import Seal
from bot.store.sealing.sealed_file import SealedFileKey, SealedFileWrong
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW, ManualClock
from tests.store.whole_story import Story

ELSEWHERE = "restored"
ORDER = RestoreOrder("command:amy")


@dataclass
class Databases:
    """The one that a bot has, with its keys known, and one elsewhere with nothing in it, not even indexes."""

    stores: Stores
    elsewhere: Database
    seal: Seal
    uri: str
    folder: Path

    async def made(self, target: str = "one.oaflow-backup", **more: Any) -> Path:
        """A backup of the bot's at this path below the folder."""
        path = self.folder / target
        found = await back_up(
            self.stores, self.seal, path, by="command:amy", program="0.1.0", now=NOW, **more
        )
        return found.path

    async def restored(self, path: Path, **order: Any) -> BackupContent:
        """This backup elsewhere."""
        return await restore(self.elsewhere, self.seal.ring, path, replace(ORDER, **order), NOW)

    def rows(self, name: str = ELSEWHERE) -> dict[str, dict[str, dict[str, Any]]]:
        with MongoClient[dict[str, Any]](self.uri) as client:
            return {
                one: {repr(row["_id"]): row for row in client[name][one].find({})}
                for one in BACKED_UP
                if one not in ("audit", "backups")  # that this was done is written there
            }


@pytest.fixture
async def both(stores: Stores, mongod: str, seal: Seal, tmp_path: Path) -> AsyncIterator[Databases]:
    await stores.register.check(seal.ring)
    elsewhere = Database(mongod, ELSEWHERE)
    await elsewhere.drop(ELSEWHERE)
    yield Databases(stores, elsewhere, seal, mongod, tmp_path)
    await elsewhere.drop(ELSEWHERE)
    elsewhere.close()


async def somebody(database: Database, contact: str) -> None:
    await database.collection("contacts").insert_one({"_id": contact})


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_restored_is_what_there_was_with_its_indexes(
    both: Databases, clock: ManualClock
) -> None:
    async def nothing() -> None: ...

    await Story(both.stores.database, both.seal, clock, nothing).told()
    before = both.rows(DATABASE)
    backup = await back_up(both.stores, both.seal, both.folder, by="command:amy", program="0.1.0", now=NOW)
    assert backup.path.stat().st_mode & 0o777 == 0o600
    assert "周怡君".encode() not in backup.path.read_bytes()
    content = await look_at(backup.path, both.seal.ring)
    assert content == backup.content
    assert content.collections["contacts"].rows == len(before["contacts"]) > 0
    assert await both.restored(backup.path) == content
    assert both.rows() == before
    with MongoClient[dict[str, Any]](both.uri) as client:
        for name, spec in COLLECTIONS.items():
            assert {one.document["name"] for one in spec.all_indexes()} <= {
                *client[ELSEWHERE][name].index_information()
            }
    assert [
        line.kind for line in await stores_of(both.elsewhere, both.seal).audit.entries(["restored"], 5)
    ] == ["restored"]
    assert await Backups(both.stores.database).last() is not None
    last = await Restores(both.elsewhere).last()
    assert last is not None
    assert last.backup == content.origin.id
    assert (last.is_under_way, last.staging, last.as_of) == (False, False, content.as_of)


@pytest.mark.ring("all", "several processes of a bot")
async def test_it_is_one_moment_while_others_write(both: Databases) -> None:
    """What is moved in transactions between two collections is in one of them, and in one alone."""
    with MongoClient[dict[str, Any]](both.uri, w="majority") as client:
        rows = client[DATABASE]
        number = 4_000
        rows.counts.insert_many([{"_id": f"{one:05}", "n": 1, "fill": "x" * 500} for one in range(number)])
        over = threading.Event()
        moved = 0

        def write() -> None:
            nonlocal moved
            with client.start_session() as session:
                while not over.is_set():
                    one = f"{moved % number:05}"
                    with session.start_transaction():
                        rows.counts.delete_one({"_id": one}, session=session)
                        rows.totals.replace_one({"_id": one}, {"n": 1}, upsert=True, session=session)
                        rows.places.update_one(
                            {"_id": "moved"}, {"$inc": {"n": 1}}, upsert=True, session=session
                        )
                    moved += 1

        writer = threading.Thread(target=write)
        begun = threading.Event()

        def tell(done: int, of: int) -> None:
            if not begun.is_set():
                begun.set()
                writer.start()
            while moved < 50:  # something changes while the rest is copied
                over.wait(0.01)

        path = await both.made(tell=tell)
        over.set()
        await asyncio.to_thread(writer.join)
    await both.restored(path)
    found = both.rows()
    there, gone = set(found["counts"]), set(found["totals"])
    assert not there & gone
    assert len(there | gone) == number
    assert len(gone) == found["places"]["'moved'"]["n"] >= 50


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_written_after_the_moment_is_not_in_it(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = both.stores.database.synchronous("counts")
    await asyncio.to_thread(rows.insert_many, [{"_id": one, "n": 0} for one in "abc"])
    note = DatabaseCapture._note

    def too_late(self: DatabaseCapture, change: dict[str, Any], session: Any = None) -> None:
        if "as_of" in change["$set"]:  # the snapshot is taken, and the stream is listened to still
            rows.update_one({"_id": "a"}, {"$set": {"n": 1}})
            rows.delete_one({"_id": "b"})
            rows.insert_one({"_id": "d"})
        note(self, change, session)

    monkeypatch.setattr(DatabaseCapture, "_note", too_late)
    path = await both.made()
    await both.restored(path)
    assert both.rows()["counts"] == {repr(one): {"_id": one, "n": 0} for one in "abc"}


@pytest.mark.ring("all", "several processes of a bot")
async def test_large_rows_that_come_meanwhile_are_in_it_and_come_back(both: Databases) -> None:
    """Pictures and videos of people, in pieces of a MiB that no compression makes smaller."""
    with MongoClient[dict[str, Any]](both.uri, w="majority") as client:
        rows = client[DATABASE]
        rows.counts.insert_many([{"_id": one, "n": 0} for one in ("stays", "goes")])
        begun = threading.Event()

        def tell(done: int, of: int) -> None:
            if not begun.is_set():
                begun.set()
                for number in range(66):
                    rows.conversation_files.insert_one({"_id": f"f:{number}", "s": os.urandom(1 << 20)})
                rows.counts.delete_one({"_id": "goes"})

        path = await both.made(tell=tell)
    await look_at(path, both.seal.ring)
    content = await both.restored(path)
    assert both.rows() == both.rows(DATABASE)
    assert content.collections["conversation_files"].rows == 66
    assert content.collections["counts"].rows == 1


async def test_at_its_moment_only_what_changed_is_read(both: Databases) -> None:
    """However many rows there are, MongoDB has that moment for five minutes."""
    await somebody(both.stores.database, "main:U1")
    with MongoClient[dict[str, Any]](both.uri) as client:
        rows = client[DATABASE]
        rows.command({"profile": 2})

        def tell(done: int, of: int) -> None:
            rows.counts.insert_one({})

        await both.made(tell=tell)
        rows.command({"profile": 0})
        wanted = {"command.readConcern.level": "snapshot"}
        commands = [one["command"] for one in rows.system.profile.find(wanted)]
        rows.drop_collection("system.profile")
    assert {one.get("find") for one in commands} == {"keys", "backups", "counts"}
    assert all(one.get("filter", {}).get("_id") or one.get("limit") == 1 for one in commands)


async def test_where_the_window_of_snapshots_is_not_ours_the_backup_is_made_all_the_same(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `mongos` has no such parameter."""
    monkeypatch.setattr(snapshot_window, "NAME", "noSuchWindowInSeconds")
    window = "minSnapshotHistoryWindowInSeconds"
    admin = both.stores.database.client.admin
    admin.command({"setParameter": 1, window: 60})
    await both.made()
    admin.command({"setParameter": 1, window: 0})


async def test_where_more_changes_than_can_be_read_it_says_so_at_once(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "MOST_CHANGED", 5)
    monkeypatch.setattr(capture, "AT_ONCE", 10)
    with MongoClient[dict[str, Any]](both.uri, w="majority") as client:
        rows = client[DATABASE].counts
        rows.insert_many([{"_id": f"{one:05}"} for one in range(5_000)])
        copied = 0

        def tell(done: int, of: int) -> None:
            nonlocal copied
            copied = done
            rows.insert_one({})

        with pytest.raises(BackupNotMade, match="too much was written meanwhile"):
            await both.made(tell=tell)
        assert copied < 5_000
    assert not (both.folder / "one.oaflow-backup").exists()


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_runs_and_who_is_signed_in_is_not_in_it(both: Databases) -> None:
    for name in PASSING - {"restores"}:
        await both.stores.database.collection(name).insert_one({"_id": "x"})
    path = await both.made()
    await both.restored(path)
    for name in PASSING - {"restores"}:
        assert await both.elsewhere.collection(name).count_documents({}) == 0


async def test_a_folder_that_is_not_there_becomes_no_file(both: Databases) -> None:
    """Else all backups of a timer would be that file."""
    with pytest.raises(BackupRefused, match="no folder"):
        await both.made("backups")
    assert not (both.folder / "backups").exists()


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_file_that_is_there_is_not_written_over_and_what_breaks_off_leaves_none(
    both: Databases,
) -> None:
    await somebody(both.stores.database, "main:U1")
    path = await both.made()
    with pytest.raises(BackupRefused, match="cannot be written"):
        await both.made("one.oaflow-backup")
    with pytest.raises(BackupRefused, match="cannot be written"):
        await both.made("no/such.oaflow-backup")

    def fail(done: int, of: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await both.made("two.oaflow-backup", tell=fail)
    assert path.exists()
    assert not (both.folder / "two.oaflow-backup").exists()
    assert [one.name for one in await asyncio.to_thread(listed, both.folder)] == ["one.oaflow-backup"]


def listed(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_database_with_somebody_in_it_is_refused_and_replaced_where_that_is_wanted(
    both: Databases,
) -> None:
    await somebody(both.stores.database, "main:U1")
    path = await both.made()
    await somebody(both.elsewhere, "main:U2")
    with pytest.raises(BackupRefused, match="not empty"):
        await both.restored(path)
    assert list(both.rows()["contacts"]) == ["'main:U2'"]
    await both.restored(path, replaces=True)
    assert list(both.rows()["contacts"]) == ["'main:U1'"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_where_a_process_has_it_open_nothing_is_restored(both: Databases) -> None:
    path = await both.made()
    await somebody(both.elsewhere, "main:U2")
    restores = Restores(both.elsewhere)
    await restores.opened("p")
    with pytest.raises(BackupRefused, match="a process runs"):
        await both.restored(path, replaces=True)
    assert await restores.last() is None
    assert list(both.rows()["contacts"]) == ["'main:U2'"]
    await restores.left("p")
    await both.restored(path, replaces=True)


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("was_restored", [False, True])
async def test_a_process_that_opens_it_meanwhile_has_it_or_the_restore(
    both: Databases, monkeypatch: pytest.MonkeyPatch, was_restored: bool
) -> None:
    """The process says so, and has read that there is no restore: that gives up, as if it had not begun."""
    path = await both.made()
    if was_restored:
        await both.restored(path)
    restores, take = Restores(both.elsewhere), RestoreClaim.take
    before = await restores.last()

    async def opened_just_before(self: RestoreClaim) -> bool:
        await restores.opened("p")
        assert await restores.last() == before
        return await take(self)

    with monkeypatch.context() as patch:
        patch.setattr(RestoreClaim, "take", opened_just_before)
        with pytest.raises(BackupRefused, match="a process runs"):
            await both.restored(path, replaces=True)
    assert await restores.last() == before


@pytest.mark.ring("all", "several processes of a bot")
async def test_of_two_restores_at_once_one_is_refused(both: Databases) -> None:
    await somebody(both.stores.database, "main:U1")
    path = await both.made()
    first = Restores(both.elsewhere).claim(Restored("other", NOW, NOW, "bob", is_under_way=True), "first")
    assert await first.take()
    with pytest.raises(BackupRefused, match="another restore into this database goes on"):
        await both.restored(path, replaces=True)
    assert await first.renew()
    await first.release()
    await both.restored(path)
    assert not await first.renew()
    assert not await first.end(first.restored)
    assert list(both.rows()["contacts"]) == ["'main:U1'"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_one_that_has_lost_the_database_to_another_stops(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was asleep for longer than its claim is good for."""
    path = await both.made()
    begun, fill = threading.Event(), Refill._begin

    async def lost(self: RestoreClaim) -> bool:
        await asyncio.to_thread(begun.wait)
        return False

    def wait(self: Refill) -> None:
        begun.set()
        self.cancelled.wait()
        fill(self)

    monkeypatch.setattr(RestoreClaim, "renew", lost)
    monkeypatch.setattr(Refill, "_begin", wait)
    with pytest.raises(BackupRefused, match="another restore into this database has begun meanwhile"):
        await both.restored(path)


async def test_other_keys_are_refused_by_name_before_anything_is_changed(both: Databases) -> None:
    path = await both.made()
    with pytest.raises(SealedFileKey, match=both.seal.ring.current):
        await restore(both.elsewhere, parse(generate()), path, ORDER, NOW)
    other_index = KeyRing(both.seal.ring.seal, parse(generate()).index)
    with pytest.raises(BackupRefused, match='needs the key "index"'):
        await restore(both.elsewhere, other_index, path, ORDER, NOW)
    assert await Restores(both.elsewhere).last() is None


@pytest.mark.parametrize("theirs", [0, SCHEMA + 1])
async def test_a_backup_of_another_schema_is_refused(
    both: Databases, monkeypatch: pytest.MonkeyPatch, theirs: int
) -> None:
    """0: made before there was a number."""
    with monkeypatch.context() as other:
        other.setattr(backups, "SCHEMA", theirs)
        path = await both.made()
    says = f"has the schema {theirs}, and this oaflow has {SCHEMA}: .* 0.1.0"
    with pytest.raises(BackupWrong, match=says):
        await both.restored(path)
    with pytest.raises(BackupWrong, match=says):
        await look_at(path, both.seal.ring)
    assert await Restores(both.elsewhere).last() is None


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_file_that_is_cut_off_removes_nothing_of_what_is_there(both: Databases) -> None:
    path = await both.made()
    path.write_bytes(path.read_bytes()[:-10])
    await somebody(both.elsewhere, "main:U2")
    with pytest.raises(SealedFileWrong, match="cut off"):
        await both.restored(path, replaces=True)
    assert list(both.rows()["contacts"]) == ["'main:U2'"]
    assert await Restores(both.elsewhere).last() is None


@pytest.mark.ring("all", "several processes of a bot")
async def test_one_that_broke_off_is_marked_and_the_next_begins_anew(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody(both.stores.database, "main:U1")
    path = await both.made()
    with monkeypatch.context() as patch:
        patch.setattr(Refill, "_compare", _power_cut)
        with pytest.raises(ZeroDivisionError):
            await both.restored(path)
    last = await Restores(both.elsewhere).last()
    assert isinstance(last, Restored)
    assert last.is_under_way
    await both.elsewhere.collection("contacts").insert_one({"_id": "main:Uhalf"})
    await both.restored(path)
    assert list(both.rows()["contacts"]) == ["'main:U1'"]


def _power_cut(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_does_not_come_in_as_many_rows_is_noticed(
    both: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    await somebody(both.stores.database, "main:U1")
    path = await both.made()
    monkeypatch.setattr(Refill, "_insert", lambda self, record: None)
    with pytest.raises(BackupWrong, match="of contacts there are 0 rows, and the backup has 1"):
        await both.restored(path)


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_copy_for_trying_begins_with_all_pushes_stopped(both: Databases) -> None:
    path = await both.made()
    await both.restored(path, staging=True)
    copy = stores_of(both.elsewhere, both.seal)
    assert [(one.channel, one.flow) for one in (await copy.brakes.read()).stops] == [(None, None)]
    last = await Restores(both.elsewhere).last()
    assert last is not None
    assert last.staging
    assert not (await both.stores.brakes.read()).stops
