"""Something that is done to many people at once: who they are, how far it is, what has come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

BulkKind: TypeAlias = Literal["tag", "untag", "export"]
"""A tag is put on, or taken off; a table of them is written. Of each kind one is under way at a time."""

BulkState: TypeAlias = Literal[
    "ready",  # an export waits to be fetched
    "runs",  # it goes on
    "stopping",  # staff have asked it to stop
    "done",  # over, for all
    "stopped",  # over, as far as its figures say
    "failed",  # over, as far as its figures say; `trouble` says why
]
"""How far a run is."""

BulkTrouble: TypeAlias = Literal["", "names", "condition", "left", "broken"]
"""Why it failed: the playbook has a name no more, or does not take the condition; who fetched the table went
away; its process ended."""

BY_RUN = "many:"
"""The beginning of `Tag.by` where a run has put the tag on: `many:ID:BY`, with its id and who ordered it."""


@dataclass(frozen=True, slots=True)
class SoughtPeople:
    """Who is looked for, as it was written: all of it holds. Names are the playbook's.

    `chosen`: the contacts themselves, by id, as staff have ticked them; then nothing else is asked.
    """

    text: str = field(default="", repr=False)
    condition: str = field(default="", repr=False)
    audience: str = ""
    tag: str = ""
    channel: str = ""
    store: str = ""
    clerk: str = ""
    chosen: tuple[str, ...] | None = field(default=None, repr=False)


CHOSEN_MOST = 1_000
"""People who are ticked for one run."""


@dataclass(frozen=True, slots=True)
class BulkFigures:
    """People: to whom it was done, with whom it was so already, who were left out.

    `gone`: of those who were ticked, who were erased since, or are part of another one of them.
    """

    done: int = 0
    same: int = 0
    left_out: int = 0
    gone: int = 0

    @property
    def seen(self) -> int:
        """All who were there."""
        return self.done + self.same + self.left_out


@dataclass(frozen=True, slots=True)
class BulkAhead:
    """A batch that is under way: the place at which it ends, and the figures as they are once it is done."""

    place: str = field(repr=False)
    figures: BulkFigures


@dataclass(frozen=True, slots=True)
class BulkRun:
    """`about` is the tag, or the form of the table; `people` how many were found first, where that is known.

    `place`: the id of the contact up to whom all is done. `sought` is `None` where nobody can say who is
    meant: it is forgotten once it is over, and does not open where its key is missing. `ahead` is the batch
    that is being done. `undoes` is the run whose tags it takes off. `undone` is the run
    that takes off the tags of this one: empty again where that ended before it was done for all. `reveals`:
    an export with people's data in full, not masked.
    """

    id: str
    kind: BulkKind
    about: str
    by: str
    at: datetime
    sought: SoughtPeople | None = field(default=SoughtPeople(), repr=False)
    state: BulkState = "runs"
    people: int | None = None
    is_estimate: bool = False
    place: str = field(default="", repr=False)
    figures: BulkFigures = BulkFigures()
    ended: datetime | None = None
    trouble: BulkTrouble = ""
    undoes: str = ""
    undone: str = ""
    reveals: bool = False
    ahead: BulkAhead | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in ("done", "stopped", "failed")

    @property
    def mark(self) -> str:
        """What its tags are put on by (`Tag.by`)."""
        return f"{BY_RUN}{self.id}:{self.by}"

    @property
    def can_be_undone(self) -> bool:
        """Whether there are tags that it has put on, which nobody has taken off together since."""
        return self.kind == "tag" and self.is_over and self.figures.done > 0 and not self.undone


def ordered_by(by: str) -> str:
    """Who has ordered the run that `by` (`Tag.by`) names; anything else as it is."""
    return by.removeprefix(BY_RUN).partition(":")[2] if by.startswith(BY_RUN) else by
