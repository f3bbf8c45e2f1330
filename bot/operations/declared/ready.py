"""Ready answers that staff write themselves: for one account, for the team, or on one channel (E3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from annotated_types import MaxLen, MinLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Column, Help, Table
from bot.model.ready_answer import NAME_MOST, SHORTCUT_MOST, ReadyAnswer
from bot.model.translatable import tr
from bot.operations.actors import actor_words
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import Audited, operation
from bot.operations.catalog.parameters import ChannelName, Name
from bot.operations.chat.answering import TEXT_MOST
from bot.operations.chat.ready_answers import (
    new_id,
    ready_answers,
    remove_ready_answer,
    store_ready_answer,
)


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A ready answer."""

    id: Annotated[str, Column(tr("id"))]
    name: Annotated[str, Column(tr("name"))]
    shortcut: Annotated[str, Column(tr("shortcut"))]
    text: Annotated[str, Help("`{name}` stands for the customer's name.")]
    mine: Annotated[bool, Column(tr("yours alone"))]
    channel: Annotated[str | None, Column(tr("channel")), Help("`null`: on all.")]
    picture: Annotated[bool, Help("It has one, which is seen in the console.")]
    by: Annotated[str, Column(tr("by"), actor_words)]
    at: Annotated[datetime, Column(tr("when"))]


@dataclass(frozen=True, slots=True)
class ReadyList:
    """Your own, then the team's, by name."""

    answers: Annotated[Sequence[ReadyRow], Table(tr("there is no ready answer yet"))]


@dataclass(frozen=True, slots=True)
class ReadyChange:
    """Which it is."""

    id: str
    said: Spoken


@operation("ready.list", roles=TEAM, example="--channel main")
async def list_ready(call: OperationCall, channel: ChannelName | None = None) -> ReadyList:
    """Ready answers of the team and your own, which staff have written."""
    return ReadyList([_row(one) for one in await ready_answers(call.stores, call.by, channel or "")])


@operation(
    "ready.write",
    roles=TEAM,
    changes=True,
    audit=Audited("ready_answer_written", about="name"),
    example="營業時間 每天十點到十點 --shortcut hours",
)
async def write_ready(
    call: OperationCall,
    name: Annotated[str, MinLen(1), MaxLen(NAME_MOST), Help("its name")],
    text: Annotated[
        str, MinLen(1), MaxLen(TEXT_MOST), Help("the text, with {name} for the name of the customer")
    ],
    shortcut: Annotated[str, MaxLen(SHORTCUT_MOST), Help("found by this behind a / in the chat (none)")] = "",
    channel: ChannelName | None = None,
    mine: Annotated[bool, Help("yours alone (the team's)")] = False,
    answer: Annotated[Name | None, Help("the id of the one that is changed (a new one)")] = None,
) -> ReadyChange:
    """Write a ready answer, or change one."""
    stored = await store_ready_answer(
        call.stores,
        ReadyAnswer(
            id=answer or new_id(call.by, call.request),
            name=name,
            text=text,
            by=call.by,
            at=call.now,
            shortcut=shortcut,
            owner=call.by if mine else "",
            channel=channel or "",
        ),
    )
    return ReadyChange(stored.id, Spoken((tr("done: ready answer {id}", id=stored.id),)))


@operation(
    "ready.remove",
    roles=TEAM,
    changes=True,
    audit=Audited("ready_answer_removed", about="answer"),
    example="5f2b8c0e9a1d4b7c6e3f2a10",
)
async def remove_ready(
    call: OperationCall, answer: Annotated[Name, Help("its id, as the list has it")]
) -> ReadyChange:
    """Remove a ready answer."""
    found = await remove_ready_answer(call.stores, call.by, answer)
    said = tr("that was so already") if found is None else tr("removed: {name}", name=found.name)
    return ReadyChange(answer, Spoken((said,)))


def _row(one: ReadyAnswer) -> ReadyRow:
    return ReadyRow(
        id=one.id,
        name=one.name,
        shortcut=one.shortcut,
        text=one.text,
        mine=bool(one.owner),
        channel=one.channel or None,
        picture=one.has_picture,
        by=one.by,
        at=one.at,
    )
