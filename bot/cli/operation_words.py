"""What is written of an operation at a terminal: which words and options, and their values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen

from bot.cli.dates import calendar_day, chosen_moment, day_or_span, moment_of
from bot.cli.order import FolderOrder
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.operation import Operation, Parameter, markers, plain_type
from bot.operations.catalog.parameters import (
    CommandWord,
    CountedBack,
    GoesOn,
    OfContact,
    Option,
    PlaybookName,
    Sought,
    TableParameter,
)
from bot.playbook.similar import quoted

KINDS: Mapping[object, Callable[[str], object]] = {
    int: int,
    date: calendar_day,
    datetime: chosen_moment,
    CountedBack: day_or_span,
}
"""What reads a value from a text, by its type. Raises `ValueError` and `ArgumentTypeError`."""
_METAVARS = {"contact": "WHO", "chat": "WHO", "person": "WHO", "since": "DATE", "until": "DATE", "by": "NAME"}
"""Of parameters that are not called by their names."""


def dashed(name: str) -> str:
    """A name as the command line has it."""
    return name.replace("_", "-")


def written_parameters(operation: Operation[..., Any]) -> Sequence[Parameter]:
    """What is written of it: all but what only a page or a program has."""
    return [one for one in operation.parameters if _is_written(one) and one.name != "fingerprint"]


def _is_written(parameter: Parameter) -> bool:
    goes_on = parameter.marker(GoesOn)
    return goes_on is None or goes_on.is_written


def is_word(parameter: Parameter) -> bool:
    """Whether it is a word behind the playbook; else it is an option."""
    stands_alone = parameter.is_required or parameter.marker(CommandWord) is not None
    return stands_alone and parameter.marker(Option) is None


def may_be_several(parameter: Parameter) -> bool:
    """Whether it may have spaces in it, or is a list."""
    return is_list(parameter) or any(parameter.marker(one) for one in (OfContact, PlaybookName, Sought))


def is_list(parameter: Parameter) -> bool:
    """Whether it has several values."""
    return get_origin(plain_type(parameter.annotation)) in (list, tuple)


def metavar(parameter: Parameter) -> str:
    """What stands for its value in usage and help."""
    if parameter.marker(TableParameter) is not None:
        return "FILE"
    return _METAVARS.get(parameter.name) or dashed(parameter.name).upper()


def usage_of(words: Sequence[Parameter]) -> str:
    """What is written behind the playbook."""
    return " ".join(metavar(one) if one.is_required else f"[{metavar(one)}]" for one in words)


def written_by_name(operation: Operation[..., Any], order: FolderOrder) -> dict[str, Any]:
    """What was written, by parameter."""
    parameters = written_parameters(operation)
    by_word = dict(_by_word([one for one in parameters if is_word(one)], order.words))
    found: dict[str, Any] = {}
    for one in parameters:
        value = by_word.get(one.name) if is_word(one) else vars(order.options)[one.name]
        if value is not None and value is not False:
            found[one.name] = value
    return found


def _by_word(wanted: Sequence[Parameter], words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """The words by what is wanted: each has one, and who may be several those beyond."""
    left = list(words)
    for behind, one in zip(reversed(range(len(wanted))), wanted, strict=True):
        number = max(1, len(left) - behind) if may_be_several(one) else 1
        if left:
            yield one.name, left[:number] if is_list(one) else " ".join(left[:number])
        del left[:number]


def value_of(parameter: Parameter, written: Any, order: FolderOrder, now: datetime) -> Any:
    """What was written, as the operation takes it. Raises `UsageWrong`."""
    if is_word(parameter) and isinstance(written, str):
        written = _word_read(parameter, written)
    _check_bounds(parameter, written)
    if isinstance(written, timedelta):
        return (now - written).astimezone(order.zone).date()
    if parameter.marker(GoesOn) is not None:
        return (written,)
    return moment_of(written, order.zone) if isinstance(written, datetime) else written


def _word_read(parameter: Parameter, word: str) -> Any:
    """A word as its type has it: options are read by argparse."""
    kind = plain_type(parameter.annotation)
    try:
        return KINDS.get(kind, str)(word)
    except (ValueError, ArgumentTypeError) as error:
        if kind is int:
            raise UsageWrong(tr("{text} is no number", text=quoted(word))) from error
        raise UsageWrong(tr("{word} is no {name}", word=quoted(word), name=metavar(parameter))) from error


def _check_bounds(parameter: Parameter, value: Any) -> None:
    """Raise `UsageWrong` for what the API refuses, too."""
    name = metavar(parameter) if is_word(parameter) else f"--{dashed(parameter.name)}"
    least, most = parameter.marker(Ge), parameter.marker(Le)
    if (least is not None and value < least.ge) or (most is not None and value > most.le):
        raise UsageWrong(_number_bounds(name, least, most))
    for bound in markers(parameter.annotation):
        match bound:
            case MinLen(fewest) if fewest == 1 and not value:
                raise UsageWrong(tr("{name}: nothing is written", name=name))
            case MinLen(fewest) if len(value) < fewest:
                raise UsageWrong(_length_bounds(name, value, tr("at least {number}", number=str(fewest))))
            case MaxLen(longest) if len(value) > longest:
                raise UsageWrong(_length_bounds(name, value, tr("at most {number}", number=f"{longest:,}")))


def _number_bounds(name: str, least: Ge | None, most: Le | None) -> Translatable:
    first = "0" if least is None else str(least.ge)
    if most is None:
        return tr("{name}: a number from {least} on", name=name, least=first)
    return tr("{name}: a number from {least} to {most}", name=name, least=first, most=str(most.le))


def _length_bounds(name: str, value: Any, bound: Translatable) -> Translatable:
    if isinstance(value, str):
        return tr("{name}: {bound} characters", name=name, bound=bound)
    return tr("{name}: {bound}", name=name, bound=bound)
