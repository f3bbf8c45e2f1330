"""L8: what happens around a version that cannot be read here: nothing stays behind, nothing else suffers."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks
from bot.model.published_version import VersionFile, VersionFiles
from bot.operations.version_files import StoredFilesUnreadable, removed, unpack
from bot.playbook.valid import PlaybookWrong
from bot.store.mongod.file_lock import FileLock
from tests.operations.kept_shop import BOT, SETTINGS, KeptShop, shop, under
from tests.pictures import png

__all__ = ["shop", "under"]


def files_in(folder: Path) -> set[Path]:
    """All but locks."""
    return {path for path in folder.rglob("*") if not path.is_dir() and path.name != "lock"}


def read_with(shop: KeptShop, **environment: str) -> ReadingContext:
    return ReadingContext(shop.folder, environment, shop.found().settings)


async def test_what_cannot_be_read_leaves_nothing_and_takes_no_pictures_away(
    shop: KeptShop, under: Path
) -> None:
    """A process that lacks a variable tries again and again: no list of people lies on its disk, and what it
    serves still has its pictures."""
    first = await shop.accepts()
    unpacked = UnpackedPlaybooks(shop.stores.playbooks, under)
    served = await unpacked.read(first, read_with(shop, **SETTINGS))
    shop.write("12:00", picture=png(700, 700))
    second = await shop.accepts()
    for _ in range(3):
        with pytest.raises(StoredFilesUnreadable, match="LINE_CHANNEL_SECRET"):
            await unpacked.read(second, read_with(shop, LINE_CHANNEL_ID="1234"))
    [picture] = served.settings.files.values()
    assert picture.is_file()
    assert files_in(under) == {picture}


async def test_a_program_with_another_canonical_form_serves_the_version_that_is_live(
    shop: KeptShop, under: Path
) -> None:
    """An update of oaflow silences no bot: each file is what its sha256 says, so the version is the same."""
    await shop.accepts()
    playbooks = shop.stores.database.collection("playbooks")
    await playbooks.update_one({"_id": 1}, {"$set": {"version": "0" * 64}})  # as another program computed it
    live = await shop.live()
    assert (await shop.unpacked(live, under)).playbook.version == "0" * 64


async def test_a_version_without_its_secrets_is_not_served_as_if_it_was_whole(
    shop: KeptShop, under: Path
) -> None:
    live = await shop.accepts()
    with pytest.raises(StoredFilesUnreadable, match="a secret stands in its files"):
        await shop.unpacked(replace(live, is_whole=False), under)
    assert not files_in(under)


async def test_a_folder_that_somebody_has_emptied_is_made_anew(shop: KeptShop, under: Path) -> None:
    """As systems do with files for a while: the next rollback works."""
    live = await shop.accepts()
    unpacked = UnpackedPlaybooks(shop.stores.playbooks, under)
    await unpacked.read(live, read_with(shop, **SETTINGS))
    removed(under)
    again = await unpacked.read(live, read_with(shop, **SETTINGS))
    [picture] = again.settings.files.values()
    assert picture.is_file()
    unpacked.close()
    assert not files_in(under)


async def test_a_folder_whose_lock_somebody_else_has_taken_is_not_used(
    shop: KeptShop, under: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who clears away after the dead may be faster than the lock of a folder that was made just now."""
    live = await shop.accepts()
    real = FileLock.acquire
    taken: list[Path] = []

    def acquire(lock: FileLock) -> bool:
        if not taken and lock.path.parent.parent == under:
            taken.append(lock.path.parent)
            removed(lock.path.parent)
            return False
        return real(lock)

    monkeypatch.setattr(FileLock, "acquire", acquire)
    unpacked = UnpackedPlaybooks(shop.stores.playbooks, under)
    found = await unpacked.read(live, read_with(shop, **SETTINGS))
    [picture] = found.settings.files.values()
    assert picture.is_file()
    assert taken[0] not in picture.parents


OUTSIDE = ("../out.yaml", "/tmp/out.yaml", "..", "bot.yaml/../../out.yaml", "./../out.yaml", "", "a\0b.yaml")


@pytest.mark.parametrize("name", [*OUTSIDE, "x" * 300])
async def test_a_name_that_no_file_can_have_is_told(shop: KeptShop, under: Path, name: str) -> None:
    """Whoever writes to the database writes nowhere else."""
    live = await shop.accepts()
    kept = await shop.stores.playbooks.files(live)
    assert kept is not None
    [first, *_] = kept.files
    bad = VersionFiles("bot.yaml", (VersionFile(name, first.sha256, first.size),))
    with pytest.raises(StoredFilesUnreadable) as refused:
        await unpack(shop.stores.playbooks.blobs, bad, under)
    assert ("is no file of a playbook" in str(refused.value)) is (name in OUTSIDE)
    assert not (under.parent / "out.yaml").exists()


async def test_a_symlink_is_kept_as_what_it_leads_to(shop: KeptShop, under: Path) -> None:
    """Nothing that is unpacked leads out of its folder; what leads out of the playbook's is refused."""
    (shop.folder / "vip.csv").rename(shop.folder / "people.csv")
    (shop.folder / "vip.csv").symlink_to("people.csv")
    live = await shop.accepts()
    found = await shop.unpacked(live, under)
    assert found.playbook.version == live.version
    assert not [path for path in files_in(under) if path.is_symlink()]
    (shop.folder / "vip.csv").unlink()
    (shop.folder / "vip.csv").symlink_to("/etc/hostname")
    with pytest.raises(PlaybookWrong):
        shop.found()


async def test_a_name_that_is_no_text_is_kept_all_the_same(shop: KeptShop, under: Path) -> None:
    """As an old archive leaves it: the bot runs, and one can go back."""
    os.rename(shop.folder / "more" / "parking.yaml", os.fsencode(shop.folder / "more") + b"/caf\xe9.yaml")
    live = await shop.accepts()
    assert (live.is_kept, (await shop.unpacked(live, under)).playbook.version) == (True, live.version)


async def test_what_a_comment_says_of_a_secret_is_not_kept(shop: KeptShop, under: Path) -> None:
    """It is no part of a version; a text that members see is."""
    bot = shop.folder / "bot.yaml"
    text = f"# smtp password: hunter2-long\n  # api_token = abc-def-123\n# token: ${{TOKEN}}\n{BOT}"
    text += "  - when: {text: 密碼}\n    reply: |\n      # password: members-see-this\n"
    bot.write_text(text, "utf-8")
    live = await shop.accepts()
    found = await shop.unpacked(live, under)
    assert (live.is_whole, found.playbook.version) == (True, live.version)
    kept = found.sources["bot.yaml"]
    assert "hunter2" not in kept
    assert "abc-def-123" not in kept
    assert "${TOKEN}" in kept
    assert "members-see-this" in kept


@pytest.mark.ring("all", "a crowd")
async def test_hundreds_of_files(shop: KeptShop, under: Path) -> None:
    """More than are written or read in one call."""
    more = shop.folder / "more"
    for number in range(600):
        rule = f"rules:\n  - {{when: {{text: 問題 {number}}}, reply: 答案 {number}}}\n"
        (more / f"rule{number}.yaml").write_text(rule, "utf-8")
    live = await shop.accepts()
    found = await shop.unpacked(live, under)
    assert len(found.sources) == 602
