"""L8: each version that is made live is kept with all its files, whatever dies when."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks
from bot.engine.compiled.own_address import tap_code
from bot.model import published_version
from bot.model.audit import AuditEntry
from bot.model.published_version import NowLive, VersionTap
from bot.operations.audit_trail import entries
from bot.operations.version_files import FileChanging, StoredFilesUnreadable
from bot.runtime.sweeps.retention import OldPlaybooks
from bot.store.cluster.playbook_blobs import BlobCorrupt
from bot.store.database.mongo import Database
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import KeyUse, Seal
from bot.store.sealing.sealed_pieces import PIECE
from bot.store.stores import stores_of
from tests.conftest import NOW, ManualClock
from tests.operations.kept_shop import BOT, SETTINGS, KeptShop, shop, under
from tests.pictures import png

UNUSED = "nobody_sends_it: {text: 您好}"

__all__ = ["shop", "under"]


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def rows(shop: KeptShop) -> list[dict[str, Any]]:
    return [row async for row in shop.stores.database.collection("playbook_files").find({})]


async def test_it_is_read_from_the_database_as_it_was(shop: KeptShop, under: Path) -> None:
    """Also what `include` names, its picture, its list; of the list nothing stays on the disk."""
    live = await shop.accepts()
    assert (live.by, live.how, live.is_kept, live.is_whole) == ("amy", "publish", True, True)
    version, wanted = live.version, shop.found()
    shop.write("12:00", vip="0987654321")
    found = await shop.unpacked(live, under)
    assert found.playbook.version == version
    assert found.sources == wanted.sources
    assert found.playbook.audiences["vip"].people == wanted.playbook.audiences["vip"].people
    [picture] = found.settings.files.values()
    assert picture.read_bytes() == (shop.folder / "pictures" / "poster.png").read_bytes()
    assert files_in(under) == {picture.name, "lock"}


async def test_what_was_read_before_is_not_read_again_but_for_its_pictures(
    shop: KeptShop, under: Path
) -> None:
    """Everybody waits for who goes back; the file in the folder may be another by now."""
    live, known = await shop.accepts(), shop.found()
    content = (shop.folder / "pictures" / "poster.png").read_bytes()
    shop.write("12:00", picture=png(700, 700))
    by = ReadingContext(shop.folder, {}, known.settings)  # nothing is read, so no variable is asked for
    found = await UnpackedPlaybooks(shop.stores.playbooks, under).read(live, by, known)
    assert found.playbook is known.playbook
    [picture] = found.settings.files.values()
    assert picture.read_bytes() == content
    assert files_in(under) == {"poster.png", "lock"}


BUTTON = """\
tags: {逛過: {}}
cards:
  %s: {buttons: {text: 逛逛, taps: [{label: 選購, open: "https://forest.example/%s", add_tags: 逛過}]}}
rules: [{when: {text: 逛街}, reply: %s}]
"""


async def test_where_its_buttons_led_is_known_after_it_was_replaced(shop: KeptShop, under: Path) -> None:
    """F7: also of a version that was brought back, and of one whose button leads elsewhere by now."""
    more = shop.folder / "more" / "parking.yaml"
    playbooks, code = shop.stores.playbooks, tap_code("shop/選購")
    more.write_text(BUTTON % ("shop", "sale", "shop"), "utf-8")
    first = await shop.accepts()
    more.write_text(BUTTON % ("store", "new", "store"), "utf-8")
    await shop.accepts()
    assert await playbooks.tap("main", code) == VersionTap(
        "main", code, "shop/選購", "https://forest.example/sale"
    )
    assert await playbooks.tap("main", tap_code("store/選購")) is not None
    assert [await playbooks.tap("main", "0" * 16), await playbooks.tap("outlet", code)] == [None, None]
    await shop.back(first, under)
    kept = [await playbooks.files(one) for one in await playbooks.all()]
    assert [one is not None and [tap.key for tap in one.taps] for one in kept] == [
        ["shop/選購"],
        ["store/選購"],
        ["shop/選購"],
    ]


async def test_a_file_is_stored_once(shop: KeptShop) -> None:
    await shop.accepts()
    before = len(await rows(shop))
    await shop.accepts(hours="12:00")
    assert len(await rows(shop)) == before + 2, "bot.yaml alone: when it was named, and what is in it"


@pytest.mark.parametrize("what", ["picture", "list"])
async def test_what_lies_beside_the_yaml_belongs_to_the_version(shop: KeptShop, what: str) -> None:
    first = await shop.accepts()
    if what == "picture":
        path = shop.folder / "pictures" / "poster.png"
        path.write_bytes(path.read_bytes() + b"\0")
    else:
        (shop.folder / "vip.csv").write_text("phone\n0987654321\n")
    second = await shop.accepts()
    assert (second.number, second.version != first.version) == (2, True)


async def test_a_file_that_changes_just_then_is_a_reason_against_it(shop: KeptShop) -> None:
    found = shop.found()
    (shop.folder / "pictures" / "poster.png").write_bytes(b"another")
    with pytest.raises(FileChanging, match=r"poster\.png was changed just now"):
        await shop.acceptance("amy").accept(found, "publish")
    assert await shop.stores.playbooks.live() is None


async def test_a_large_file_lies_in_pieces(shop: KeptShop, under: Path) -> None:
    """10 MB: nothing of it is held to one document, or lost at a border."""
    content = bytes(range(251)) * (10 * PIECE // 251) + b"end"
    (shop.folder / "film.mp4").write_bytes(content)
    text = (shop.folder / "bot.yaml").read_text("utf-8")
    film = "cards:\n  film: {video: {file: film.mp4, preview: pictures/small.png}}\n"
    (shop.folder / "bot.yaml").write_text(text.replace("cards:\n", film, 1), "utf-8")
    (shop.folder / "pictures" / "small.png").write_bytes((shop.folder / "pictures/poster.png").read_bytes())
    live = await shop.accepts()
    found = await shop.unpacked(live, under)
    [film_file] = [path for path in found.settings.files.values() if path.name == "film.mp4"]
    assert film_file.read_bytes() == content
    assert max(len(row["s"]) for row in await rows(shop) if "s" in row) < PIECE + 100


async def test_damage_is_noticed(shop: KeptShop, under: Path) -> None:
    live = await shop.accepts()
    files = shop.stores.database.collection("playbook_files")
    row = await files.find_one({"s": {"$exists": True}})
    assert row is not None
    await files.update_one({"_id": row["_id"]}, {"$set": {"s": bytes(row["s"])[:-1] + b"\0"}})
    with pytest.raises(StoredFilesUnreadable, match="is damaged, or gone"):
        await shop.unpacked(live, under)
    await files.delete_one({"_id": row["_id"]})
    with pytest.raises(StoredFilesUnreadable, match="is damaged, or gone"):
        await shop.unpacked(live, under)
    kept = await shop.stores.playbooks.files(live)
    assert kept is not None
    with pytest.raises(BlobCorrupt, match="lacks a piece"):
        async for _ in shop.stores.playbooks.blobs.contents(kept.files):
            pass


async def test_a_variable_that_is_missing_here_is_told(shop: KeptShop, under: Path) -> None:
    live = await shop.accepts()
    by = ReadingContext(shop.folder, {"LINE_CHANNEL_ID": "1234"}, shop.found().settings)
    with pytest.raises(
        StoredFilesUnreadable, match=r"bot.yaml:2: the environment variable LINE_CHANNEL_SECRET"
    ):
        await UnpackedPlaybooks(shop.stores.playbooks, under).read(live, by)


class Dies(BaseException):
    """As `kill -9`: nothing behind it is done."""


class Mortal:
    """A collection; before its write number `at` of all, or behind it, the process dies."""

    def __init__(self, real: Any, lives: dict[str, int]) -> None:
        self._real, self._lives = real, lives

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)
        if name not in ("insert_one", "insert_many", "update_many", "update_one", "bulk_write", "delete_one"):
            return real

        async def written(*args: Any, **more: Any) -> Any:
            self._die()
            done = await real(*args, **more)
            self._die()
            return done

        return written

    def _die(self) -> None:
        self._lives["left"] -= 1
        if self._lives["left"] == 0:
            raise Dies


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_whoever_dies_around_any_write_leaves_all_of_it_or_nothing(
    shop: KeptShop, database: Database, seal: Seal, under: Path
) -> None:
    """A number is never there without its files and its line, and doing it again does it."""
    before = await shop.accepts()
    deaths = 0
    for moment in range(1, 100):
        shop.write(f"{moment:02}:30")
        dying = stores_of(database, seal)
        lives = {"left": moment}
        for owner, name in ((dying.playbooks, "_collection"), (dying.playbooks.blobs, "_rows")):
            setattr(owner, name, Mortal(getattr(owner, name), lives))
        shop_then = KeptShop(shop.folder, dying, shop.clock, [])
        try:
            await shop_then.accepts()
        except Dies:
            deaths += 1
        live = await shop.live()
        read = await shop.unpacked(live, under)
        assert live.version in (before.version, shop.found().playbook.version)
        assert read.playbook.version == live.version
        lines = await database.collection("audit").count_documents({"what": "published"})
        assert lines == len(await shop.stores.playbooks.all())
        before = await shop.accepts()
        assert before.version == shop.found().playbook.version
        if lives["left"] > 0:
            break
    else:
        raise AssertionError("it never came to its end")
    assert deaths > 5


async def test_what_was_accepted_is_not_examined_again(shop: KeptShop, under: Path) -> None:
    """What one is warned of was told when it was published; whoever makes it live again asks for it."""
    (shop.folder / "bot.yaml").write_text(BOT.replace("cards:", f"cards:\n  {UNUSED}"), "utf-8")
    live, here = await shop.accepts(), shop.found()
    assert "card-unused" in {one.code for one in here.warnings}
    found = await shop.unpacked(live, under)
    assert (found.playbook.version, found.warnings) == (here.playbook.version, ())
    by = ReadingContext(shop.folder, SETTINGS, here.settings, examined=True)
    asked = await UnpackedPlaybooks(shop.stores.playbooks, under / "command").read(live, by)
    assert asked.warnings == here.warnings


async def test_a_line_of_the_audit_log_is_no_playbook(shop: KeptShop) -> None:
    """One of a number which is gone: the database was set back, the log kept."""
    left = AuditEntry("published", "amy", NOW, id="published:1")
    await shop.stores.audit.record(left)
    assert (await shop.accepts()).number == 1
    assert [one.after[:2] for one in await entries(shop.stores)] == ["1 ", ""]

    async def also(session: Any) -> None:
        await shop.stores.audit.record_within(left, session)

    with pytest.raises(DuplicateKeyError):
        await shop.stores.playbooks.accept(2, NowLive("b" * 64, "amy", "publish"), NOW, None, also)
    assert await shop.stores.playbooks.numbered(2) is None


@pytest.mark.ring("all", "a crowd")
async def test_several_at_once_are_one_after_the_other(shop: KeptShop, tmp_path: Path, under: Path) -> None:
    """Two of the same, three others: each number is one version, each is whole."""
    shops = []
    for number, hours in enumerate(("10:00", "10:00", "12:00", "13:00", "14:00")):
        folder = tmp_path / f"shop{number}"
        folder.mkdir()
        shops.append(KeptShop(folder, shop.stores, shop.clock, []))
        shops[-1].write(hours)
    await asyncio.gather(*(one.accepts() for one in shops))
    accepted = await shop.stores.playbooks.all()
    assert [one.number for one in accepted] == list(range(len(accepted), 0, -1))
    assert {one.version for one in accepted} == {one.found().playbook.version for one in shops}
    for one in accepted:
        assert (await shop.unpacked(one, under)).playbook.version == one.version


@pytest.mark.ring("all", "a crowd")
async def test_old_ones_are_forgotten_with_what_nobody_else_names(
    shop: KeptShop, clock: ManualClock, under: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last ones stay; of the first what others have, too; a file that was named just now stays."""
    monkeypatch.setattr(published_version, "LAST", 3)  # 50 are dear
    for number in range(5):
        await shop.accepts(hours=f"0{number}:30")
    clock.advance(9 * 86_400)
    old = OldPlaybooks(shop.stores.playbooks, lambda part: True, clock)
    many = len(await rows(shop))
    assert await old.forget() == 0, "within an hour nobody forgets a file"
    files = shop.stores.database.collection("playbook_files")
    long_ago = {"$set": {"used": {"$subtract": ["$$NOW", 7_200_000]}}}
    await files.update_many({"used": {"$exists": True}}, [long_ago])
    assert await old.forget() == 2
    assert len(await rows(shop)) == many - 4
    accepted = await shop.stores.playbooks.all()
    assert [one.number for one in accepted if not one.is_kept] == [2, 1]
    assert (await shop.unpacked(accepted[-3], under)).playbook.version == accepted[-3].version
    again = await shop.accepts(hours="00:30")  # what was forgotten is stored anew
    assert (await shop.unpacked(again, under)).playbook.version == again.version
    assert again.number == 6


@pytest.mark.ring("all", "a crowd")
async def test_new_keys_seal_them_anew_and_old_ones_are_not_needed(
    shop: KeptShop, database: Database, under: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between any two batches, in whichever of them somebody is killed, all can be read; afterwards by the
    new keys alone, and what is the same is still stored once."""
    old = parse(generate())
    both, new = old.with_new()
    former = KeptShop(shop.folder, stores_of(database, Seal(old)), shop.clock, [])
    for where in ("bot.store.sealing.sealed_pieces.PIECE", "bot.store.cluster.playbook_blobs.PIECE"):
        monkeypatch.setattr(where, 1_000)
    people = "\n".join(f"09{number:08}" for number in range(150))  # two pieces
    shop.write("10:00", vip=people)
    first = await former.accepts()
    seal = Seal(both)
    seal.take(both, KeyUse(new, new, new))
    rotating = KeptShop(shop.folder, stores_of(database, seal), shop.clock, [])
    pieces = database.collection("playbook_files")
    ids = [row["_id"] async for row in pieces.find({}).sort("_id", 1)]
    changed = 0
    for after in [None, *ids]:
        done = await rotating.stores.resealer.batch("playbook_files", after)
        changed += done.changed
        if after in (None, ids[3]):
            assert (await rotating.unpacked(first, under)).playbook.version == first.version
    assert changed == await pieces.count_documents({"s": {"$exists": True}})
    only = Seal(both.without(set(old.fingerprints())))
    latter = KeptShop(shop.folder, stores_of(database, only), shop.clock, [])
    assert (await latter.unpacked(first, under)).playbook.version == first.version
    shop.write("12:00", vip=people)
    await latter.accepts()
    assert await pieces.count_documents({}) == len(ids) + 2, "bot.yaml alone"
    assert (await latter.back(first, under)).live.version == first.version
    with pytest.raises(StoredFilesUnreadable, match="is damaged, or gone"):
        await former.unpacked(first, under)
