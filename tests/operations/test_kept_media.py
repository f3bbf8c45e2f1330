"""L8: a picture in a message that was sent stays what it was, whatever is published after it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from bot.app.media_cache import MediaCache
from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks
from bot.model.published_version import VersionFile
from bot.runtime.sweeps.retention import OldPlaybooks
from bot.store.cluster.playbook_blobs import PlaybookBlobs
from tests.conftest import ManualClock
from tests.operations.kept_shop import SETTINGS, KeptShop, shop, under
from tests.pictures import png

__all__ = ["shop", "under"]

FIRST, SECOND = png(800, 800), png(700, 700)
DAY = 86_400


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def called(name: str) -> Callable[[str], bool]:
    return lambda one: one == name


@pytest.fixture
def unpacked(shop: KeptShop, under: Path) -> Iterator[UnpackedPlaybooks]:
    unpacked = UnpackedPlaybooks(shop.stores.playbooks, under)
    yield unpacked
    unpacked.close()


@pytest.fixture
def media(shop: KeptShop, unpacked: UnpackedPlaybooks) -> MediaCache:
    return MediaCache(shop.stores.playbooks, unpacked)


async def shown(media: MediaCache, content: bytes, name: str = "poster.png") -> bytes | None:
    found = await media.find(digest(content), called(name))
    return None if found is None else await asyncio.to_thread(found.read_bytes)


async def replaced(shop: KeptShop) -> None:
    """Live with the first picture, then with the second."""
    shop.write(picture=FIRST)
    await shop.accepts()
    shop.write(picture=SECOND)
    await shop.accepts()


async def unused_for_an_hour(shop: KeptShop) -> None:
    files = shop.stores.database.collection("playbook_files")
    long_ago = {"$set": {"used": {"$subtract": ["$$NOW", 7_200_000]}}}
    await files.update_many({"used": {"$exists": True}}, [long_ago])


async def test_a_picture_that_was_replaced_is_found_by_its_address(shop: KeptShop, media: MediaCache) -> None:
    await replaced(shop)
    assert await shown(media, FIRST) == FIRST
    assert await shown(media, SECOND) == SECOND
    assert await shown(media, FIRST, "another.png") is None
    assert await shown(media, png(1, 1)) is None


async def test_nothing_else_of_a_playbook_is(shop: KeptShop, media: MediaCache) -> None:
    """Neither its YAML nor a list of people, by whatever name."""
    await shop.accepts()
    for name in ("bot.yaml", "vip.csv"):
        content = (shop.folder / name).read_bytes()
        assert await media.find(digest(content), lambda one: True) is None


@pytest.mark.ring("all", "a crowd")
async def test_it_stays_for_as_long_as_messages_are_opened(
    shop: KeptShop, media: MediaCache, clock: ManualClock
) -> None:
    """400 days after the version was live, though its other files are forgotten long before."""
    await replaced(shop)
    for number in range(51):
        await shop.accepts(hours=f"{number // 10}1:{number % 10}0")
    old = OldPlaybooks(shop.stores.playbooks, lambda part: True, clock)
    clock.advance(399 * DAY)
    await unused_for_an_hour(shop)
    await old.forget()
    first = await shop.stores.playbooks.numbered(1)
    assert first is not None
    assert not first.is_kept
    assert await shown(media, FIRST) == FIRST
    clock.advance(2 * DAY)
    await unused_for_an_hour(shop)
    await old.forget()
    assert await shown(media, FIRST) is None
    assert sha256(FIRST).hexdigest() not in await shop.stores.playbooks.named()


async def test_one_that_is_brought_back_and_replaced_again_is_found(
    shop: KeptShop, media: MediaCache, under: Path
) -> None:
    await replaced(shop)
    first = (await shop.stores.playbooks.all())[-1]
    back = await shop.back(first, under / "back")
    kept = await shop.stores.playbooks.files(back.live)
    assert kept is not None
    assert [one.name for one in kept.media] == ["poster.png"]


async def test_it_is_fetched_once_however_many_ask(
    shop: KeptShop, media: MediaCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LINE asks for a picture of a broadcast for thousands of people; one who hangs up stops nobody."""
    await replaced(shop)
    real, fetched = PlaybookBlobs.contents, list[Sequence[VersionFile]]()

    def contents(
        self: PlaybookBlobs, files: Sequence[VersionFile]
    ) -> AsyncIterator[tuple[VersionFile, bytes, bool]]:
        fetched.append(files)
        return real(self, files)

    monkeypatch.setattr(PlaybookBlobs, "contents", contents)
    asking = [asyncio.create_task(shown(media, FIRST)) for _ in range(20)]
    await asyncio.sleep(0)
    asking[0].cancel()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert found[1:] == [FIRST] * 19
    assert await shown(media, FIRST) == FIRST
    assert len(fetched) == 1


async def test_what_is_held_on_the_disk_is_bounded(shop: KeptShop, unpacked: UnpackedPlaybooks) -> None:
    await replaced(shop)
    media = MediaCache(shop.stores.playbooks, unpacked, most_bytes=len(FIRST))
    first = await media.find(digest(FIRST), called("poster.png"))
    second = await media.find(digest(SECOND), called("poster.png"))
    assert first is not None
    assert second is not None
    assert (first.exists(), second.exists()) == (False, True)
    assert await shown(media, FIRST) == FIRST


async def test_a_folder_that_somebody_has_emptied_takes_nothing_away(
    shop: KeptShop, media: MediaCache, unpacked: UnpackedPlaybooks
) -> None:
    """As systems do with files for a while."""
    await replaced(shop)
    found = await media.find(digest(FIRST), called("poster.png"))
    assert found is not None
    unpacked.close()
    assert await shown(media, FIRST) == FIRST
    by = ReadingContext(shop.folder, SETTINGS, shop.found().settings)
    live = (await shop.stores.playbooks.all())[0]
    [picture] = (await unpacked.read(live, by)).settings.files.values()
    assert picture.read_bytes() == SECOND
