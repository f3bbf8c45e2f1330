"""Views of the chats: a list with filters under a name, for oneself or the team (E3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from annotated_types import MaxLen, MinLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Column, Help, Table
from bot.model.chat_view import VIEW_NAME_MOST, ChatFilters, ChatView
from bot.model.translatable import tr
from bot.operations.actors import actor_words
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import Audited, operation
from bot.operations.catalog.parameters import ChannelName, Name
from bot.operations.chat.lists import WhichChats
from bot.operations.chat.ready_answers import new_id
from bot.operations.chat.views import chat_views, remove_chat_view, save_chat_view


@dataclass(frozen=True, slots=True)
class ViewRow:
    """A view: `chats.list` takes its list and filters."""

    id: Annotated[str, Column(tr("id"))]
    name: Annotated[str, Column(tr("name"))]
    list: Annotated[str, Column(tr("list"))]
    channel: Annotated[str | None, Column(tr("channel")), Help("`null`: all.")]
    tag: Annotated[str | None, Column(tr("tag")), Help("`null`: any.")]
    unread: bool
    reason: Annotated[str | None, Help("`null`: any.")]
    mine: Annotated[bool, Column(tr("yours alone"))]
    by: Annotated[str, Column(tr("by"), actor_words)]
    at: datetime


@dataclass(frozen=True, slots=True)
class ViewList:
    """Your own, then the team's, by name."""

    views: Annotated[Sequence[ViewRow], Table(tr("there is no view yet"))]


@dataclass(frozen=True, slots=True)
class ViewChange:
    """Which it is."""

    id: str
    said: Spoken


@operation("chats.views", roles=TEAM)
async def list_views(call: OperationCall) -> ViewList:
    """Views of the chats: lists with filters, saved under a name."""
    return ViewList([_row(one) for one in await chat_views(call.stores, call.by)])


@operation(
    "chats.save_view",
    roles=TEAM,
    changes=True,
    audit=Audited("chat_view_saved", about="name"),
    example="客訴 --list done --reason 客訴",
)
async def save_view(
    call: OperationCall,
    name: Annotated[str, MinLen(1), MaxLen(VIEW_NAME_MOST), Help("its name")],
    list: Annotated[WhichChats, Help("which list (waits)")] = "waits",
    channel: ChannelName | None = None,
    tag: Annotated[Name | None, Help("only of customers with this tag")] = None,
    unread: Annotated[bool, Help("only those with messages that nobody of the team has seen")] = False,
    reason: Annotated[Name | None, Help("only those that ended for this reason")] = None,
    mine: Annotated[bool, Help("yours alone (the team's)")] = False,
) -> ViewChange:
    """Save a list of chats with its filters under a name."""
    filters = ChatFilters(list, channel or "", tag or "", unread, reason or "")
    owner = call.by if mine else ""
    view = ChatView(new_id(call.by, call.request), name, filters, call.by, call.now, owner)
    stored = await save_chat_view(call.stores, view)
    return ViewChange(stored.id, Spoken((tr("done: view {id}", id=stored.id),)))


@operation(
    "chats.remove_view",
    roles=TEAM,
    changes=True,
    audit=Audited("chat_view_removed", about="view"),
    example="5f2b8c0e9a1d4b7c6e3f2a10",
)
async def remove_view(
    call: OperationCall, view: Annotated[Name, Help("its id, as the list has it")]
) -> ViewChange:
    """Remove a view of the chats."""
    found = await remove_chat_view(call.stores, call.by, view)
    said = tr("that was so already") if found is None else tr("removed: {name}", name=found.name)
    return ViewChange(view, Spoken((said,)))


def _row(one: ChatView) -> ViewRow:
    of = one.filters
    return ViewRow(
        *(one.id, one.name, of.list, of.channel or None, of.tag or None, of.unread, of.reason or None),
        *(bool(one.owner), one.by, one.at),
    )
