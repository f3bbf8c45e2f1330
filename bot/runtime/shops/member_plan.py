"""A line of a list, the plan for it, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.model.contact import Contact
from bot.model.event import Listed
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.stored import Stored
from bot.model.translatable import Translatable


@dataclass(frozen=True, slots=True)
class ListedClerk:
    """The clerk of a line: a code or a number, and since when (`None`: not given)."""

    text: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A line of an imported list, or a shop's record in that form."""

    listed: Listed
    line_id: str | None = field(default=None, repr=False)
    """The LINE user id."""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The record's fields, as they are stored for a shop that is a list."""
    left_out: tuple[Translatable, ...] = ()
    """Why some of it is not imported, a reason for each part."""
    clerk: ListedClerk | None = None
    """The clerk as the list names it."""


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """The result of a line."""

    became: Literal["new", "changed", "same", "refused"]
    """What became of its contact; `refused`: nothing of the line is imported."""
    why: Translatable | None = None
    """Why it was refused; or a part of it that the contact did not take."""
    has_line: bool = False
    """Whether the person has LINE, and gets an event."""
    joined: int = 0
    """Contacts without LINE that were merged in."""
    refusal: MemberRefusal | None = None
    """The code of the refusal."""
    left_out: tuple[Translatable, ...] = ()
    """Why some of it was not imported, a reason for each part (`MemberLine.left_out`)."""


def refused_line(code: MemberRefusal, message: Translatable | None = None) -> ImportedLine:
    """A line that is not taken; `message` where the sentence of the code has values in it."""
    return ImportedLine("refused", message or MEMBER_REFUSALS[code], refusal=code)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The plan for line `number`; `before` is `None` for a new contact, `after` what it becomes, `also` are
    contacts to be merged in."""

    number: int
    line: MemberLine
    before: Stored | None
    after: Contact
    also: tuple[Contact, ...] = ()

    @property
    def is_new_of(self) -> bool:
        """Whether the line changes anything."""
        return self.before is None or self.after != self.before.contact
