"""The command of an operation: its words, options and help, made of its declaration."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from functools import partial
from typing import Any, Literal, get_args, get_origin

from bot.cli.arguments import (
    Actions,
    Arguments,
    Run,
    actions_of,
    add_json,
    add_playbook,
    describe,
)
from bot.cli.operation_run import carried
from bot.cli.operation_words import (
    KINDS,
    dashed,
    is_word,
    may_be_several,
    metavar,
    usage_of,
    written_parameters,
)
from bot.cli.operator import add_by
from bot.cli.order import Check, carried_out, carried_out_anyway, on_folder
from bot.cli.refusal import UsageWrong
from bot.cli.report_output import add_forms
from bot.model.translatable import tr
from bot.operations.catalog.answers import (
    SlideText,
    has_table,
    report_text,
)
from bot.operations.catalog.operation import Operation, Parameter, plain_type
from bot.operations.catalog.parameters import (
    CountedBack,
    OfContact,
)
from bot.operations.catalog.registry import operations_of
from bot.operations.catalog.subject import OperationSubject
from bot.operations.catalog.subjects import subject_named


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


FEW = 8
"""Choices that stand in the help themselves; of more only their name."""


def add_operations(actions: Actions, subject: OperationSubject) -> None:
    """Each operation of a subject that the command line has, as an action of its command."""
    for one in operations_of(subject):
        if not one.is_offer and "command" not in one.not_in:
            verb = one.action
            action = actions.add_parser(verb, help=_in_a_list(one.says))
            _describe(action, f"{subject.command} {verb}", one)


def _describe(action: ArgumentParser, command: str, operation: Operation[..., Any]) -> None:
    """What is written behind a command, and what carries it out."""
    words = [one for one in written_parameters(operation) if is_word(one)]
    usage, needs = usage_of(words), any(one.is_required for one in words)
    example = f"oaflow {command} {operation.example}".rstrip()
    describe(
        action, operation.says, example=example, run=_by_playbook(operation, partial(_check_words, words))
    )
    if words:
        action.usage = f"%(prog)s [OPTION…] [PLAYBOOK] {usage}"
        action.add_argument("words", nargs="+" if needs else "*", metavar=usage, help=_help_of(words))
    else:
        add_playbook(action)
    for one in written_parameters(operation):
        if not is_word(one):
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
    carry, goes_by = partial(carried, operation), operation.goes_by
    if goes_by == "database":
        return on_folder(check=check)(carry)
    if goes_by == "folder":
        return carried_out_anyway(check=check)(carry)
    return carried_out(check=check, drafts=goes_by == "drafts", at_line=goes_by == "at_line")(carry)


def _in_a_list(says: str) -> str:
    """A sentence as it stands behind a name."""
    return f"{says[:1].lower()}{says[1:]}".removesuffix(".")


def _help_of(words: Sequence[Parameter]) -> str:
    return "; ".join(one.says for one in words if one.says) or "before it: folder with bot.yaml"


def _add_option(action: ArgumentParser, parameter: Parameter) -> None:
    kind, name = plain_type(parameter.annotation), f"--{dashed(parameter.name)}"
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
        type=KINDS.get(kind, str),
        choices=choices,
        required=parameter.is_required,
        metavar=None if choices and len(choices) <= FEW else metavar(parameter),
        help=parameter.says,
    )


def _check_words(wanted: Sequence[Parameter], words: Sequence[str], options: Arguments) -> None:
    """Raise `UsageWrong` unless there is a word for each; a phone, or a name, may be several, if one is."""
    contacts = sum(one.marker(OfContact) is not None for one in wanted)
    is_open = contacts < 2 and any(map(may_be_several, wanted))
    needed = sum(one.is_required for one in wanted)
    if len(words) < needed or (len(words) > len(wanted) and not is_open):
        raise UsageWrong(tr("write  {words}  after the playbook", words=usage_of(wanted)))
