"""Of what types the parameters of operations are, beside plain texts, numbers and words of a `Literal`.

Their bounds are those of `annotated_types` (`MinLen`, `MaxLen`, `Ge`, `Le`), which the schema of the API and
the command line read alike.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Help
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations.clerks import store_named
from bot.operations.find_contacts import LocatedContact, NotFound, not_called
from bot.operations.resolve_name import broadcast_of, flow_of
from bot.playbook.similar import hint_for

FEW = 10
"""Names that are listed where another was written."""
SHORT = 200
"""Characters of a name, or of a reason."""


@dataclass(frozen=True, slots=True)
class Option:
    """On the command line it is an option, though it has to be there."""


@dataclass(frozen=True, slots=True)
class CommandWord:
    """On the command line it is a word, though it need not be there."""


@dataclass(frozen=True, slots=True)
class PlaybookName:
    """It is a name of the playbook: `find` has that for what was written, or raises `Refusal`."""

    find: Callable[[Playbook, str], str]


Known = Callable[[Playbook], Collection[str]]


def named(thing: Translatable, known: Known, where: Translatable) -> PlaybookName:
    """A name among those that are `known`; `where` they stand is said where none is like it."""

    def find(playbook: Playbook, name: str) -> str:
        if name in (names := known(playbook)):
            return name
        there = tr("there are {names}", names=row(names)) if 0 < len(names) <= FEW else where
        raise NotFound(not_called(thing, name, hint_for(name, names) or there))

    return PlaybookName(find)


@dataclass(frozen=True, slots=True)
class TableParameter:
    """It is a table: a file at a terminal and in the console, a list of texts over the API."""

    of_file: Callable[[Any, str], Any]
    of_texts: Callable[[Any], Any]
    most: int
    """Texts of one call of the API."""


class ParameterRefused(Refusal):
    """What a parameter names is not there, or not to be had."""

    def __init__(self, parameter: str, message: Translatable) -> None:
        super().__init__(message)
        self.parameter = parameter


@dataclass(frozen=True, slots=True)
class OfContact:
    """It is a contact, sealed in an address of the API, WHO at a terminal; `on_channel`: a conversation."""

    on_channel: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """People are sought, or looked at, by it: no address has it."""


@dataclass(frozen=True, slots=True)
class GoesOn:
    """It is where a `listing` goes on, sealed by its face; the operation gets the place, `None` at first.
    `is_written`: at a terminal it is an option; else all of the list is shown."""

    listing: str
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """Its fields are parameters that several operations take."""


@dataclass(frozen=True, slots=True)
class CountedBack:
    """A day that may be said at a terminal as a number of days until now, too: `7d`."""


@dataclass(frozen=True, slots=True)
class WithZone:
    """A program says the zone of this moment; at a terminal it is that of the team."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return {**handler(source), "tz_constraint": "aware"}


@dataclass(frozen=True, slots=True)
class Chat:
    """A contact in its conversation on a channel."""

    located: LocatedContact
    channel: str


Moment: TypeAlias = Annotated[datetime, WithZone()]
Name: TypeAlias = Annotated[str, MinLen(1), MaxLen(SHORT)]
Reason: TypeAlias = Annotated[Name, Option(), Help("the reason, for whoever asks later")]
OptionalReason: TypeAlias = Annotated[str, MaxLen(SHORT), Help("the reason, for whoever asks later (none)")]
Customer: TypeAlias = Annotated[
    LocatedContact, OfContact(), Help("a LINE user id, a contact id, a phone or a member number")
]
StoreName: TypeAlias = Annotated[Name, PlaybookName(store_named), Help("the store, by name or title (none)")]
FlowName: TypeAlias = Annotated[
    Name, PlaybookName(lambda playbook, name: flow_of(playbook, name).name), Help("name of a flow")
]
BroadcastName: TypeAlias = Annotated[
    Name, PlaybookName(lambda playbook, name: broadcast_of(playbook, name).name), Help("name of a broadcast")
]
MenuName: TypeAlias = Annotated[
    Name,
    named(
        tr("rich menu"),
        lambda playbook: [one.name for one in playbook.menus],
        tr("rich menus are declared in the playbook"),
    ),
    Help("name of a rich menu"),
]
ChannelName: TypeAlias = Annotated[
    Name,
    named(tr("channel"), lambda playbook: playbook.channels, tr("channels are declared in bot.yaml")),
    Help("only this channel"),
]
OperationFace: TypeAlias = Literal["api", "command", "console"]
