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
    """A line of a list, or a shop's record. `line_id`: its LINE user id; `fields`: those of the record.

    `left_out`: why some of it is not taken over, a reason each. `clerk`: as the list has it.
    """

    listed: Listed
    line_id: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    left_out: tuple[Translatable, ...] = ()
    clerk: ListedClerk | None = None


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """The result of a line. `why`: why it was `refused`, or what of it was not taken over, as `left_out`.

    `has_line`: the person has LINE, and gets an event. `joined`: contacts without LINE that were merged in.
    """

    became: Literal["new", "changed", "same", "refused"]
    why: Translatable | None = None
    has_line: bool = False
    joined: int = 0
    refusal: MemberRefusal | None = None
    left_out: tuple[Translatable, ...] = ()


def refused_line(code: MemberRefusal, message: Translatable | None = None) -> ImportedLine:
    """A line that is not taken; `message` where the sentence of the code has values in it."""
    return ImportedLine("refused", message or MEMBER_REFUSALS[code], refusal=code)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """The plan for a line; `before` is `None` for a new person, `also` are contacts to be merged in."""

    number: int
    line: MemberLine
    before: Stored | None
    after: Contact
    also: tuple[Contact, ...] = ()

    @property
    def is_new_of(self) -> bool:
        """Whether the line changes anything."""
        return self.before is None or self.after != self.before.contact
