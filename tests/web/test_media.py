"""Pictures of cards are served where the cards say they are, and nothing else of the disk is."""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.engine.compiled.card import FileAddress
from bot.store.unavailable import DatabaseUnavailable
from bot.web.media import MOST_BYTES, MediaPages, PictureRefused, PictureSizes, in_width
from tests.pictures import jpeg, png

AWAY = "a" * 16
"""A hash for which the database does not answer."""
WIDTHS = [1040, 700, 460, 300, 240]


@dataclass(frozen=True)
class Got:
    status: int
    type: str
    body: bytes
    cached: str | None

    @property
    def picture(self) -> Image.Image:
        return Image.open(BytesIO(self.body))


Get = Callable[[str], Awaitable[Got]]


def painted(kind: str, size: tuple[int, int] = (1100, 220), mode: str = "RGB") -> bytes:
    """A picture with different corners."""
    picture = Image.linear_gradient("L").resize(size).convert(mode)
    written = BytesIO()
    picture.save(written, kind)
    return written.getvalue()


PICTURES = {
    "圖片 1.2.png": painted("PNG"),
    "photo.jpg": painted("JPEG"),
    "drawn.png": painted("PNG", mode="P"),
    "two.png": painted("PNG", mode="1"),
    "seen-through.png": painted("PNG", mode="LA"),
    "print.jpg": painted("JPEG", mode="CMYK"),
    "exact.png": painted("PNG", (1040, 500)),
    "tall.png": painted("PNG", (1040, 4)),
}


def address(name: str, content: bytes, *, sized: bool = False) -> str:
    return FileAddress(f"cards/{name}", sha256(content).hexdigest(), sized).path


@pytest.fixture
async def files() -> dict[str, Path]:
    return {}


@pytest.fixture
def former() -> dict[str, Path]:
    """Media of versions that were live, by public name."""
    return {}


@pytest.fixture
async def get(tmp_path: Path, files: dict[str, Path], former: dict[str, Path]) -> AsyncIterator[Get]:
    for name, content in PICTURES.items():
        (tmp_path / name).write_bytes(content)
        files[address(name, content)] = tmp_path / name
    (tmp_path / "bot.yaml").write_text("secret")
    app = web.Application()

    async def found(digest: str, is_wanted: Callable[[str], bool]) -> Path | None:
        if digest == AWAY:
            raise DatabaseUnavailable("it is away")
        return next((path for name, path in former.items() if is_wanted(name)), None)

    app.add_routes(MediaPages(lambda: files, found).routes())
    async with TestServer(app) as server, ClientSession() as session:

        async def asked(path: str) -> Got:
            async with session.get(server.make_url("/" + path)) as answer:
                cached = answer.headers.get("Cache-Control")
                return Got(answer.status, answer.content_type, await answer.read(), cached)

        yield asked


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_has_its_address(get: Get, name: str) -> None:
    answer = await get(address(name, PICTURES[name]))
    kind = "image/jpeg" if name.endswith("jpg") else "image/png"
    assert (answer.status, answer.type) == (200, kind)
    assert answer.body == PICTURES[name]


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_and_in_the_widths_of_an_imagemap(get: Get, name: str, width: int) -> None:
    """E5: five sizes of one picture, under a name without the file's ending."""
    content = PICTURES[name]
    path = address(name, content, sized=True)
    assert "." not in path.rpartition("/")[2].replace("1.2", "")
    answer = await get(f"{path}/{width}")
    assert answer.status == 200
    assert answer.cached == "public, max-age=31536000, immutable"
    whole, small = Image.open(BytesIO(content)), answer.picture
    assert small.size == (width, max(1, round(whole.height * width / whole.width)))
    assert small.format == whole.format
    assert answer.type == f"image/{str(whole.format).lower()}"
    top, bottom = small.convert("L").resize((1, 2)).tobytes()
    assert small.height == 1 or top < bottom


async def test_a_picture_is_never_made_larger(get: Get, files: dict[str, Path], tmp_path: Path) -> None:
    content = painted("PNG", (500, 100))
    (tmp_path / "small.png").write_bytes(content)
    files[address("small.png", content)] = tmp_path / "small.png"
    path = address("small.png", content, sized=True)
    assert (await get(f"{path}/700")).body == content
    assert (await get(f"{path}/300")).picture.size == (300, 60)


async def test_an_address_of_before_is_still_good(get: Get) -> None:
    """Messages that were sent have it: the file's ending before the width."""
    answer = await get(address("photo.jpg", PICTURES["photo.jpg"]) + "/240")
    assert answer.picture.size == (240, 48)


@pytest.mark.parametrize(
    "path",
    [
        "media/{hash}/bot.yaml",
        "media/{hash}/..%2Fbot.yaml",
        "media/{hash}/photo",
        "media/0000000000000000/photo.jpg",
        "media/0000000000000000/photo/240",
        "media/{hash}/photo/9999",
        "media/{hash}/photo/1041",
        "media/{hash}/photo/0240",
        "media/{hash}/../photo/240",
        "media/{hash}/bot/240",
    ],
)
async def test_nothing_else_has_one(get: Get, path: str) -> None:
    known = sha256(PICTURES["photo.jpg"]).hexdigest()[:16]
    assert (await get(path.format(hash=known))).status == 404


async def test_a_file_that_has_changed_is_another_one(get: Get, files: dict[str, Path]) -> None:
    """Its address says what is in it, and caches keep that for a year."""
    content = PICTURES["photo.jpg"]
    file = files[address("photo.jpg", content)]
    path = address("photo.jpg", content, sized=True)
    file.write_bytes(painted("JPEG", (1300, 200)))
    assert (await get(f"{path}/240")).status == 404
    file.write_bytes(content)
    assert (await get(f"{path}/240")).status == 200


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_bytes(PICTURES["drawn.png"])])
async def test_a_file_that_is_overwritten_or_gone_has_the_bytes_of_its_address(
    get: Get, files: dict[str, Path], former: dict[str, Path], tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """L8: an edit that nobody has published is shown nowhere, and takes nothing away from a live card."""
    content = PICTURES["two.png"]
    path = address("two.png", content)
    assert (await get(path)).body == content
    spoil(files[path])
    assert (await get(path)).status == 404, "no version has it, as in a simulator"
    kept = tmp_path / "kept.png"
    kept.write_bytes(content)
    former["two.png"] = kept
    found = await get(path)
    assert (found.body, found.cached) == (content, "public, max-age=31536000, immutable")
    small = await get(address("two.png", content, sized=True) + "/240")
    assert small.picture.size == (240, 48)


async def test_while_the_database_is_away_nobody_is_told_that_a_picture_is_gone(get: Get) -> None:
    answer = await get(f"media/{AWAY}/old.png")
    assert (answer.status, answer.cached) == (503, None)


async def test_a_broken_picture_is_told_once(
    get: Get, files: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = PICTURES["photo.jpg"][:2_000]
    (tmp_path / "half.jpg").write_bytes(content)
    files[address("half.jpg", content)] = tmp_path / "half.jpg"
    for _ in range(2):
        assert (await get(address("half.jpg", content, sized=True) + "/240")).status == 404
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "half.jpg is not shown 240 pixels wide: it is broken" in warnings[0].getMessage()


def bomb() -> bytes:
    """A PNG of 10 kB that would be 64 million pixels."""
    head = png(8_000, 8_000)[:33]
    data = zlib.compress(b"\0" * 1_001 * 8_000, 9)
    idat = len(data).to_bytes(4, "big") + b"IDAT" + data + zlib.crc32(b"IDAT" + data).to_bytes(4, "big")
    return head + idat + png(1, 1)[-12:]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is neither JPEG nor PNG"),
        (b"GIF89a" + b"\0" * 40, "is neither JPEG nor PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is neither JPEG nor PNG"),
        (bomb(), "has 8000 × 8000 pixels"),
        (jpeg(60_000, 60_000), "has 60000 × 60000 pixels"),
        (png(0, 1200), "has 0 × 1200 pixels"),
        (PICTURES["photo.jpg"][:2_000], "is broken"),
        (jpeg(1200, 900), "is broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR\0\0\5\0\0\0\5\0" + b"\xff" * 99, "is broken"),
        (png(1200, 900) + b"\0" * MOST_BYTES, "has more than 10 MB"),
    ],
)
def test_a_hostile_picture_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(PictureRefused, match=f"^{why}"):
        in_width(content, 240)


async def test_what_is_kept_is_bounded(tmp_path: Path) -> None:
    content = PICTURES["photo.jpg"]
    digest = sha256(content).hexdigest()[:16]
    (tmp_path / "photo.jpg").write_bytes(content)
    one = len(in_width(content, 700).body)
    sizes = PictureSizes(kept_bytes=one + 10)
    made = await sizes.sized(tmp_path / "photo.jpg", digest, 700)
    assert await sizes.sized(tmp_path / "photo.jpg", digest, 700) is made
    await sizes.sized(tmp_path / "photo.jpg", digest, 460)  # no room for both
    again = await sizes.sized(tmp_path / "photo.jpg", digest, 700)
    assert again == made
    assert again is not made


async def test_who_asks_at_once_waits_for_the_same_picture(tmp_path: Path) -> None:
    content = PICTURES["photo.jpg"]
    digest = sha256(content).hexdigest()[:16]
    (tmp_path / "photo.jpg").write_bytes(content)
    sizes = PictureSizes()
    found = await asyncio.gather(*(sizes.sized(tmp_path / "photo.jpg", digest, 700) for _ in range(20)))
    assert found[0] is not None
    assert all(one is found[0] for one in found)
