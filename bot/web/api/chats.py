"""Conversations: what was said, masked; the rest of them is declared (E3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.admin import TEAM
from bot.model.conversation import TranscriptCursor
from bot.operations.chat import answering
from bot.operations.conversation import conversation
from bot.operations.looks import record_look
from bot.operations.payload import Payload, pick
from bot.web.admin.chat_view import ShownLine, shown_lines
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, get
from bot.web.api.shapes import AFTER, CURSOR, MOMENT, NUMBER, PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import object_of

_STATE = maybe({"enum": ["waits", "has", "done"]})
_LINE = object_of(
    {
        "id": TEXT,
        "at": MOMENT,
        "by": {"enum": ["person", "bot", "staff", "note", "event"]},
        "who": TEXT,
        "messages": list_of(object_of({"kind": TEXT, "text": TEXT})),
        "end": TEXT,
        "lost": YES,
    }
)
_PRICE = object_of(
    {
        "free_until": maybe(MOMENT),
        "left": maybe(NUMBER),
        "each": maybe({**TEXT, "description": "NT$, an exact decimal."}),
        "unsent": maybe(TEXT),
    }
)
_CHAT = object_of(
    {
        "contact": PART,
        "channel": TEXT,
        "state": _STATE,
        "by": maybe(TEXT),
        "since": maybe(MOMENT),
        "price": _PRICE,
        "lines": list_of(_LINE),
        "next": CURSOR,
    }
)


@dataclass(frozen=True, slots=True)
class ChatApi:
    """What is below `/chats`."""

    context: ApiContext

    @get("/chats/{chat}", roles=TEAM, query={"after": AFTER}, answer=_CHAT)
    async def chat(self, call: ConsoleCall) -> Payload:
        """What was said, oldest first, masked; `after` goes on to earlier ones."""
        context, caller, found, zone = self.context, call.caller, call.located, self.context.playbook().zone
        what = f"chat {found.contact.id} {call.channel}"
        place = context.place(caller, what, call.query.get("after"))
        before = None if place is None else TranscriptCursor(datetime.fromisoformat(place[0]), int(place[1]))
        page = await conversation(found, call.now, before=before, zone=zone)
        await record_look(context.stores, found.contact.id, caller.by, call.now, "conversation_read")
        had, earlier = answering.chat_of_staff(found, call.channel), page.earlier
        price = await answering.price_of(found, call.channel, context.prices())
        after = None if earlier is None else (earlier.at.isoformat(), str(earlier.turn))
        return {
            "contact": context.part(caller, found.contact.id),
            "channel": call.channel,
            **(dict.fromkeys(("state", "by", "since")) if had is None else pick(had, "state", "by", "since")),
            "price": {
                **pick(price, "free_until", "left", "unsent"),
                "each": None if price.each is None else str(price.each),
            },
            "lines": [_line(call, one) for one in shown_lines(page, context.playbook(), call.words)],
            "next": None if after is None else context.cursor(caller, what, *after),
        }


def _line(call: ConsoleCall, line: ShownLine) -> Payload:
    said = call.words.words
    return {
        **pick(line, "id", "at", "by"),
        "who": said(line.author),
        "messages": [{"kind": part.kind, "text": said(part.text)} for part in line.parts],
        "end": said(line.end),
        "lost": line.is_lost,
    }
