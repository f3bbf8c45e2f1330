"""Conversations: who waits, what was said; taken, answered, handed on, given back to the bot (E3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from bot.model.admin import CONSOLE, TEAM
from bot.model.clock import SystemClock
from bot.model.conversation import TranscriptCursor
from bot.model.plain_text import visible
from bot.operations.admins.accounts import colleague
from bot.operations.admins.sessions import SignedSessions
from bot.operations.chat import answering
from bot.operations.chat.answering import WORDS
from bot.operations.chat.lists import ChatRow, WhichChats, chats
from bot.operations.conversation import conversation
from bot.operations.find_contacts import LocatedContact
from bot.operations.looks import record_look
from bot.operations.payload import Payload, pick
from bot.web.admin.chat_view import ShownLine, end_words, shown_lines
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import AFTER, CARRIED, CURSOR, MOMENT, NAME, NUMBER, PART, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

TEXT_MOST = answering.TEXT_MOST
ACTOR_MOST = 100
_WHICH: JsonSchema = {"enum": list(get_args(WhichChats))}
_WRITTEN: JsonSchema = {"type": "string", "minLength": 1, "maxLength": TEXT_MOST, "pattern": r"\S"}
_EVEN_IF: JsonSchema = {
    "type": "string",
    "minLength": 1,
    "maxLength": ACTOR_MOST,
    "description": "`by` of the chat: the colleague who has it, as you have seen. Else it stays theirs.",
}
_GIVEN_BY: JsonSchema = {
    **maybe(TEXT),
    "description": "The colleague who has given it to `by`, until `by` opens it.",
}
_STATE = maybe({"enum": ["waits", "has", "done"]})
_ROW = object_of(
    {
        "chat": PART,
        "contact": PART,
        "channel": TEXT,
        "name": maybe(TEXT),
        "blocked": YES,
        "state": _STATE,
        "by": maybe(TEXT),
        "since": maybe(MOMENT),
        "note": TEXT,
        "given_by": _GIVEN_BY,
        "last": maybe(object_of({"at": MOMENT, "by": TEXT, "text": TEXT})),
        "unread": NUMBER,
    }
)
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
_OUTCOME = object_of(
    {
        "carried": CARRIED,
        "unsent": maybe(TEXT),
        "why": {
            **TEXT,
            "description": "Why nothing was sent, or it was lost; else empty.",
        },
    }
)
_ORDER = object_of({"even_if": _EVEN_IF}, "even_if")


@dataclass(frozen=True, slots=True)
class ChatApi:
    """What is below `/chats`."""

    context: ApiContext

    @get(
        "/chats",
        roles=TEAM,
        query={"list": _WHICH, "channel": NAME, "after": AFTER},
        answer=object_of({"chats": list_of(_ROW), "next": CURSOR}),
    )
    async def chats(self, call: ConsoleCall) -> Payload:
        """Those that wait (longest first), are yours, anybody's, done; or all, newest first."""
        context, caller = self.context, call.caller
        which: WhichChats = call.query.get("list", "waits")
        place = context.place(caller, f"chats {which}", call.query.get("after"))
        found = await chats(
            *(context.stores, which),
            me=caller.by,
            zone=context.playbook().zone,
            channel=context.channel(call.query.get("channel"), "query/channel"),
            after=None if place is None else (datetime.fromisoformat(place[0]), place[1]),
        )
        further = found.further
        after = None if further is None else (further[0].isoformat(), further[1])
        return {
            "chats": [await self._row(call, one) for one in found.rows],
            "next": None if after is None else context.cursor(caller, f"chats {which}", *after),
        }

    async def _row(self, call: ConsoleCall, row: ChatRow) -> Payload:
        last = row.last
        has_opener = row.given_by is not None and await self._is_colleague(row.by or "")
        return {
            "chat": self.context.chat_part(call.caller, row.contact, row.channel),
            "contact": self.context.part(call.caller, row.contact),
            "name": None if row.name is None else visible(row.name),
            **pick(row, "channel", "blocked", "state", "by", "since", "note", "unread"),
            "given_by": row.given_by if has_opener else None,
            "last": None if last is None else {**pick(last, "at", "by"), "text": call.words.words(last.text)},
        }

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

    @action("/chats/{chat}/take", roles=TEAM, body=_ORDER, answer=_OUTCOME)
    async def take_chat(self, call: ConsoleCall) -> Payload:
        """The bot is silent there."""
        even_if = call.body.get("even_if")
        event = await answering.take_over(*_where(call), call.caller.by, form=call.form, even_if=even_if)
        return await _outcome(call, event)

    @action(
        "/chats/{chat}/write",
        roles=TEAM,
        body=object_of({"text": _WRITTEN, "may_cost": YES, "even_if": _EVEN_IF}, "may_cost", "even_if"),
        answer=_OUTCOME,
    )
    async def write(self, call: ConsoleCall) -> Payload:
        """Answer, and take it. Where that is a push, only with `may_cost`."""
        body, messages = call.body, [answering.text_message(call.body["text"])]
        event = await answering.write(
            *(*_where(call), messages, call.caller.by),
            form=call.form,
            may_cost=body.get("may_cost", False),
            even_if=body.get("even_if"),
        )
        return await _outcome(call, event)

    @action("/chats/{chat}/note", roles=TEAM, body=object_of({"text": _WRITTEN}), answer=_OUTCOME)
    async def note(self, call: ConsoleCall) -> Payload:
        """A note to colleagues, which LINE never gets."""
        event = await answering.note(*_where(call), call.body["text"], call.caller.by, form=call.form)
        return await _outcome(call, event)

    @action(
        "/chats/{chat}/hand-over",
        roles=TEAM,
        body=object_of({"to": NAME, "even_if": _EVEN_IF}, "even_if"),
        answer=_OUTCOME,
    )
    async def hand_over(self, call: ConsoleCall) -> Payload:
        """Give it to a colleague, by the name of their account."""
        to = await colleague(self.context.stores, SystemClock(), call.body["to"])
        even_if = call.body.get("even_if")
        event = await answering.take_over(
            *_where(call), call.caller.by, form=call.form, to=to, even_if=even_if
        )
        return await _outcome(call, event)

    @action("/chats/{chat}/finish", roles=TEAM, body=_ORDER, answer=_OUTCOME)
    async def finish_chat(self, call: ConsoleCall) -> Payload:
        """The bot has it again."""
        even_if = call.body.get("even_if")
        event = await answering.hand_back(*_where(call), call.caller.by, form=call.form, even_if=even_if)
        return await _outcome(call, event)

    async def _is_colleague(self, actor: str) -> bool:
        """Whether it is an account that may have a conversation."""
        account = await self.context.stores.admins.of(actor.removeprefix(CONSOLE))
        if account is None or account.suspended is not None:
            return False
        place = await SignedSessions(self.context.stores, SystemClock()).place_of(account)
        return place is not None and place[0] in TEAM


def _where(call: ConsoleCall) -> tuple[LocatedContact, str]:
    return call.located, call.channel


async def _outcome(call: ConsoleCall, event: str) -> Payload:
    outcome = await answering.outcome_of(call.located, event)
    lost = next((says for says, is_lost in map(end_words, outcome.calls) if is_lost), "")
    why = WORDS[outcome.unsent] if outcome.unsent else lost
    return {**pick(outcome, "carried", "unsent"), "why": call.words.words(why)}


def _line(call: ConsoleCall, line: ShownLine) -> Payload:
    said = call.words.words
    return {
        **pick(line, "id", "at", "by"),
        "who": said(line.author),
        "messages": [{"kind": part.kind, "text": said(part.text)} for part in line.parts],
        "end": said(line.end),
        "lost": line.is_lost,
    }
