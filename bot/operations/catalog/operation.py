"""An operation, said once: a typed function, and what its faces (API, command line, console) need to know."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import MISSING, dataclass, field, fields
from functools import cached_property
from typing import (
    Annotated,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from bot.model.admin import AdminRole
from bot.model.answer_fields import Help
from bot.model.audit import AuditEntry, AuditEntryKind, AuditKind
from bot.model.translatable import Refusal
from bot.operations.audit_trail import audited
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.parameters import OperationFace, ParameterRefused, PlaybookName, Together

SUPERVISORS: frozenset[AdminRole] = frozenset({"admin", "supervisor"})
ServedPlaybook = Literal["live", "drafts", "at_line", "folder", "database"]
OfCaller = Literal["of_caller"]
NOWHERE_LEFT_OUT: Mapping[OperationFace, str] = {}
P = ParamSpec("P")
A = TypeVar("A")
Marker = TypeVar("Marker")
Function = Callable[Concatenate[OperationCall, P], Awaitable[A]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of an operation: its type with all markers, and its default where it need not be there."""

    name: str
    annotation: Any
    default: Any = inspect.Parameter.empty

    @property
    def is_required(self) -> bool:
        return self.default is inspect.Parameter.empty

    def marker(self, kind: type[Marker]) -> Marker | None:
        """The marker of this kind in its type, if there is one."""
        return next((one for one in markers(self.annotation) if isinstance(one, kind)), None)

    @property
    def says(self) -> str:
        found = self.marker(Help)
        return "" if found is None else found.text


def markers(annotated: Any) -> Iterator[Any]:
    """All markers of a type, the outermost first; of `X | None` those of `X`, too."""
    if get_origin(annotated) is Annotated:
        inner, *own = get_args(annotated)
        yield from reversed(own)
        yield from markers(inner)
    elif type(None) in get_args(annotated):
        for one in get_args(annotated):
            yield from markers(one)


@dataclass(frozen=True, slots=True)
class Audited:
    """The line of the audit log that is written before, and ended after it; `about`: the parameter that says
    what it is done to."""

    kind: AuditEntryKind
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[P, A]):
    """`name` is subject and verb: `coupons.redeem`; or the subject alone, `today`, whose command it is then.
    Called, it does what its function does, by a caller.

    `changes`: it changes something; else it only looks. `offer` says beforehand what it would do, of the same
    parameters: its answer is a question (`None`: none is to be asked), with a fingerprint where the change
    takes one. `audit`: the kind of line of the audit log that it writes with its change; `of_caller`: none,
    it changes what is the caller's own alone. `example` is what stands behind the command's name. `goes_by`:
    which playbook a command takes (`on_database.served_playbook`; `folder`: the live one, and none where the
    files have mistakes; `database`: none, and of a simulator's people it is never). `asks_line`: a command
    asks the LINE of its people, by the playbook as their server has it. `not_in`: faces without it, each with
    why. `forgets`: the contact that it is about is not there any more once it is done.
    `called`: the action of the command, where that has not the name of its verb. `everywhere`: it looks
    through all people: the call's are the real ones, and the context has those of simulators that run, too.
    """

    name: str
    function: Function[P, A]
    roles: frozenset[AdminRole] = SUPERVISORS
    changes: bool = False
    audit: Audited | AuditKind | OfCaller | None = None
    offer: Operation[..., Any] | None = None
    example: str = ""
    goes_by: ServedPlaybook = "live"
    asks_line: bool = False
    not_in: Mapping[OperationFace, str] = field(default_factory=dict)
    forgets: bool = False
    called: str = ""
    everywhere: bool = False

    @property
    def subject(self) -> str:
        return self.name.partition(".")[0]

    @property
    def verb(self) -> str:
        return self.name.partition(".")[2]

    @property
    def action(self) -> str:
        """The word of the command line for it; empty: its command is this operation alone."""
        return self.called or self.verb.replace("_", "-")

    @property
    def is_offer(self) -> bool:
        """Whether it says what another would do: at a terminal that other one asks it."""
        return self.name.endswith(".offer")

    @cached_property
    def says(self) -> str:
        """What it does: the first paragraph of the function's docstring."""
        first, *_ = (inspect.getdoc(self.function) or "").split("\n\n")
        return " ".join(first.split())

    @cached_property
    def _signature(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @cached_property
    def _hints(self) -> Mapping[str, Any]:
        return get_type_hints(self.function, include_extras=True)

    @cached_property
    def answer(self) -> Any:
        """The type of its answer."""
        return self._hints["return"]

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, without the call."""
        _, *own = self._signature.parameters.values()
        return tuple(
            part for one in own for part in _parts(Parameter(one.name, self._hints[one.name], one.default))
        )

    @cached_property
    def _together(self) -> Mapping[str, Any]:
        """The types of what is made of several parameters, by name."""
        hints = ((name, hint) for name, hint in self._hints.items() if Together() in markers(hint))
        return {name: plain_type(hint) for name, hint in hints}

    def _made(self, call: OperationCall, in_order: int, given: Mapping[str, Any]) -> dict[str, Any]:
        """What was given by name, with those that stand together as one value; `in_order`: before them."""
        found, there = dict(given), [*self._signature.parameters][: in_order + 1]
        for name, kind in self._together.items():
            if name not in (*found, *there):
                parts = {one.name: found.pop(one.name) for one in fields(kind) if one.name in found}
                found[name] = kind(**self._with_names(call, parts))
        return found

    def _with_names(self, call: OperationCall, written: Mapping[str, Any]) -> dict[str, Any]:
        """The same with names of the playbook as it has them. Raises `ParameterRefused`."""
        named = {name: wanted for name, wanted in self._named.items() if written.get(name)}
        return {**written, **{name: _found(one, call, name, written[name]) for name, one in named.items()}}

    @cached_property
    def _named(self) -> Mapping[str, PlaybookName]:
        """The parameters that are names of the playbook."""
        found = {one.name: one.marker(PlaybookName) for one in self.parameters}
        return {name: one for name, one in found.items() if one is not None}

    async def __call__(self, call: OperationCall, *args: P.args, **kwargs: P.kwargs) -> A:
        """Do it. Raises `ParameterRefused` for a name that the playbook lacks, and what it refuses."""
        bound = self._signature.bind(call, *args, **self._made(call, len(args), kwargs))
        bound.arguments.update(self._with_names(call, bound.arguments))
        async with self._audited(call, bound.arguments):
            return await self.function(*bound.args, **bound.kwargs)

    def _audited(
        self, call: OperationCall, arguments: Mapping[str, Any]
    ) -> AbstractAsyncContextManager[object]:
        if not isinstance(self.audit, Audited):
            return nullcontext()
        about = str(arguments.get(self.audit.about) or "")
        return audited(call.stores, AuditEntry(self.audit.kind, call.by, call.now, about))


def _parts(parameter: Parameter) -> Iterator[Parameter]:
    """The parameter, or those that it stands for."""
    if parameter.marker(Together) is None:
        yield parameter
        return
    kind = plain_type(parameter.annotation)
    hints = get_type_hints(kind, include_extras=True)
    for one in fields(kind):
        default = inspect.Parameter.empty if one.default is MISSING else one.default
        yield Parameter(one.name, hints[one.name], default)


def _found(name: PlaybookName, call: OperationCall, parameter: str, written: str) -> str:
    try:
        return name.find(call.playbook, written)
    except Refusal as error:
        raise ParameterRefused(parameter, error.message) from error


def operation(
    name: str,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    changes: bool = False,
    audit: Audited | AuditKind | OfCaller | None = None,
    offer: Operation[..., Any] | None = None,
    example: str = "",
    goes_by: ServedPlaybook = "live",
    asks_line: bool = False,
    not_in: Mapping[OperationFace, str] = NOWHERE_LEFT_OUT,
    forgets: bool = False,
    called: str = "",
    everywhere: bool = False,
) -> Callable[[Function[P, A]], Operation[P, A]]:
    """Declare the operation of this name, as the fields of `Operation` have it."""

    def of(function: Function[P, A]) -> Operation[P, A]:
        return Operation(
            name=name,
            function=function,
            roles=roles,
            changes=changes,
            audit=audit,
            offer=offer,
            example=example,
            goes_by=goes_by,
            asks_line=asks_line,
            not_in=not_in,
            forgets=forgets,
            called=called,
            everywhere=everywhere,
        )

    return of


def plain_type(annotated: Any) -> Any:
    """A type without its markers; of `X | None` that of `X`."""
    if get_origin(annotated) is Annotated:
        return plain_type(get_args(annotated)[0])
    several = [one for one in get_args(annotated) if one is not type(None)]
    return plain_type(*several) if len(several) == 1 < len(get_args(annotated)) else annotated
