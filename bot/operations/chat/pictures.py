"""Pictures that staff send: checked, made anew of their pixels alone, stored, served to LINE (E3).

https://developers.line.biz/en/reference/messaging-api/#image-message
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import is_public
from bot.model.contact import contact_id
from bot.model.conversation import StaffPicture, file_type, picture_path
from bot.model.message import MESSAGES_MOST, Message
from bot.model.translatable import tr
from bot.operations.chat.answering import ChatRefused
from bot.operations.conversation import chats_of
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.playbook.compile.values.pictures import MB, ImageFormat, header_of

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURE_MOST = 10 * MB
"""Bytes of a picture that is taken; LINE's own limit for one."""
SENT_MOST = 1 * MB
"""Bytes of one that is sent: LINE's limit for previews, so that picture and preview are one."""
SIDES = (2_048, 1_600, 1_280, 1_024, 720)
"""Pixels of its longer side; a smaller one where it has too many bytes in the one before."""
PIXELS_MOST = 50_000_000
"""Of a picture, as the largest that telephones make."""
MEMORY_MOST = 100 * MB
"""Bytes that opening one takes: 25 million pixels of a PNG. A JPEG is opened smaller, by halves, unless it is
progressive: that is read as a whole first, 25 million pixels at most of those that cameras make."""
SIDE_FITS = 3_000
"""Pixels of the longer side of a picture that is opened whatever it is."""
ROWS = 64
"""Of a picture that is made smaller, at a time: what is done to it takes a copy of as many only."""
_ONE_AT_A_TIME = ThreadPoolExecutor(1, "pictures")
"""One is made ready at a time."""
SCANS_MOST = 200
"""Of a JPEG: each has all of it gone through once more. Progressive ones have some ten."""
_SCAN, _PROGRESSIVE = b"\xff\xda", 0xC2
QUALITY = 88
"""Of a JPEG, of 95."""
DRAFT_FOR = timedelta(days=1)
"""After which a picture that was chosen and not sent goes, with the next one in that chat."""
_NOT_SHOWN = {
    "HEIC": tr(
        "this is a HEIC picture, as iPhones make them, and LINE shows JPEG and PNG only: save it as JPEG, "
        "and choose that"
    ),
    "WebP": tr(
        "this is a WebP picture, and LINE shows JPEG and PNG only: save it as JPEG or PNG, and choose that"
    ),
    "GIF": tr("this is a GIF, and LINE shows JPEG and PNG only: save it as JPEG or PNG, and choose that"),
}


def ready_picture(content: bytes) -> StaffPicture:
    """The picture as LINE gets it: upright, in sRGB, at most `SENT_MOST` bytes, without what a camera writes
    into it, such as where it was taken. Raises `ChatRefused`. It takes some tenths of a second.
    """
    if not content:
        raise ChatRefused(tr("this file is empty: choose another one"))
    if len(content) > PICTURE_MOST:
        raise ChatRefused(
            tr(
                "a picture has at most {most} MB, and this one has {found}: make it smaller",
                most=PICTURE_MOST // MB,
                found=f"{len(content) / MB:.1f}",
            )
        )
    header = header_of(BytesIO(content))
    if header.kind not in ("JPEG", "PNG"):
        raise ChatRefused(_NOT_SHOWN.get(header.kind, tr("this file is no picture: choose a JPEG or PNG")))
    if not 0 < header.width * header.height <= PIXELS_MOST:
        raise _too_large(header.width, header.height)
    if header.kind == "JPEG" and content.count(_SCAN) > SCANS_MOST:
        raise _broken()
    from PIL import Image  # not above: most processes never need it

    try:
        with Image.open(BytesIO(content), formats=(header.kind,)) as opened:
            if opened.size != (header.width, header.height):  # what was counted is not what would be opened
                raise _broken()
            opened.draft(None, _fitting(opened.size))  # of a large JPEG, not every pixel is decoded
            if _memory(opened, content) > MEMORY_MOST:
                raise _too_large(header.width, header.height)
            made = _made(opened, header.kind)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise _broken() from error
    return StaffPicture(made, file_type(made))


def _too_large(width: int, height: int) -> ChatRefused:
    return ChatRefused(
        tr(
            "this picture has {size} pixels, which are too many: make it smaller, its longer side at most "
            "{longest} pixels",
            size=f"{width:,} × {height:,}",
            longest=f"{SIDE_FITS:,}",
        )
    )


def _broken() -> ChatRefused:
    return ChatRefused(tr("this picture is broken, and cannot be opened: choose another one"))


def _made(opened: Image, kind: ImageFormat) -> bytes:
    from PIL import Image

    plain = _plain(opened)
    if kind == "PNG":  # drawn, as a screenshot is: sharp where it stays small
        content = _written(_within(plain, SIDES[0]), kind)
        if len(content) <= SENT_MOST:
            return content
    if plain.mode == "RGBA":
        plain = Image.alpha_composite(Image.new("RGBA", plain.size, "white"), plain).convert("RGB")
    made = (_written(_within(plain, side), "JPEG") for side in SIDES)
    return next(content for content in made if len(content) <= SENT_MOST)  # noise of 720² pixels has fewer


def _within(picture: Image, side: int) -> Image:
    small = picture.copy()
    small.thumbnail((side, side))
    return small


def _plain(opened: Image) -> Image:
    """Upright, in sRGB, without a palette, and without any of the notes that came with it."""
    from PIL import ImageCms, ImageOps

    profile = opened.info.get("icc_profile")
    has_alpha = "transparency" in opened.info or opened.mode in ("LA", "PA", "RGBA", "La", "RGBa")
    mode = "RGBA" if has_alpha else "RGB"
    upright = ImageOps.exif_transpose(_small(opened, mode))
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        try:
            of_camera, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            upright = ImageCms.profileToProfile(upright, of_camera, srgb, outputMode=mode) or upright
        except (ImageCms.PyCMSError, OSError, ValueError):
            upright.info.pop("icc_profile", None)  # a profile of nothing: its colours are taken as they are
    plain = upright.convert(mode)
    plain.info = {}
    return plain


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The size that it has in the end."""
    times = max(1.0, max(size) / SIDES[0])
    width, height = (max(1, round(one / times)) for one in size)
    return width, height


def _small(opened: Image, mode: str) -> Image:
    """The same with its longer side as `SIDES` has it, some rows at a time; perhaps in that mode by then."""
    from PIL import Image

    (width, height), (_, rows) = opened.size, (size := _fitting(opened.size))
    if size == opened.size:
        return opened
    as_it_is = opened.mode in ("L", "LA", "RGB", "RGBA", "CMYK") and "transparency" not in opened.info
    small = Image.new(opened.mode if as_it_is else mode, size)
    small.info = {name: value for name, value in opened.info.items() if name != "transparency"}
    times = height / rows
    for top in range(0, rows, ROWS):
        end = min(top + ROWS, rows)
        first, last = max(0, int((top - 3) * times)), min(height, int((end + 3) * times) + 1)
        strip = opened.crop((0, first, width, last))
        box = (0, top * times - first, width, min(end * times, height) - first)
        strip = strip if as_it_is else strip.convert(mode)
        small.paste(strip.resize((size[0], end - top), Image.Resampling.BICUBIC, box), (0, top))
    return small


def _memory(opened: Image, content: bytes) -> float:
    """The bytes that opening it takes."""
    from PIL.JpegImagePlugin import JpegImageFile

    width, height = opened.size
    pixels = width * height * (5 if opened.mode in ("P", "PA") else 4)
    if not isinstance(opened, JpegImageFile) or _is_in_one_scan(content, opened.layers):
        return pixels
    across, down = (max(layer[one] for layer in opened.layer) for one in (1, 2))
    parts = sum(layer[1] * layer[2] for layer in opened.layer) / (across * down)
    header = header_of(BytesIO(content))
    return pixels + 2 * parts * header.width * header.height


def _is_in_one_scan(content: bytes, layers: int) -> bool:
    """Whether a JPEG is decoded as it is read; one with a scan for each colour, or progressive, is not."""
    at = 2
    while at + 4 < len(content):
        kind, size = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if kind == _PROGRESSIVE or content[at] != _SCAN[0]:
            return False
        if kind == _SCAN[1]:
            return content[at + 4] == layers
        at += 2 + size
    return False


def _written(picture: Image, kind: ImageFormat) -> bytes:
    written = BytesIO()
    picture.save(written, kind, quality=QUALITY)
    return written.getvalue()


async def draft_picture(found: LocatedContact, channel: str, content: bytes, playbook: Playbook) -> str:
    """Check a picture, and have it ready for an answer in this chat; its token. Raises `ChatRefused`."""
    user = found.contact.identity(channel).user
    if user is None:
        raise ChatRefused(tr("the person has no LINE account on this channel"))
    if playbook.keep_conversations is None:
        raise ChatRefused(
            tr("this account stores no conversations, so it has no place for pictures: send a link to one")
        )
    if not is_public(playbook):
        raise ChatRefused(
            tr("LINE cannot fetch pictures from here: whoever looks after this server sets OAFLOW_PUBLIC_URL")
        )
    picture = await asyncio.get_running_loop().run_in_executor(_ONE_AT_A_TIME, ready_picture, content)
    now, pictures = await now_among(found.stores), found.stores.staff_pictures
    chat = contact_id(channel, user)
    await pictures.clear([chat], now - DRAFT_FOR)
    return await pictures.add(chat, now, picture)


async def picture_messages(
    found: LocatedContact, tokens: Sequence[str], playbook: Playbook
) -> tuple[Message, ...]:
    """What LINE is sent for these pictures, which are this person's. Raises `ChatRefused`."""
    if len(tokens) > MESSAGES_MOST:
        raise ChatRefused(tr("at most {most} pictures and texts go out together", most=MESSAGES_MOST))
    types = await found.stores.staff_pictures.types(tokens, chats_of(found.contact))
    if types is None:
        raise ChatRefused(tr("a picture is not there any more: choose it again"))
    addresses = (playbook.public + picture_path(*one) for one in zip(tokens, types, strict=True))
    return tuple(
        {"type": "image", "originalContentUrl": address, "previewImageUrl": address} for address in addresses
    )
