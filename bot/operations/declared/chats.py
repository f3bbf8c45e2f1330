"""Conversations: who waits; taken, answered, handed on, given back to the bot (E3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.engine.times.local_time import today
from bot.model.admin import CONSOLE, TEAM
from bot.model.answer_fields import Clock, Help, Sentence, Table
from bot.model.message import Message
from bot.model.money import money_text
from bot.model.translatable import Translatable, TranslatableValue, row, tr
from bot.operations.admins.accounts import colleague
from bot.operations.admins.sessions import SignedSessions
from bot.operations.call_outcomes import CallOutcome, SettledCall, calls_in_words, why_lost
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, PageCursor, Spoken
from bot.operations.catalog.operation import SUPERVISORS, operation
from bot.operations.catalog.parameters import (
    SHORT,
    ChannelName,
    Chat,
    CommandWord,
    GoesOn,
    Moment,
    Name,
    ParameterRefused,
)
from bot.operations.chat import answering
from bot.operations.chat.answering import TEXT_MOST, WORDS, ChatOutcome, ChatPrice, Unsent
from bot.operations.chat.lists import ChatRow, WhichChats, chats
from bot.operations.chat.report import ChatReport, chat_report
from bot.operations.contact_changes import Carried
from bot.operations.declared.chat_views import list_views, remove_view, save_view
from bot.operations.declared.conversation_looks import ChatOfContact, show_chat
from bot.operations.declared.flows import CountedDays
from bot.operations.find_contacts import LocatedContact, not_called
from bot.operations.journeys import LATELY

__all__ = ["list_views", "remove_view", "save_view", "show_chat"]
_CHATS = "chats"
ChatText: TypeAlias = Annotated[str, MinLen(1), MaxLen(TEXT_MOST), Help("the text")]
EvenIf: TypeAlias = Annotated[
    str | None, MaxLen(100), Help("the colleague who has it, as you have seen: else it stays theirs")
]


@dataclass(frozen=True, slots=True)
class ChatsListed:
    """A page of a list."""

    chats: Annotated[Sequence[ChatRow], Table(tr("there is no such conversation"))]
    next: PageCursor | None


@dataclass(frozen=True, slots=True)
class ChatCall:
    """What was sent, or is to be."""

    kind: str
    channel: Annotated[str | None, Help("`null`: that of the conversation.")]
    end: str
    lost: bool = False
    at: datetime | None = None
    request_id: str | None = None
    messages: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ChatChange:
    """What has become of it."""

    contact: ContactRef
    channel: str
    event: Annotated[str | None, Help("`null`: nothing was stored.")]
    carried: Annotated[Carried | None, Help("As of a change of a contact; `null`: nothing was stored.")]
    unsent: Unsent | None
    why: Annotated[Sentence, Help("Why nothing was sent, or it was lost; else empty.")]
    calls: Sequence[ChatCall]
    price: Annotated[ChatPrice | None, Help("Where nothing was stored: what it would cost.")]
    said: Spoken

    @property
    def is_done(self) -> bool:
        return not self.why


@operation("chats.list", roles=TEAM, example="--list mine")
async def list_chats(
    call: OperationCall,
    list: Annotated[WhichChats, Help("which of them (waits)")] = "waits",
    channel: ChannelName | None = None,
    tag: Annotated[Name | None, Help("only of customers with this tag")] = None,
    unread: Annotated[bool, Help("only those with messages that nobody of the team has seen")] = False,
    reason: Annotated[Name | None, Help("only those that ended for this reason")] = None,
    after: Annotated[Sequence[str] | None, GoesOn(_CHATS), Help("`next` of the page before")] = None,
) -> ChatsListed:
    """Those that wait (longest first), are yours, anybody's, done; or all, newest first."""
    found = await chats(
        *(call.stores, list),
        me=call.by,
        zone=call.playbook.zone,
        channel=channel,
        tag=tag,
        unread=unread,
        reason=reason,
        after=None if after is None else (datetime.fromisoformat(after[0]), after[1]),
    )
    further = found.further
    next_ = None if further is None else PageCursor(_CHATS, (further[0].isoformat(), further[1]))
    return ChatsListed([await _listed(call, one) for one in found.rows], next_)


@operation("chats.report", roles=TEAM, example="--days 7 --csv")
async def report_chats(
    call: OperationCall,
    days: CountedDays = LATELY,
    until: Annotated[date | None, Help("the last day (today)")] = None,
    channel: ChannelName | None = None,
) -> ChatReport:
    """Staff's conversations in figures: who answered how many, how soon, and when customers wait."""
    last = until or today(call.now, call.playbook.zone)
    first = date.fromordinal(max(1, last.toordinal() - days + 1))
    only = None if call.role in SUPERVISORS else call.by
    return await chat_report(call.stores, first, last, channel=channel, only=only)


async def _listed(call: OperationCall, row: ChatRow) -> ChatRow:
    """Without who has given it to somebody who is no colleague any more."""
    has_opener = row.given_by is not None and await _is_colleague(call, row.by or "")
    return row if has_opener else replace(row, given_by=None)


async def _is_colleague(call: OperationCall, actor: str) -> bool:
    """Whether it is an account that may have a conversation."""
    account = await call.stores.admins.of(actor.removeprefix(CONSOLE))
    if account is None or account.suspended is not None:
        return False
    place = await SignedSessions(call.stores, call.context.clock).place_of(account)
    return place is not None and place[0] in TEAM


@operation("chats.take", roles=TEAM, changes=True, audit="taken_over", example="main:U1")
async def take_chat(call: OperationCall, chat: ChatOfContact, even_if: EvenIf = None) -> ChatChange:
    """Take a conversation: the bot is silent there."""
    event = await answering.take_over(*_order(call, chat), form=call.request, even_if=_actor(even_if))
    return await _answer(chat, event, tr("done: staff have the conversation, the bot is silent"))


@operation("chats.write", roles=TEAM, changes=True, audit="answered", example='main:U1 "您好，馬上為您查"')
async def write_in_chat(
    call: OperationCall,
    chat: ChatOfContact,
    text: ChatText,
    may_cost: Annotated[bool, Help("also as a push, which costs a message")] = False,
    even_if: EvenIf = None,
) -> ChatChange:
    """Answer a person, and take the conversation: free, or as a push where that may cost."""
    messages = [_message(text)]
    price = await answering.price_of(chat.located, chat.channel, call.context.prices())
    if price.unsent is not None or not (may_cost or price.is_free):
        return _at_a_price(chat, price)
    return await send_in_chat(call, chat, messages, may_cost=may_cost, even_if=even_if)


async def send_in_chat(
    call: OperationCall,
    chat: Chat,
    messages: Sequence[Message],
    *,
    may_cost: bool = False,
    even_if: str | None = None,
) -> ChatChange:
    """Answer a person by these messages, whatever they cost where that is agreed to."""
    found, channel, by = _order(call, chat)
    event = await answering.write(
        *(found, channel, messages, by), form=call.request, may_cost=may_cost, even_if=_actor(even_if)
    )
    done = tr("done: staff have the conversation, and this was decided:")
    is_answer = call.playbook.keep_conversations is not None
    return await _answer(chat, event, done, is_answer=is_answer)


def _message(text: str) -> Message:
    try:
        return answering.text_message(text)
    except answering.ChatRefused as error:
        raise ParameterRefused("text", error.message) from error


@operation("chats.note", roles=TEAM, changes=True, audit="note_left", example="main:U1 她很急")
async def note_in_chat(call: OperationCall, chat: ChatOfContact, text: ChatText) -> ChatChange:
    """Leave a note to colleagues in a conversation, which LINE never gets."""
    event = await answering.note(chat.located, chat.channel, text, call.by, form=call.request)
    return await _answer(chat, event, tr("done: the note is in the conversation"))


@operation("chats.hand_over", roles=TEAM, changes=True, audit="assigned", example="main:U1 mei")
async def hand_over_chat(
    call: OperationCall,
    chat: ChatOfContact,
    to: Annotated[Name, Help("a colleague, by the name of their account")],
    even_if: EvenIf = None,
    note: Annotated[str, MaxLen(TEXT_MOST), Help("a note to that colleague (none)")] = "",
) -> ChatChange:
    """Give a conversation to a colleague, with a note where there is one."""
    whose = await colleague(call.stores, call.context.clock, to)
    found, channel, by = _order(call, chat)
    if note.strip():
        await answering.note(found, channel, note, by, form=_second(call.request))
    event = await answering.take_over(
        found, channel, by, form=call.request, to=whose, even_if=_actor(even_if)
    )
    return await _answer(chat, event, tr("done: {name} has the conversation", name=to))


@operation("chats.finish", roles=TEAM, changes=True, audit="handed_back", example="main:U1")
async def finish_chat(
    call: OperationCall,
    chat: ChatOfContact,
    even_if: EvenIf = None,
    reason: Annotated[str, MaxLen(SHORT), Help("why it is over, one of the account's reasons (none)")] = "",
) -> ChatChange:
    """Give a conversation back to the bot, for a reason where the account has some."""
    rules = call.playbook.channels.get(chat.channel)
    known = () if rules is None else rules.reasons
    if reason and reason not in known:
        there = tr("there are {names}", names=row(known)) if known else tr("the account has no reasons")
        raise ParameterRefused("reason", not_called(tr("reason"), reason, there))
    event = await answering.hand_back(
        *_order(call, chat), form=call.request, even_if=_actor(even_if), reason=reason
    )
    return await _answer(chat, event, tr("done: the bot has the conversation again"))


@operation(
    "chats.follow_up", roles=TEAM, changes=True, audit="follow_up_set", example="main:U1 2026-12-24T10:00"
)
async def follow_up_chat(
    call: OperationCall,
    chat: ChatOfContact,
    at: Annotated[Moment | None, CommandWord(), Help("when it comes up again (not any more)")] = None,
    even_if: EvenIf = None,
) -> ChatChange:
    """Have a conversation come up again, unless the customer writes before."""
    found, channel, by = _order(call, chat)
    event = await answering.follow_up(
        found, channel, by, at, call.now, form=call.request, even_if=_actor(even_if)
    )
    done = tr("done: it comes up again") if at else tr("done: it does not come up again")
    return await _answer(chat, event, done)


def _second(request: str) -> str:
    """The id of a second order of the same request: the same however often it comes."""
    return uuid.uuid5(uuid.NAMESPACE_OID, request).hex


def _order(call: OperationCall, chat: Chat) -> tuple[LocatedContact, str, str]:
    return chat.located, chat.channel, call.by


def _actor(name: str | None) -> str | None:
    """An account of the console by its name; others as the audit log has them."""
    return name if name is None or ":" in name else f"{CONSOLE}{name}"


def _at_a_price(chat: Chat, price: ChatPrice) -> ChatChange:
    """Nothing is stored: it would cost, and nobody has agreed to that, or it would not be sent at all."""
    unsent = price.unsent or "would_cost"
    said = Spoken((_not_sent(price),))
    contact = ContactRef(chat.located.contact.id)
    return ChatChange(contact, chat.channel, None, None, unsent, WORDS[unsent], (), price, said)


def _not_sent(price: ChatPrice) -> Translatable:
    if price.unsent is not None:
        return tr("not sent: {why}", why=WORDS[price.unsent])
    if price.each is None:
        return tr(
            "not sent: it would be a push, one message of the month; it goes once you say that it may cost"
        )
    each = money_text(price.each)
    return tr(
        "not sent: it would be a push, {money} beyond the plan's messages;"
        " it goes once you say that it may cost",
        money=each,
    )


async def _answer(chat: Chat, event: str, done: Translatable, *, is_answer: bool = False) -> ChatChange:
    outcome = await answering.outcome_of(chat.located, event, is_answer=is_answer)
    lost = next((one for one in outcome.calls if isinstance(one, SettledCall) and one.lost), None)
    why: TranslatableValue = "" if lost is None else why_lost(lost.end)
    return ChatChange(
        contact=ContactRef(chat.located.contact.id),
        channel=chat.channel,
        event=event,
        carried=outcome.carried,
        unsent=outcome.unsent,
        why=why if outcome.unsent is None else WORDS[outcome.unsent],
        calls=[_call(one) for one in outcome.calls],
        price=None,
        said=Spoken(partial(_lines, outcome, done)),
    )


def _call(one: CallOutcome) -> ChatCall:
    if isinstance(one, SettledCall):
        return ChatCall(one.kind, one.channel, one.end, one.lost, one.at, one.request_id, one.messages)
    return ChatCall(one.kind, one.channel, one.end)


def _lines(outcome: ChatOutcome, done: Translatable, at: Clock) -> Iterable[TranslatableValue]:
    match outcome.carried:
        case "stored":
            yield tr("stored: it is done as soon as oaflow runs")
        case "waiting":
            yield tr("stored: it is done when its turn comes")
        case "done" if outcome.unsent is not None:
            yield tr("not done: {why}", why=WORDS[outcome.unsent])
        case "done":
            yield done
            yield from calls_in_words(outcome.calls, at)
