"""The command of an operation: its words, options and help, and what is printed, made of its declaration."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args, get_origin
from uuid import uuid4

from annotated_types import Ge, Le, MaxLen, MinLen

from bot.app.playbook_environment import folder_of
from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.dates import calendar_day, chosen_moment, day_or_span, moment_of
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.on_database import PRETEND
from bot.cli.operation_context import contact_named, context_here
from bot.cli.operator import add_by
from bot.cli.order import Check, FolderOrder, carried_out, carried_out_anyway
from bot.cli.refusal import UsageWrong
from bot.cli.report_output import add_forms, draw, show_csv
from bot.cli.terminal_text import NotAgreed, Progress, agreed, write_err, write_file_out
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import (
    HasOutcome,
    ReportText,
    SlideText,
    answer_csv,
    answer_lines,
    has_table,
    lists_nothing,
    report_text,
    table_field,
)
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactName, ContactRef, FaceValue, MaskedName, PageCursor
from bot.operations.catalog.operation import Operation, Parameter, markers, plain_type
from bot.operations.catalog.parameters import (
    Chat,
    CommandWord,
    CountedBack,
    GoesOn,
    OfContact,
    Option,
    PlaybookName,
    TableParameter,
)
from bot.operations.catalog.registry import operations_of
from bot.operations.catalog.subjects import OperationSubject, subject_named
from bot.operations.chat.answering import chat_channel
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import as_json
from bot.operations.simulated_time import now_among
from bot.operations.table_lines import TableWrong
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import file_trouble
from bot.store.stores import Stores
from bot.wording.command_to_paste import command_to_paste

_KINDS: Mapping[object, Callable[[str], object]] = {
    int: int,
    date: calendar_day,
    datetime: chosen_moment,
    CountedBack: day_or_span,
}
LISTED_MOST = 10_000
"""Of a list that goes on so much is shown at once, or a page more."""
_METAVARS = {"contact": "WHO", "chat": "WHO"}
"""Of parameters that are not called by their names."""


def subject_arguments(command: ArgumentParser, name: str) -> None:
    """A command that is the operations of the subject of this name, and nothing else: actions, or the one
    that is called as its subject."""
    subject = subject_named(name)
    first = next(iter(operations_of(subject)))
    if not first.verb:
        _describe(command, subject.command, first)
        return
    example = f"oaflow {subject.command} {first.action} {first.example}".rstrip()
    describe(command, f"{subject.says[:1].upper()}{subject.says[1:]}.", example=example)
    add_operations(actions_of(command), subject)


def add_operations(actions: Actions, subject: OperationSubject) -> None:
    """Each operation of a subject that the command line has, as an action of its command."""
    for one in operations_of(subject):
        if not one.is_offer and "command" not in one.not_in:
            verb = one.action
            action = actions.add_parser(verb, help=_in_a_list(one.says))
            _describe(action, f"{subject.command} {verb}", one)


def _describe(action: ArgumentParser, command: str, operation: Operation[..., Any]) -> None:
    """What is written behind a command, and what carries it out."""
    words = [one for one in _written(operation) if _is_word(one)]
    usage, needs = _usage(words), any(one.is_required for one in words)
    example = f"oaflow {command} {operation.example}".rstrip()
    describe(
        action, operation.says, example=example, run=_by_playbook(operation, partial(_check_words, words))
    )
    if words:
        action.usage = f"%(prog)s [OPTION…] [PLAYBOOK] {usage}"
        action.add_argument("words", nargs="+" if needs else "*", metavar=usage, help=_help_of(words))
    else:
        add_playbook(action)
    for one in _written(operation):
        if not _is_word(one):
            _add_option(action, one)
    if operation.offer is not None:
        action.add_argument("--yes", action="store_true", help="without asking")
    if operation.changes:
        add_by(action)
    names_channel = any(one.name == "channel" for one in operation.parameters)
    if not names_channel and any(one.marker(OfContact) for one in words):
        action.add_argument("--channel", help="the account of a LINE user id, where several have it")
    report = report_text(operation.answer)
    if report is not None and issubclass(report, SlideText):
        add_forms(action)
    elif report is not None or has_table(operation.answer):
        action.add_argument("--csv", action="store_true", help="as CSV for spreadsheets")
    add_json(action)


def _by_playbook(operation: Operation[..., Any], check: Check) -> Run:
    """What carries it out, by the playbook that it goes by."""
    carry, goes_by = partial(_carried, operation), operation.goes_by
    if goes_by == "folder":
        return carried_out_anyway(check=check)(carry)
    return carried_out(check=check, drafts=goes_by == "drafts", at_line=goes_by == "at_line")(carry)


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _in_a_list(says: str) -> str:
    """A sentence as it stands behind a name."""
    return f"{says[:1].lower()}{says[1:]}".removesuffix(".")


def _written(operation: Operation[..., Any]) -> Sequence[Parameter]:
    """What is written of it: all but what only a page or a program has."""
    return [one for one in operation.parameters if one.marker(GoesOn) is None and one.name != "fingerprint"]


def _is_word(parameter: Parameter) -> bool:
    is_word = parameter.is_required or parameter.marker(CommandWord) is not None
    return is_word and parameter.marker(Option) is None


def _may_be_several(parameter: Parameter) -> bool:
    is_name = parameter.marker(OfContact) is not None or parameter.marker(PlaybookName) is not None
    return is_name or _is_list(parameter)


def _is_list(parameter: Parameter) -> bool:
    return get_origin(plain_type(parameter.annotation)) in (list, tuple)


def _metavar(parameter: Parameter) -> str:
    if parameter.marker(TableParameter) is not None:
        return "FILE"
    return _METAVARS.get(parameter.name) or _dashed(parameter.name).upper()


def _usage(words: Sequence[Parameter]) -> str:
    """What is written behind the playbook."""
    return " ".join(_metavar(one) if one.is_required else f"[{_metavar(one)}]" for one in words)


def _help_of(words: Sequence[Parameter]) -> str:
    return "; ".join(one.says for one in words if one.says) or "before it: folder with bot.yaml"


def _add_option(action: ArgumentParser, parameter: Parameter) -> None:
    kind, name = plain_type(parameter.annotation), f"--{_dashed(parameter.name)}"
    if kind in (bool, Literal[True]):
        action.add_argument(
            *(name,),
            action="store_true",
            dest=parameter.name,
            required=parameter.is_required,
            help=parameter.says,
        )
        return
    if parameter.marker(CountedBack) is not None:
        kind = CountedBack
    if several := get_origin(kind) in (list, tuple):
        kind = get_args(kind)[0]
    choices = get_args(kind) if get_origin(kind) is Literal else None
    action.add_argument(
        name,
        dest=parameter.name,
        action="append" if several else "store",
        type=_KINDS.get(kind, str),
        choices=choices,
        required=parameter.is_required,
        metavar=None if choices else _metavar(parameter),
        help=parameter.says,
    )


def _check_words(wanted: Sequence[Parameter], words: Sequence[str], options: Arguments) -> None:
    """Raise `UsageWrong` unless there is a word for each; a phone, or a name, may be several, if one is."""
    contacts = sum(one.marker(OfContact) is not None for one in wanted)
    is_open = contacts < 2 and any(map(_may_be_several, wanted))
    needed = sum(one.is_required for one in wanted)
    if len(words) < needed or (len(words) > len(wanted) and not is_open):
        raise UsageWrong(tr("write  {words}  after the playbook", words=_usage(wanted)))


async def _carried(operation: Operation[..., Any], order: FolderOrder) -> int:
    """Do it, after a yes where it is to be asked for. Raises what the operation refuses, `UsageWrong`."""
    written = _written_by_name(operation, order)
    contacts = await _contacts(operation, written, order)
    people, now = await _people_of(contacts, order)
    given = {one.name: _value(one, written[one.name], order, now) for one in _others(operation, written)}
    given |= contacts
    progress = Progress(order.speech)
    context = context_here(order, people, now)
    call = OperationCall(context, order.by, now, uuid4().hex, progress=progress.show, language=order.speech)
    if operation.offer is not None:
        given |= await _agreed(operation.offer, call, order, given)
    with ExitStack() as files:
        answer = await _whole(operation, call, _opened(operation, given, files))
    progress.over()
    if getattr(answer, "next", None) is not None:
        order.note(tr("there are more than these {number}: ask for less", number=f"{LISTED_MOST:,}"))
    options, text = vars(order.options), getattr(answer, "text", None)
    if isinstance(text, SlideText) and options["svg"] is not None:
        draw(Path(options["svg"]), text.picture(), order)
    elif isinstance(text, ReportText) and options["csv"]:
        show_csv(text.columns, text.rows, order)
    elif options.get("csv"):
        write_file_out(answer_csv(answer, order.speech, order.at))
    else:
        lines = answer_lines(answer, order.speech, order.at)
        order.show_all(as_json(answer, order.speech, _at_terminal), lines)
    if lists_nothing(answer) and vars(order.options).get("playbook") == Path():
        order.note(_of_this_folder(order))
    return RIGHT if not isinstance(answer, HasOutcome) or answer.is_done else WRONG


def _of_this_folder(order: FolderOrder) -> Translatable:
    """A list of another folder may have been meant."""
    options = vars(order.options)
    words = [options[name] for name in ("command", "action") if name in options]
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
    contacts: Mapping[str, LocatedContact | Chat], order: FolderOrder
) -> tuple[Stores, datetime]:
    """The people among whom the contact is that it is about, and their time."""
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
    if not order.options.yes:
        if not sys.stdin.isatty():
            raise NotAgreed(tr("nothing is done without a yes: add  --yes"))
        for line in answer_lines(offered, order.speech, order.at):
            write_err(f"{line}\n")
        if not agreed(offered.question, order.speech):
            raise NotAgreed(tr("nothing was done"))
    fingerprint = getattr(offered, "fingerprint", None)
    return {} if fingerprint is None else {"fingerprint": fingerprint}


def _written_by_name(operation: Operation[..., Any], order: FolderOrder) -> dict[str, Any]:
    """What was written, by parameter."""
    parameters = _written(operation)
    by_word = dict(_by_word([one for one in parameters if _is_word(one)], order.words))
    found: dict[str, Any] = {}
    for one in parameters:
        value = by_word.get(one.name) if _is_word(one) else vars(order.options)[one.name]
        if value is not None and value is not False:
            found[one.name] = value
    return found


def _others(operation: Operation[..., Any], written: Mapping[str, Any]) -> Iterator[Parameter]:
    """The parameters that are written, and no contacts."""
    return (one for one in operation.parameters if one.name in written and one.marker(OfContact) is None)


def _by_word(wanted: Sequence[Parameter], words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The words by what is wanted: each has one, and who may be several those beyond."""
    left = list(words)
    for behind, one in zip(reversed(range(len(wanted))), wanted, strict=True):
        number = max(1, len(left) - behind) if _may_be_several(one) else 1
        if left:
            yield one.name, left[:number] if _is_list(one) else " ".join(left[:number])
        del left[:number]


def _value(parameter: Parameter, written: Any, order: FolderOrder, now: datetime) -> Any:
    """What was written, as the operation takes it. Raises `UsageWrong`."""
    if _is_word(parameter) and isinstance(written, str):
        written = _word_read(parameter, written)
    _check_bounds(parameter, written)
    if isinstance(written, timedelta):
        return (now - written).astimezone(order.zone).date()
    return moment_of(written, order.zone) if isinstance(written, datetime) else written


def _word_read(parameter: Parameter, word: str) -> Any:
    """A word as its type has it: options are read by argparse."""
    try:
        return _KINDS.get(plain_type(parameter.annotation), str)(word)
    except (ValueError, ArgumentTypeError) as error:
        raise UsageWrong(tr("{word} is no {name}", word=quoted(word), name=_metavar(parameter))) from error


def _check_bounds(parameter: Parameter, value: Any) -> None:
    """Raise `UsageWrong` for what the API refuses, too."""
    name = _metavar(parameter) if _is_word(parameter) else f"--{_dashed(parameter.name)}"
    for bound in markers(parameter.annotation):
        match bound:
            case MinLen(least) if len(value) < least:
                raise UsageWrong(tr("{name}: there are to be at least {number}", name=name, number=least))
            case MaxLen(most) if len(value) > most:
                raise UsageWrong(tr("{name}: there may be at most {number}", name=name, number=most))
            case Ge(end) if value < end:
                raise UsageWrong(tr("{name}: it begins with {number}", name=name, number=str(end)))
            case Le(end) if value > end:
                raise UsageWrong(tr("{name}: it ends with {number}", name=name, number=str(end)))


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
    try:
        return path.open("rb")
    except OSError as error:
        raise TableWrong(tr("{file}: {why}", file=str(path), why=file_trouble(error))) from error


def _at_terminal(identity: FaceValue) -> str:
    """Whoever has a terminal has the database: an id is shown as it is."""
    match identity:
        case ContactRef(contact):
            return contact
        case PageCursor(_, place):
            return place[-1]
        case MaskedName(text) | ContactName(text):
            return text
