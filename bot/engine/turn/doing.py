"""The context in which actions run, the flows that wait to be begun by them, and what began a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.trigger_event import NOTHING
from bot.engine.notes import CAUSE
from bot.model.instance import Answer, Instance
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.value import Value

NO_ANSWERS: Mapping[str, Answer] = {}


class Doing:
    """The context of an action: a flow's instance, or none.

    `answers` and `fields` are what `answer.*` and `event.*` read.
    """

    __slots__ = ("answers", "fields", "flow", "instance")

    def __init__(
        self,
        flow: Flow | None = None,
        instance: Instance | None = None,
        answers: Mapping[str, Answer] = NO_ANSWERS,
        fields: Mapping[str, Value] = NOTHING,
    ) -> None:
        self.flow = flow
        self.instance = instance
        self.answers = answers
        self.fields = fields


@dataclass(slots=True)
class Begin:
    """A flow that is to be started after the list of actions that asked for it."""

    flow: str
    inputs: Mapping[str, Answer]
    on_page: bool = False
    parent: str | None = None
    place: Place | None = None
    cause: str = ""
    """Stored with the instance: the news that begins it, as `Instance.cause`."""


BOUND_PHONE = "bound phone"
"""The cause of what a binding's own flow begins."""

OF_SHOP = "shop"
"""The cause of what the shop's news of a member began, whatever they were about."""

ALLOWED = "marketing allowed"
"""The cause of what began as marketing was allowed."""

_CAUSES = frozenset({"tag_added", "attribute_changed", "bound", "enters"})
"""Kinds of news that can be undone, and so are stored as causes with their subject."""
_UNDONE_BY: Mapping[str, str] = {
    "tag_removed": "tag_added",
    "attribute_changed": "attribute_changed",
    "unbound": "bound",
    "leaves": "enters",
}
"""By kind of news the kind that it undoes."""


def cause(kind: str, subject: str) -> str:
    """What an instance remembers of the news that began it; empty where nothing would undo that."""
    if kind == "shop":
        return OF_SHOP
    if (kind, subject) == ("marketing", "allowed"):
        return ALLOWED
    return f"{kind} {subject}" if kind in _CAUSES else ""


def undoes(kind: str, subject: str, fields: Mapping[str, Value]) -> str:
    """The cause that news undo; empty: none. An attribute's is undone when it is not known any more."""
    if kind == "attribute_changed" and "new" in fields:
        return ""
    caused = _UNDONE_BY.get(kind)
    return "" if caused is None else f"{caused} {subject}"


def noted_cause(cause: str) -> TraceNote | str:
    """The cause stored with an instance, for the trace."""
    kind, space, subject = cause.partition(" ")
    return TraceNote(CAUSE, (kind, subject)) if space else kind
