"""An operation carried out at a terminal: its contacts, its question, its answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from bot.app.playbook_environment import folder_of
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.on_database import PRETEND
from bot.cli.operation_context import contact_named, context_here
from bot.cli.operation_words import value_of, written_by_name
from bot.cli.order import FolderOrder
from bot.cli.report_output import show_report
from bot.cli.terminal_text import NotAgreed, Progress, agreed, write_err, write_file_out
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import (
    HasOutcome,
    ReportText,
    answer_csv,
    answer_lines,
    lists_nothing,
    table_field,
)
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import PageCursor, shown_here
from bot.operations.catalog.operation import Operation, Parameter
from bot.operations.catalog.parameters import (
    Chat,
    GoesOn,
    OfContact,
    TableParameter,
)
from bot.operations.catalog.subjects import subject_named
from bot.operations.chat.answering import chat_channel
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import as_json
from bot.operations.simulated_time import now_among
from bot.operations.table_lines import TableWrong
from bot.playbook.syntax.source import file_trouble_as
from bot.store.stores import Stores
from bot.wording.command_to_paste import command_to_paste

LISTED_MOST = 10_000
"""Of a list that goes on so much is shown at once, or a page more."""


async def carried(operation: Operation[..., Any], order: FolderOrder) -> int:
    """Do it, after a yes where it is to be asked for. Raises what the operation refuses, `UsageWrong`."""
    written = written_by_name(operation, order)
    contacts = await _contacts(operation, written, order)
    people, now = await _people_of(operation, contacts, order)
    given = {one.name: value_of(one, written[one.name], order, now) for one in _others(operation, written)}
    given |= contacts
    progress = Progress(order.speech)
    context = await context_here(order, people, now, asks_line=operation.asks_line)
    call = OperationCall(
        *(context, order.by, now, uuid4().hex),
        progress=progress.show,
        at_once=order.show_early,
        language=order.speech,
    )
    if operation.offer is not None:
        given |= await _agreed(operation.offer, call, order, given)
    with ExitStack() as files:
        answer = await _whole(operation, call, _opened(operation, given, files))
    progress.over()
    show_typed(answer, order)
    if lists_nothing(answer) and vars(order.options).get("playbook") == Path():
        order.note(_of_this_folder(operation, order))
    if not isinstance(answer, HasOutcome) or answer.is_done:
        return RIGHT
    if (why := getattr(answer, "why_not", None)) is not None:
        order.note(why)
    return WRONG


def show_typed(answer: Any, order: FolderOrder) -> None:
    """Print an answer in the form that is asked for: lines, JSON, CSV, a picture."""
    options, text = vars(order.options), getattr(answer, "text", None)
    if (next_ := getattr(answer, "next", None)) is not None:
        order.note(_more(next_, order))
    if isinstance(text, ReportText):
        show_report(text, as_json(answer, order.speech, shown_here), order)
    elif options.get("csv"):
        write_file_out(answer_csv(answer, order.speech, order.at))
        if getattr(answer, "more", False):
            order.note(tr("there are more than the table has"))
    else:
        lines = answer_lines(answer, order.speech, order.at)
        order.show_all(as_json(answer, order.speech, shown_here), lines)


def _more(next_: PageCursor, order: FolderOrder) -> Translatable:
    options = vars(order.options)
    if "after" in options:
        return tr("there are more: add  --after {last}, or  --most N", last=shown_here(next_))
    if "until" in options:
        day = order.at(datetime.fromisoformat(next_.place[0])).split()[0]
        many = f"{LISTED_MOST:,}"
        return tr("there are more than these {number}: go on with  --until {day}", number=many, day=day)
    return tr("there are more than these {number}: ask for less", number=f"{LISTED_MOST:,}")


def _of_this_folder(operation: Operation[..., Any], order: FolderOrder) -> Translatable:
    """A list of another folder may have been meant."""
    words = f"{subject_named(operation.subject).command} {operation.action}".split()
    return tr(
        "this is of {folder}; for another folder, write it behind:  {command}",
        folder=str(folder_of(order.folder).resolve()),
        command=command_to_paste(*words, "../my-shop"),
    )


async def _whole(operation: Operation[..., Any], call: OperationCall, given: Mapping[str, Any]) -> Any:
    """Its answer; of a list that goes on all of it, up to `LISTED_MOST`."""
    answer = await operation(call, **given)
    after = next((one.name for one in operation.parameters if one.marker(GoesOn) is not None), None)
    if after is None or (listed := table_field(operation.answer)) is None:
        return answer
    while answer.next is not None and len(getattr(answer, listed)) < LISTED_MOST:
        more = await operation(call, **given, **{after: answer.next.place})
        answer = replace(more, **{listed: [*getattr(answer, listed), *getattr(more, listed)]})
    return answer


async def _contacts(
    operation: Operation[..., Any], written: Mapping[str, Any], order: FolderOrder
) -> dict[str, LocatedContact | Chat]:
    """The contacts that are named, by parameter; to look, also by an unproven phone. Raises `NotFound`."""
    found: dict[str, LocatedContact | Chat] = {}
    for one in operation.parameters:
        if one.name in written and (about := one.marker(OfContact)) is not None:
            located = await contact_named(order, written[one.name], unproven=not operation.changes)
            is_chat, channel = about.on_channel, order.options.channel
            found[one.name] = Chat(located, chat_channel(located, channel)) if is_chat else located
    return found


async def _people_of(
    operation: Operation[..., Any], contacts: Mapping[str, LocatedContact | Chat], order: FolderOrder
) -> tuple[Stores, datetime]:
    """The people among whom the contact is that it is about, and their time."""
    if operation.goes_by == "database":
        return order.opened.stores, datetime.now(UTC)
    if operation.everywhere:
        people, *_ = await order.opened.everywhere()
        return people, await now_among(people)
    for one in contacts.values():
        located = one.located if isinstance(one, Chat) else one
        if located.simulated:
            order.note(PRETEND)
        return located.stores, await now_among(located.stores)
    return await order.people_now()


async def _agreed(
    offer: Operation[..., Any], call: OperationCall, order: FolderOrder, given: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Ask what the offer asks; the fingerprint of what was agreed to. Raises `NotAgreed`."""
    with ExitStack() as files:
        offered = await offer(call, **_opened(offer, given, files))
    if offered.question is not None:
        for line in answer_lines(offered, order.speech, order.at):
            write_err(f"{line}\n")
    if offered.question is not None and not order.options.yes:
        if not sys.stdin.isatty():
            raise NotAgreed(tr("nothing is done without a yes: add  --yes"))
        if not agreed(offered.question, order.speech):
            raise NotAgreed(tr("nothing was done"))
    fingerprint = getattr(offered, "fingerprint", None)
    return {} if fingerprint is None else {"fingerprint": fingerprint}


def _others(operation: Operation[..., Any], written: Mapping[str, Any]) -> Iterator[Parameter]:
    """The parameters that are written, and no contacts."""
    return (one for one in operation.parameters if one.name in written and one.marker(OfContact) is None)


def _opened(operation: Operation[..., Any], given: Mapping[str, Any], files: ExitStack) -> dict[str, Any]:
    """The same with the files that are named, open. Raises `TableWrong`."""
    found = dict(given)
    for one in operation.parameters:
        if (listed := one.marker(TableParameter)) is not None:
            path = Path(given[one.name])
            found[one.name] = listed.of_file(files.enter_context(_file(path)), path.name)
    return {
        name: value for name, value in found.items() if name in {one.name for one in operation.parameters}
    }


def _file(path: Path) -> BinaryIO:
    with file_trouble_as(lambda why: TableWrong(tr("{file}: {why}", file=str(path), why=why))):
        return path.open("rb")
