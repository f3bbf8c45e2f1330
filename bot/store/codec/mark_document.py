"""What is counted, as it lies on a contact and on the timeline: `d` the day, `c` the marks, names only."""

from __future__ import annotations

from typing import Any

from bot.model.counts import Counted, Mark
from bot.store.codec.record import RawPart, each, text
from bot.store.database.mongo import Document


def marks_document(counted: Counted) -> Document:
    """The day and the marks."""
    return {
        "d": counted.day,
        "c": [[mark.channel, mark.flow, mark.what, *mark.about] for mark in counted.marks],
    }


def counted_from(event: str, document: RawPart) -> Counted | None:
    """What this event adds to the counts; `None` where nothing is said of it."""
    day = text(document.get("d"))
    return None if day is None else Counted(event, day, each(document.get("c"), mark_from))


def mark_from(item: Any) -> Mark | None:
    """One mark; `None` where it is not as we write it."""
    match item:
        case [str(channel), str(flow), str(what), *about] if all(isinstance(name, str) for name in about):
            return Mark(channel, flow, what, tuple(about))
        case _:
            return None
