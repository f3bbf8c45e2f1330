"""On whose behalf actions are done, and what waits to be begun by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.trigger_event import NOTHING
from bot.model.contact import Answer, Instance
from bot.model.place import Place
from bot.model.value import Value

NO_ANSWERS: Mapping[str, Answer] = {}


class Doing:
    """On whose behalf something is done: a flow's instance's, or nobody's.

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
    """As of an instance."""
