"""Photos that were sent in one dialogue: an event of LINE's for each, and one message (semantics 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.model.contact import Contact, PhotoSet
from bot.model.event import Event, OtherMessage

SETS_MOST = 5
"""The last sets of a person on one channel that are stored."""
LIFE = timedelta(days=1)
"""How long each is stored: LINE delivers again what failed."""
_LONGEST_ID = 128
"""Characters in LINE's id of a set, which has 64."""


def _set_id(event: Event) -> str | None:
    """LINE's id of the set that this photo is of: in a person's own chat, of several sent at once.

    https://developers.line.biz/en/reference/messaging-api/#wh-image
    """
    what = event.what
    if not isinstance(what, OtherMessage) or what.type != "image" or event.source.kind != "user":
        return None
    photos = what.content.get("imageSet")
    name = photos.get("id") if isinstance(photos, Mapping) else None
    return name if isinstance(name, str) and 0 < len(name) <= _LONGEST_ID else None


def photos_before(contact: Contact, event: Event) -> PhotoSet | None:
    """The set of which this photo is a later one; `None`: it is the first of its set, or of none."""
    if not contact.photos or (name := _set_id(event)) is None:
        return None
    for one in contact.photos:
        if (one.channel, one.id) == (event.channel, name) and one.event != event.id and _lives(one, event.at):
            return one
    return None


def remember_photos(contact: Contact, event: Event, now: datetime, *, private: bool) -> None:
    """Remember the set of which this photo is the first, where it is of one."""
    if (name := _set_id(event)) is None:
        return
    known = [one for one in contact.photos if one.id != name and _lives(one, now)]
    here = [one for one in known if one.channel == event.channel][1 - SETS_MOST :]
    elsewhere = [one for one in known if one.channel != event.channel]
    contact.photos = (*elsewhere, *here, PhotoSet(event.channel, name, event.id, now, private))


def _lives(photos: PhotoSet, now: datetime) -> bool:
    return now - photos.at < LIFE
