"""What was said with a contact, masked or in full (E3, J2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le

from bot.model.admin import TEAM
from bot.model.answer_fields import Help
from bot.model.staff_chat import StaffChatState
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, PageCursor, Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Chat, Customer, GoesOn, OfContact
from bot.operations.chat import answering
from bot.operations.chat.answering import ChatPrice
from bot.operations.contact_view import revealed
from bot.operations.conversation import TURNS, TURNS_MOST, conversation
from bot.operations.conversation_text import (
    ConversationLines,
    SaidTurn,
    place_code,
    place_of,
    place_text,
    said_turn,
)
from bot.operations.declared.contact_looks import check_may_reveal
from bot.operations.find_contacts import LocatedContact
from bot.operations.looks import record_look

_CONVERSATION = "conversation"
ChatOfContact: TypeAlias = Annotated[
    Chat, OfContact(on_channel=True), Help("a LINE user id, a contact id, a phone or a member number")
]
Before: TypeAlias = Annotated[
    Sequence[str] | None,
    GoesOn(_CONVERSATION, is_written=True),
    Help("what was said before 2026-11-20 10:00"),
]
TurnsShown: TypeAlias = Annotated[
    int, Ge(1), Le(TURNS_MOST), Help(f"so many, each with its answers ({TURNS})")
]
Reveal: TypeAlias = Annotated[bool, Help("in full, which is recorded")]


@dataclass(frozen=True, slots=True)
class ConversationShown:
    """What was said on all accounts of a contact, oldest first."""

    contact: ContactRef
    simulator: Annotated[bool, Help("A friend of a simulator, and nobody real.")]
    turns: Sequence[SaidTurn]
    earlier: Annotated[PageCursor | None, Help("The next `before`.")]
    said: Spoken


@dataclass(frozen=True, slots=True)
class ChatShown(ConversationShown):
    """The same, with how it stands on a channel, and what an answer costs now."""

    channel: str
    state: StaffChatState | None
    by: str | None
    since: datetime | None
    price: ChatPrice


@operation(
    "contacts.conversation",
    roles=TEAM,
    not_in={"command": "oaflow contact show --conversation has it"},
)
async def show_conversation(
    call: OperationCall,
    contact: Customer,
    before: Before = None,
    turns: TurnsShown = TURNS,
    reveal: Reveal = False,
) -> ConversationShown:
    """What was said with a contact, masked, the last at the end; in full only once the audit log has it."""
    return ConversationShown(*await _page(call, contact, before, turns, reveal=reveal))


@operation("chats.show", roles=TEAM, example="main:U1")
async def show_chat(
    call: OperationCall, chat: ChatOfContact, before: Before = None, turns: TurnsShown = TURNS
) -> ChatShown:
    """What was said, masked, how the conversation stands, and what an answer costs now."""
    found, channel = chat.located, chat.channel
    had = answering.chat_of_staff(found, channel)
    price = await answering.price_of(found, channel, call.context.prices())
    page = await _page(call, found, before, turns, reveal=False)
    state, by, since = (None, None, None) if had is None else (had.state, had.by, had.since)
    return ChatShown(*page, channel, state, by, since, price)


async def _page(
    call: OperationCall, found: LocatedContact, before: Sequence[str] | None, most: int, *, reveal: bool
) -> tuple[ContactRef, bool, Sequence[SaidTurn], PageCursor | None, Spoken]:
    """The fields of `ConversationShown`; the audit log has the look, before what is in full."""
    contact, zone = found.contact, call.playbook.zone
    place = None if before is None else place_of(before[0], zone)
    if reveal:
        await check_may_reveal(call)
        await revealed(found, call.by, call.now)
    await record_look(call.stores, contact.id, call.by, call.now, "conversation_read")
    page = await conversation(found, call.now, before=place, zone=zone, most=most, reveal=reveal)
    turns, earlier = [said_turn(one, call.language) for one in page.turns], page.earlier
    said = ConversationLines(
        turns,
        "" if earlier is None else place_text(earlier, zone),
        " ".join((contact.name or "").split()),
        len(contact.identities) > 1,
        call.playbook.keep_conversations,
        call.language,
    )
    next_ = None if earlier is None else PageCursor(_CONVERSATION, (place_code(earlier),))
    return ContactRef(contact.id), found.simulated, turns, next_, Spoken(said.lines)
