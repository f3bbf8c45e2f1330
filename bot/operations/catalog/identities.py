"""What an operation's answer may hold of people: values that no face shows as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.model.translatable import Language, Quoted, QuotedContact, TranslatableValue

SEEN = 4
"""Characters at the end of a LINE id that are shown: enough to tell two apart, and nobody's."""


class _ShownAsText:
    """Its schema is that of a text with this description."""

    __slots__ = ()
    description = ""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: object, handler: object) -> dict[str, Any]:
        return {"type": "string", "description": cls.description}


@dataclass(frozen=True, slots=True)
class ContactRef(_ShownAsText):
    """A contact, on a channel where one is named: sealed by the API and the console, an id at a terminal;
    only the end of that where `is_masked`, as looking at whom it is would be recorded."""

    description = "Names a contact to this token alone. It says nothing, and stays the same."
    contact: str
    channel: str = ""
    is_masked: bool = False

    @property
    def at_terminal(self) -> str:
        """What a terminal shows."""
        return masked_contact(self.contact) if self.is_masked else self.contact


def masked_contact(contact: str) -> str:
    """A contact's id as a list shows it: `main:U••••cdef`."""
    channel, _, user = contact.partition(":")
    return f"{channel}:{user[:1]}••••{user[-SEEN:] if len(user) > 2 * SEEN else ''}"


def without_ids(words: Language) -> Language:
    """The same language, which says the end alone of a contact's id."""

    def called(quoted: Quoted) -> TranslatableValue:
        is_id = isinstance(quoted, QuotedContact)
        return masked_contact(str(quoted.text)) if is_id else words.called(quoted)

    return replace(words, called=called)


@dataclass(frozen=True, slots=True)
class PageCursor(_ShownAsText):
    """Where a `listing` goes on behind a page of it."""

    description = "Where the list goes on: the next `after`."
    listing: str
    place: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaskedName(_ShownAsText):
    """A name of which only the first sign is there: for staff, and for no program."""

    text: str

    @classmethod
    def __get_pydantic_json_schema__(cls, core: object, handler: object) -> dict[str, Any]:
        from pydantic_core import PydanticOmit

        raise PydanticOmit


@dataclass(frozen=True, slots=True)
class ContactName(_ShownAsText):
    """What a contact of a list is called, empty: not known. At a terminal it is whole, elsewhere masked."""

    description = "Masked."
    text: str


@dataclass(frozen=True, slots=True)
class TerminalText(_ShownAsText):
    """What leads to somebody whom a terminal names by it anyway: a LINE user id. Elsewhere it is `null`."""

    description = "At a terminal alone."
    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a terminal says of a change, by its clock or as it is: no program gets it, for it may be
    somebody's."""

    lines: tuple[TranslatableValue, ...] | Callable[[Callable[[datetime], str]], Iterable[TranslatableValue]]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> Any:
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core: object, handler: object) -> dict[str, Any]:
        from pydantic_core import PydanticOmit

        raise PydanticOmit


NO_NAME = MaskedName("")
FaceValue: TypeAlias = ContactRef | PageCursor | MaskedName | ContactName | TerminalText
FaceValueText: TypeAlias = Callable[[FaceValue], str | None]
"""How a face shows one; `None`: it leaves a name out, and has `null` for the rest."""


def shown_here(identity: FaceValue) -> str:
    """As a terminal and a file for the person show it: whoever has a terminal has the database."""
    match identity:
        case ContactRef():
            return identity.at_terminal
        case PageCursor(_, place):
            return place[-1]
        case MaskedName(text) | ContactName(text) | TerminalText(text):
            return text
