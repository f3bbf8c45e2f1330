"""Pictures that staff send: checked, made anew of their pixels alone, stored, served to LINE (E3).

https://developers.line.biz/en/reference/messaging-api/#image-message
"""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Sequence
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
"""Of a picture; opening it takes four bytes for each. The largest telephones make take 50 million."""
SCANS_MOST = 200
"""Of a JPEG: each has all of it gone through once more. Progressive ones have some ten."""
_SCAN = b"\xff\xda"
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
        size = f"{header.width:,} × {header.height:,}"
        raise ChatRefused(
            tr("this picture has {size} pixels, which are too many: make it smaller", size=size)
        )
    if header.kind == "JPEG" and content.count(_SCAN) > SCANS_MOST:
        raise _broken()
    from PIL import Image  # not above: most processes never need it

    try:
        with Image.open(BytesIO(content), formats=(header.kind,)) as opened:
            if opened.size != (header.width, header.height):  # what was counted is not what would be opened
                raise _broken()
            made = _made(opened, header.kind)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise _broken() from error
    return StaffPicture(made, file_type(made))


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

    if opened.format == "JPEG":  # of a large one, not every pixel is decoded
        opened.draft(None, (2 * SIDES[0], 2 * SIDES[0]))
    profile = opened.info.get("icc_profile")
    upright = ImageOps.exif_transpose(opened)
    has_alpha = "transparency" in upright.info or upright.mode in ("LA", "PA", "RGBA", "La", "RGBa")
    mode = "RGBA" if has_alpha else "RGB"
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        try:
            of_camera, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            upright = ImageCms.profileToProfile(upright, of_camera, srgb, outputMode=mode) or upright
        except (ImageCms.PyCMSError, OSError, ValueError):
            upright.info.pop("icc_profile", None)  # a profile of nothing: its colours are taken as they are
    plain = upright.convert(mode)
    plain.info = {}
    return plain


def _written(picture: Image, kind: ImageFormat) -> bytes:
    written = BytesIO()
    picture.save(written, kind, quality=QUALITY)
    return written.getvalue()


async def stage_picture(found: LocatedContact, channel: str, content: bytes, playbook: Playbook) -> str:
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
    picture = await asyncio.to_thread(ready_picture, content)
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
