"""E3, J2: pictures that staff send: what LINE gets of them, whose they are, and how long they stay."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from time import sleep
from typing import Any

import orjson
import pytest
from PIL import Image, ImageChops, ImageCms

from bot.engine.compiled.playbook import NOWHERE
from bot.model.contact import Contact, Identity
from bot.model.conversation import Cause, StaffPicture, TranscriptRow, picture_token
from bot.model.outgoing import Outgoing
from bot.model.translatable import ENGLISH
from bot.operations.chat import pictures
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.pictures import (
    MEMORY_MOST,
    PICTURE_MOST,
    SENT_MOST,
    SIDE_FITS,
    draft_picture,
    picture_messages,
    ready_picture,
)
from bot.operations.erasing import PersonalMenus, erase
from bot.operations.find_contacts import LocatedContact, one
from bot.operations.person_export import export_person
from bot.operations.person_page import person_page
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.pictures import png
from tests.playbooks import compiled

PLAYBOOK = replace(compiled("rules: [{when: {text: 嗨}, reply: 您好}]"), public="https://bot.example")
AMY, BEN = "main:U1", "main:U2"
PLACE = b"25 deg 2 min north"


def photo(size: tuple[int, int] = (400, 300), turned: bool = True) -> bytes:
    """A JPEG of a camera: lying on its side, with the place where it was taken, and a comment."""
    picture = Image.linear_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6  # its right is up
    exif.get_ifd(0x8825)[0x001D] = PLACE.decode()
    written = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(written, "JPEG", exif=exif, comment=PLACE, icc_profile=profile)
    assert written.getvalue().count(PLACE) == 2
    return written.getvalue()


def drawn(mode: str, size: tuple[int, int] = (300, 200)) -> bytes:
    written = BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(written, "PNG")
    return written.getvalue()


def noise(kind: str, size: tuple[int, int], mode: str = "RGB") -> bytes:
    picture = Image.effect_noise(size, 200).convert(mode)
    if mode == "RGBA":
        picture.putalpha(Image.effect_noise(size, 200))
    written = BytesIO()
    picture.save(written, kind, quality=95)
    return written.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_nothing_of_a_camera_is_left_but_the_picture_upright() -> None:
    """J1: no place, no comment, no profile."""
    ready = ready_picture(photo())
    picture = opened(ready.content)
    assert (picture.format, picture.size, ready.type.media) == ("JPEG", (300, 400), "image/jpeg")
    assert PLACE not in ready.content
    assert not picture.getexif()
    assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "RGB", "RGBA", "I;16"])
def test_what_is_drawn_stays_sharp(mode: str) -> None:
    ready = ready_picture(drawn(mode))
    assert (opened(ready.content).format, opened(ready.content).size) == ("PNG", (300, 200))


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("kind", "size", "mode"),
    [("JPEG", (3000, 2200), "RGB"), ("PNG", (1500, 1400), "RGBA"), ("PNG", (1, 3000), "RGB")],
)
def test_it_is_made_as_small_as_line_takes_previews(kind: str, size: tuple[int, int], mode: str) -> None:
    ready = ready_picture(noise(kind, size, mode))
    assert len(ready.content) <= SENT_MOST
    assert max(opened(ready.content).size) <= 2048


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\0\0\0\x18ftypheic" + bytes(20), "HEIC"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"GIF89a" + bytes(20), "GIF"),
        (b"%PDF-1.7", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (png(60_000, 60_000)[:200], "pixels"),
        (photo()[:900], "broken"),
        (png(10, 10)[:-30], "broken"),
        (photo() + bytes(PICTURE_MOST), "at most 10 MB"),
    ],
)
def test_what_line_would_not_show_is_refused_kindly(content: bytes, says: str) -> None:
    with pytest.raises(ChatRefused, match=says):
        ready_picture(content)


# -- stored


async def friend(stores: Stores, id: str) -> LocatedContact:
    contact = Contact(id, identities=(Identity("main", id.partition(":")[2]),))
    await come(stores.contacts, contact)
    return await one([stores], PLAYBOOK, id, None)


@pytest.fixture
async def amy(stores: Stores) -> LocatedContact:
    return await friend(stores, AMY)


async def rows(stores: Stores) -> int:
    return int(await stores.database.collection("conversation_files").count_documents({}))


async def test_it_is_served_at_an_address_that_nobody_guesses(stores: Stores, amy: LocatedContact) -> None:
    token = await draft_picture(amy, "main", photo(), PLAYBOOK)
    (message,) = await picture_messages(amy, [token], PLAYBOOK)
    address = message["originalContentUrl"]
    assert message == {"type": "image", "originalContentUrl": address, "previewImageUrl": address}
    assert address == f"https://bot.example/media/staff/{token}.jpg"
    assert picture_token(address) == token
    assert len(token) == 32
    found = await stores.staff_pictures.find(token)
    assert found is not None
    assert opened(found.content).size == (300, 400)
    stored = await stores.database.collection("conversation_files").find_one({"_id": f"STAFF:{token}"})
    assert stored is not None
    assert b"jpg" not in bytes(stored["s"])


async def test_only_into_the_chat_that_it_was_chosen_in(stores: Stores, amy: LocatedContact) -> None:
    """Nor is another chat's picture touched by who names its token."""
    ben = await friend(stores, BEN)
    token = await draft_picture(amy, "main", photo(), PLAYBOOK)
    for wanted in ([token], ["0" * 32], [""], [token] * 6):
        with pytest.raises(ChatRefused):
            await picture_messages(ben, wanted, PLAYBOOK)
    await stores.staff_pictures.settle([token], [AMY], NOW, "a")
    await stores.staff_pictures.redraft([token], [BEN], NOW, "a")
    await stores.staff_pictures.remove(token, [BEN])
    await stores.staff_pictures.remove(token, [AMY])  # it is sent
    assert await picture_messages(amy, [token], PLAYBOOK)


async def test_what_was_chosen_and_not_sent_goes(
    stores: Stores, amy: LocatedContact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken out at once, or after a day with the next one of that chat; what is sent stays."""
    dropped, old, sent = [await draft_picture(amy, "main", photo(), PLAYBOOK) for _ in range(3)]
    await stores.staff_pictures.remove(dropped, [AMY])
    await stores.staff_pictures.settle([sent], [AMY], NOW, "a")
    assert await rows(stores) == 4
    monkeypatch.setattr(pictures, "DRAFT_FOR", -timedelta(seconds=1))
    await draft_picture(amy, "main", photo(), PLAYBOOK)
    assert await stores.staff_pictures.find(old) is None
    assert await stores.staff_pictures.find(sent) is not None
    assert await rows(stores) == 4


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_what_was_sent_stays_when_a_second_answer_with_it_is_refused(
    stores: Stores, amy: LocatedContact
) -> None:
    token = await draft_picture(amy, "main", drawn("RGB"), PLAYBOOK)
    assert await stores.staff_pictures.settle([token], [AMY], NOW, "a") == [token]
    assert await stores.staff_pictures.settle([token], [AMY], NOW, "b") == []
    await stores.staff_pictures.redraft([token], [AMY], NOW, "b")
    await stores.staff_pictures.remove(token, [AMY])
    assert await stores.staff_pictures.find(token) is not None
    await stores.staff_pictures.redraft([token], [AMY], NOW, "a")
    await stores.staff_pictures.remove(token, [AMY])
    assert await stores.staff_pictures.find(token) is None


def test_a_picture_that_takes_minutes_to_open_is_refused() -> None:
    """A scan of nothing has some bytes, and all of the picture is gone through for each."""
    written = BytesIO()
    Image.new("RGB", (64, 64)).save(written, "JPEG", progressive=True)
    content = written.getvalue()
    last = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(ChatRefused):
        ready_picture(content[:-2] + last * pictures.SCANS_MOST + content[-2:])
    assert ready_picture(content + last * 20).content


def large(kind: str, mode: str, size: tuple[int, int], **more: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 3).save(written, kind, **more)
    return written.getvalue()


LARGEST: Sequence[tuple[str, str, tuple[int, int], Mapping[str, int]]] = (
    ("PNG", "RGBA", (5_000, 5_000), {"compress_level": 1}),
    ("PNG", "P", (4_470, 4_470), {"compress_level": 1}),
    ("JPEG", "RGB", (8_100, 6_150), {}),
    ("JPEG", "CMYK", (8_100, 6_150), {}),
    ("JPEG", "RGB", (4_900, 4_900), {"progressive": True}),
)


GROWN = """
import os
import sys
from pathlib import Path
from bot.operations.chat.pictures import ready_picture

def memory(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1_024 for line in lines if line.startswith(what))

small, *others = (Path(name) for name in sys.argv[1:])
ready_picture(small.read_bytes())  # all is imported
for picture in others:
    if os.fork() == 0:  # nothing is left of the picture before
        content = picture.read_bytes()
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = memory("VmRSS")
        ready_picture(content)
        print(memory("VmHWM") - before, flush=True)
        os._exit(0)
    os.wait()
"""
"""Bytes by which a process grows at most while it makes each picture ready."""


@pytest.mark.ring("all", "a bot of its own, and many turns")
def test_opening_the_largest_takes_no_more_memory_than_is_said(tmp_path: Path) -> None:
    """A PNG of 50 million pixels took 835 MB."""
    (small := tmp_path / "small.jpg").write_bytes(photo())
    command = [sys.executable, "-c", GROWN, str(small)]
    for number, (kind, mode, size, more) in enumerate(LARGEST):
        (picture := tmp_path / str(number)).write_bytes(large(kind, mode, size, **more))
        command.append(str(picture))
    told = subprocess.run(command, capture_output=True, check=True)
    for grown, (kind, mode, size, _) in zip(told.stdout.split(), LARGEST, strict=True):
        assert int(grown) < 1.4 * MEMORY_MOST, (kind, mode, size)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(
    ("kind", "mode", "size", "more"),
    [
        ("PNG", "RGBA", (5_200, 5_200), {"compress_level": 1}),
        ("JPEG", "RGB", (8_064, 6_048), {"progressive": True}),
        ("JPEG", "RGB", (4_000, 4_000), {"progressive": True, "subsampling": 0}),
    ],
)
def test_what_would_take_more_is_refused_with_what_to_do(
    kind: str, mode: str, size: tuple[int, int], more: Mapping[str, Any]
) -> None:
    with pytest.raises(ChatRefused) as refused:
        ready_picture(large(kind, mode, size, **more))
    assert f"at most {SIDE_FITS:,} pixels" in ENGLISH.text(refused.value.message)
    smaller = (min(size[0], SIDE_FITS), min(size[1], SIDE_FITS))
    assert len(ready_picture(large(kind, mode, smaller, **more)).content) <= SENT_MOST


@pytest.mark.ring("all", "a crowd")
def test_a_smaller_one_has_no_seams() -> None:
    """Made of some rows at a time it is as if made at once."""
    drawn = Image.effect_noise((2_900, 3_331), 90).convert("RGBA")
    drawn.putalpha(Image.linear_gradient("L").resize(drawn.size))
    small = pictures._small(drawn, "RGBA")
    whole = drawn.resize(small.size, Image.Resampling.BICUBIC)
    worst = max(ImageChops.difference(small, whole).tobytes())
    assert worst <= 2


async def test_two_at_once_are_made_one_after_another(
    stores: Stores, amy: LocatedContact, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, most = 0, 0

    def slow(content: bytes) -> StaffPicture:
        nonlocal together, most
        together += 1
        most = max(most, together)
        sleep(0.02)
        together -= 1
        return ready(content)

    ready = pictures.ready_picture
    monkeypatch.setattr(pictures, "ready_picture", slow)
    await asyncio.gather(*(draft_picture(amy, "main", photo(), PLAYBOOK) for _ in range(4)))
    assert most == 1


async def test_without_a_place_or_an_address_it_says_so(stores: Stores, amy: LocatedContact) -> None:
    unkept = replace(PLAYBOOK, keep_conversations=None)
    for playbook in (unkept, replace(PLAYBOOK, public=""), replace(PLAYBOOK, public=NOWHERE)):
        with pytest.raises(ChatRefused):
            await draft_picture(amy, "main", photo(), playbook)
    with pytest.raises(ChatRefused, match="no LINE account"):
        await draft_picture(amy, "outlet", photo(), PLAYBOOK)
    assert await rows(stores) == 0


async def test_it_is_exported_once_it_is_sent_and_erased_with_the_person(
    stores: Stores, amy: LocatedContact, tmp_path: Path
) -> None:
    """J3: a picture that was chosen, perhaps of somebody else, and not sent, is nobody's data."""
    sent, _ = [await draft_picture(amy, "main", photo(), PLAYBOOK) for _ in range(2)]
    await stores.staff_pictures.settle([sent], [AMY], NOW, "a")
    messages = await picture_messages(amy, [sent], PLAYBOOK)
    body = orjson.dumps({"messages": messages})
    call = Outgoing("main:e1#0", "main:e1", "main", "push", "U1", body, NOW, NOW)
    said = encode_transcript(None, Cause(actor="console:amy"), [call])
    await stores.conversations.add([TranscriptRow("main:e1", AMY, NOW, 1, said)])
    export = await export_person(amy, {"tags": []}, tmp_path, "command:amy", NOW)
    assert export.counts["conversation_files"] == 2
    assert export.files == {f"STAFF:{sent}": "001.jpg"}
    assert opened((tmp_path / "files" / "001.jpg").read_bytes()).size == (300, 400)
    assert '<img src="files/001.jpg"' in person_page(export, PLAYBOOK, ENGLISH)
    assert await stores.concerned_people.having("conversation_files", [AMY]) == {AMY}
    await erase(stores, {AMY: ()}, "command:amy", PersonalMenus({}, "", ""))
    assert await stores.staff_pictures.find(sent) is None
    assert await rows(stores) == 0
