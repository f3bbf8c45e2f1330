"""Of which playbooks that were live the files are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model.accepted import AcceptedPlaybook

LAST = 50
"""That many of those that were published, brought back, or came with a start, are kept."""
LAST_EDITS = 10
"""And that many edits that were saved while somebody developed: a day of them pushes nothing out."""
NAMED = timedelta(days=8)
"""What was live within that time may still be named by a trace, which is kept for 7 days."""


MEDIA = timedelta(days=400)
"""For so long after a version was live its pictures, videos and sounds are served: messages have their
addresses. As long as the timeline tells of those messages."""


def media_to_forget(accepted: Sequence[AcceptedPlaybook], now: datetime) -> int:
    """The last number whose media are served no longer, of all that there are (the last one first); or 0."""
    replaced: datetime | None = None
    for one in accepted:
        if replaced is not None and now - replaced >= MEDIA:
            return one.number
        replaced = one.at
    return 0


def to_forget(accepted: Sequence[AcceptedPlaybook], now: datetime) -> list[int]:
    """The numbers whose files are kept no longer, of all that there are (the last one first)."""
    gone: list[int] = []
    replaced: datetime | None = None
    published = edits = 0
    for one in accepted:
        is_edit = one.how == "reload"
        edits, published = edits + is_edit, published + (not is_edit)
        is_of_the_last = edits <= LAST_EDITS if is_edit else published <= LAST
        was_live_lately = replaced is None or now - replaced < NAMED
        if one.is_kept and not (is_of_the_last or was_live_lately):
            gone.append(one.number)
        replaced = one.at
    return gone
