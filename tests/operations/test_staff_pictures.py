"""E3, J2: pictures that staff send: what LINE gets of them, whose they are, and how long they stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import orjson
import pytest
from PIL import Image, ImageCms

from bot.engine.compiled.playbook import NOWHERE
from bot.model.contact import Contact, Identity
from bot.model.conversation import Cause, TranscriptRow, picture_token
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.model.translatable import ENGLISH
from bot.operations.chat import pictures
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.pictures import (
    PICTURE_MOST,
    SENT_MOST,
    picture_messages,
    ready_picture,
    stage_picture,
)
from bot.operations.erasing import PersonalMenus, erase
from bot.operations.find_contacts import LocatedContact, one
from bot.operations.person_export import export_person
from bot.operations.person_page import person_page
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW
from tests.playbook.pictures import png
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


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    return stores_of(database, seal)


async def friend(stores: Stores, id: str) -> LocatedContact:
    contact = Contact(id, identities=(Identity("main", id.partition(":")[2]),))
    write = TurnWrite(Contact(id), contact, part_of(id), 0, 1, (), (), born=True)
    assert await stores.contacts.save([write]) == set()
    return await one([stores], PLAYBOOK, id, None)


async def rows(stores: Stores) -> int:
    return int(await stores.database.collection("conversation_files").count_documents({}))


async def test_it_is_served_at_an_address_that_nobody_guesses(stores: Stores) -> None:
    amy = await friend(stores, AMY)
    token = await stage_picture(amy, "main", photo(), PLAYBOOK)
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


async def test_only_into_the_chat_that_it_was_chosen_in(stores: Stores) -> None:
    """Nor is another chat's picture touched by who names its token."""
    amy, ben = await friend(stores, AMY), await friend(stores, BEN)
    token = await stage_picture(amy, "main", photo(), PLAYBOOK)
    for wanted in ([token], ["0" * 32], [""], [token] * 6):
        with pytest.raises(ChatRefused):
            await picture_messages(ben, wanted, PLAYBOOK)
    await stores.staff_pictures.settle([token], [AMY], NOW, "a")
    await stores.staff_pictures.stage_again([token], [BEN], NOW, "a")
    await stores.staff_pictures.remove(token, [BEN])
    await stores.staff_pictures.remove(token, [AMY])  # it is sent
    assert await picture_messages(amy, [token], PLAYBOOK)


async def test_what_was_chosen_and_not_sent_goes(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken out at once, or after a day with the next one of that chat; what is sent stays."""
    amy = await friend(stores, AMY)
    dropped, old, sent = [await stage_picture(amy, "main", photo(), PLAYBOOK) for _ in range(3)]
    await stores.staff_pictures.remove(dropped, [AMY])
    await stores.staff_pictures.settle([sent], [AMY], NOW, "a")
    assert await rows(stores) == 4
    monkeypatch.setattr(pictures, "DRAFT_FOR", -timedelta(seconds=1))
    await stage_picture(amy, "main", photo(), PLAYBOOK)
    assert await stores.staff_pictures.find(old) is None
    assert await stores.staff_pictures.find(sent) is not None
    assert await rows(stores) == 4


async def test_what_was_sent_stays_when_a_second_answer_with_it_is_refused(stores: Stores) -> None:
    amy = await friend(stores, AMY)
    token = await stage_picture(amy, "main", drawn("RGB"), PLAYBOOK)
    assert await stores.staff_pictures.settle([token], [AMY], NOW, "a") == [token]
    assert await stores.staff_pictures.settle([token], [AMY], NOW, "b") == []
    await stores.staff_pictures.stage_again([token], [AMY], NOW, "b")
    await stores.staff_pictures.remove(token, [AMY])
    assert await stores.staff_pictures.find(token) is not None
    await stores.staff_pictures.stage_again([token], [AMY], NOW, "a")
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


async def test_without_a_place_or_an_address_it_says_so(stores: Stores) -> None:
    amy = await friend(stores, AMY)
    unkept = replace(PLAYBOOK, keep_conversations=None)
    for playbook in (unkept, replace(PLAYBOOK, public=""), replace(PLAYBOOK, public=NOWHERE)):
        with pytest.raises(ChatRefused):
            await stage_picture(amy, "main", photo(), playbook)
    with pytest.raises(ChatRefused, match="no LINE account"):
        await stage_picture(amy, "outlet", photo(), PLAYBOOK)
    assert await rows(stores) == 0


async def test_it_is_exported_once_it_is_sent_and_erased_with_the_person(
    stores: Stores, tmp_path: Path
) -> None:
    """J3: a picture that was chosen, perhaps of somebody else, and not sent, is nobody's data."""
    amy = await friend(stores, AMY)
    sent, _ = [await stage_picture(amy, "main", photo(), PLAYBOOK) for _ in range(2)]
    await stores.staff_pictures.settle([sent], [AMY], NOW, "a")
    messages = await picture_messages(amy, [sent], PLAYBOOK)
    body = orjson.dumps({"messages": messages})
    call = Outgoing("main:e1#0", "main:e1", "main", "push", "U1", body, NOW, NOW)
    said = encode_transcript(None, Cause(who="console:amy"), [call])
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
