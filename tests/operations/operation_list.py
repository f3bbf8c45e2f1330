"""All declared operations as `docs/all-operations.md` lists them, made of their declarations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from bot.model.admin import TeamRole
from bot.model.answer_fields import Help, Internal
from bot.model.place import Place
from bot.model.translatable import Translatable
from bot.operations.catalog.answers import AnswerFile
from bot.operations.catalog.identities import ContactName, ContactRef, MaskedName, PageCursor, Spoken
from bot.operations.catalog.operation import Operation, Parameter, markers, plain_type
from bot.operations.catalog.parameters import GoesOn, TableParameter
from bot.operations.catalog.registry import operations_of
from bot.operations.catalog.subjects import SUBJECTS, subject_named
from bot.web.api.declared import address_of, method_of, sent_to
from bot.web.api.endpoint import PREFIX

OF_FACES = {
    ContactRef: "a sealed part over the API, an id at a terminal",
    PageCursor: "where the list goes on: the next `after`",
    MaskedName: "masked; at a terminal only",
    ContactName: "masked over the API",
}

MOST_WORDS = 16
"""More that a value may be are not listed: `/admin/api/openapi.json` has them."""
LONG = 200
"""Characters of an answer that is said once, and named where it comes again."""
SHOWN_WHOLE = (Translatable, Place, *OF_FACES)
"""Dataclasses that are a text for whoever reads them."""


def operation_list() -> str:
    """The whole list, by subjects."""
    listed: dict[str, str] = {}
    return "\n".join(
        f"## {subject.says[:1].upper()}{subject.says[1:]}\n\n"
        + "".join(_entry(one, listed) for one in operations_of(subject))
        for subject in SUBJECTS
    )


def _entry(operation: Operation[..., Any], listed: dict[str, str]) -> str:
    """What it does, where, who may, what is sent and answered; answers that are `listed` are named."""
    faces = ", ".join(_faces(operation))
    lines = [f"- **`{operation.name}`**: {_in_a_sentence(operation.says)}. {faces}; {_roles(operation)}."]
    if sent := sent_to(operation):
        lines.append(f"  - sent: {', '.join(map(_parameter, sent))}")
    answered = _answered(operation.answer)
    as_that = listed.setdefault(answered, operation.name)
    is_said = as_that == operation.name or len(answered) < LONG
    lines.append(f"  - answered: {answered if is_said else f'as `{as_that}`'}")
    return "".join(f"{line}\n" for line in lines)


def _answered(answer: Any) -> str:
    if isinstance(answer, type) and issubclass(answer, AnswerFile):
        return f"a file, `{answer.media}`"
    return ", ".join(_fields(answer))


def _faces(operation: Operation[..., Any]) -> Iterator[str]:
    if (reason := operation.not_in.get("api")) is None:
        yield f"`{method_of(operation)} {PREFIX}{address_of(operation)}`"
    else:
        yield f"not over the API ({reason})"
    if (reason := operation.not_in.get("command")) is None:
        yield "what that command asks" if operation.is_offer else f"`{_command(operation)}`"
    else:
        yield f"no command ({reason})"


def _command(operation: Operation[..., Any]) -> str:
    return f"oaflow {subject_named(operation.subject).command} {operation.action}".rstrip()


def _roles(operation: Operation[..., Any]) -> str:
    every = get_args(TeamRole)
    named = [f"`{one}`" for one in every if one in operation.roles]
    return "all roles" if len(named) == len(every) else ", ".join(named)


def _parameter(parameter: Parameter) -> str:
    listed = parameter.marker(TableParameter)
    amount = f"a list of {listed.most:,} at most over the API, a file at a terminal" if listed else ""
    means = "`next` of the page before" if parameter.marker(GoesOn) else _in_a_sentence(parameter.says)
    said = _explained(parameter.name, [_values(parameter.annotation), means, amount])
    return said if parameter.is_required else f"[{said}]"


def _fields(answer: Any, above: Sequence[Any] = ()) -> Iterator[str]:
    """The fields of an answer, those of what it lists in brackets behind it."""
    hints = get_type_hints(plain_type(answer), include_extras=True)
    for name, hint in ((name, hint) for name, hint in hints.items() if not _is_not_sent(hint)):
        means = next((one.text for one in markers(hint) if isinstance(one, Help)), "")
        inner = _inner(hint)
        parts = [] if inner is None or inner in above else list(_fields(inner, [*above, inner]))
        of = f"{'a list of ' if _is_list(hint) else ''}{', '.join(parts)}" if parts else _values(hint)
        yield _explained(name, [of, OF_FACES.get(_kind(hint), ""), _in_a_sentence(means)])


def _inner(hint: Any) -> Any:
    """The dataclass of a field, or of what it lists, that is shown by its fields."""
    kind = _kind(hint)
    kind = _kind(get_args(kind)[0]) if _is_list(hint) else kind
    return kind if is_dataclass(kind) and kind not in SHOWN_WHOLE else None


def _kind(hint: Any) -> Any:
    """The plain type of a hint; `None` of one that is one of several."""
    several = [one for one in get_args(hint) if one is not type(None)]
    return None if get_origin(hint) in (Union, UnionType) and len(several) > 1 else plain_type(hint)


def _is_not_sent(hint: Any) -> bool:
    kind = _kind(hint)
    return Internal() in markers(hint) or (isinstance(kind, type) and issubclass(kind, Spoken))


def _is_list(hint: Any) -> bool:
    kind = get_origin(_kind(hint))
    return isinstance(kind, type) and issubclass(kind, Sequence)


def _values(hint: Any) -> str:
    words = get_args(kind) if get_origin(kind := _kind(hint)) is Literal else ()
    if len(words) > MOST_WORDS:
        return f"one of {len(words)} words"
    return ", ".join(f"`{one}`" if one else "empty" for one in words)


def _explained(name: str, parts: Sequence[str]) -> str:
    said = "; ".join(filter(None, parts))
    return f"`{name}` ({said})" if said else f"`{name}`"


def _in_a_sentence(says: str) -> str:
    """LINE stays LINE."""
    begins = says[:1] if says[1:2].isupper() else says[:1].lower()
    return f"{begins}{says[1:]}".removesuffix(".")
