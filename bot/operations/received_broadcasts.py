"""The broadcasts that a person got, as turns of their conversation, so that nothing that we sent is missing
(E3).

A broadcast leaves one row on the timeline of each person. What it said is stored with the sending, where it
was the same for everybody. Nothing else is stored for it.
"""

from __future__ import annotations

from datetime import datetime

import orjson

from bot.model.broadcast import Sending
from bot.model.conversation import Cause, TranscriptCall, TranscriptTurn
from bot.model.journal import CallSuccess, TimelineRow
from bot.model.message import Message
from bot.model.processes import part_of
from bot.operations.call_outcomes import SettledCall
from bot.operations.contact_view import parts_of
from bot.operations.find_contacts import LocatedContact

_SENDING, _GROUP = "sending ", "group "


async def received_broadcasts(
    found: LocatedContact, since: datetime | None, before: datetime | None, most: int
) -> list[tuple[TranscriptTurn, SettledCall]]:
    """The last `most` of a span on each id of the person, and those of the same moment, oldest first.

    Without messages where each got their own, which nobody stores.
    May raise `DatabaseUnavailable`.
    """
    stores = found.stores
    parts, _ = await parts_of(found)
    rows = [
        row
        for part in parts
        for row in await stores.journal.broadcasts_of(part, part_of(part), since, before, most)
    ]
    sendings = await stores.sendings.of({_detail(row, _SENDING) for row in rows})
    rows.sort(key=lambda row: (row.at, row.id))
    return [_turn(row, sendings.get(_detail(row, _SENDING))) for row in rows]


def _turn(row: TimelineRow, sending: Sending | None) -> tuple[TranscriptTurn, SettledCall]:
    chat = row.id.removeprefix(f"{_detail(row, _SENDING)}:")
    messages: list[Message] = []
    if sending is not None and (body := sending.bodies.get(_detail(row, _GROUP))):
        messages = orjson.loads(body)["messages"]
    call = TranscriptCall(0, "push", messages)
    turn = TranscriptTurn(row.id, chat, row.at, 0, True, None, Cause(event=row.what), (call,))
    return turn, SettledCall("push", None, CallSuccess.ACCEPTED, False, row.at, None, ())


def _detail(row: TimelineRow, head: str) -> str:
    return next((str(one).removeprefix(head) for one in row.details if str(one).startswith(head)), "")
