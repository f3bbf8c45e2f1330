"""A contact as it is stored, and the writes to it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from bot.model.contact import Contact
from bot.model.counts import Counted
from bot.model.decision import Claim
from bot.model.fast_dataclass import fast_dataclass
from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing


@dataclass(frozen=True, slots=True)
class Stored:
    """A contact as it is stored.

    `revision` counts its turns (0: none yet); `fence` is the number of the lease under which the last was
    written. `open` are the ids of events that were decided, in that order, but whose inbox entries are
    not marked done; `outgoing` what has not been sent; `waiting` ids of events that another process
    stored and that must be read from the inbox before its next turn. `to` is the contact that this one
    was merged into: nothing but what is under way is left of it. `counted` is what decided events add to
    the counts, by their ids, until it is on the timeline. `carried` are entries of events, by their
    ids, that came with their turn, until they are in the inbox; `closed` the ids of those that do not
    open.
    """

    contact: Contact
    revision: int
    open: Set[str] = frozenset()
    outgoing: tuple[Outgoing, ...] = ()
    waiting: frozenset[str] = frozenset()
    to: str | None = None
    counted: Mapping[str, Counted] = field(default_factory=dict)
    carried: Mapping[str, InboxEntry] = field(default_factory=dict)
    closed: Set[str] = frozenset()
    fence: int = 0

    @property
    def lying(self) -> Set[str]:
        """The ids of events that came with their turn, and may be in no inbox."""
        return self.carried.keys() | self.closed


@fast_dataclass(frozen=True, slots=True)
class TurnWrite:
    """All that a batch changes on one contact, written in one operation, if nobody was faster.

    It takes effect only if the stored revision is still `base` and no newer `fence` (the number of the
    part's lease) has written; and, unless `reread`, only if nothing is `waiting`. `opened` are the ids of
    the events decided; `handled` the ids to take out of `waiting`; `born`: the contact was not there before;
    `claims` the places that it takes; `carried` the events' entries where they stand in no inbox yet.
    """

    before: Contact
    after: Contact
    part: int
    base: int
    fence: int
    opened: tuple[str, ...]
    outgoing: tuple[Outgoing, ...]
    reread: bool = False
    handled: tuple[str, ...] = ()
    born: bool = False
    counted: tuple[Counted, ...] = ()
    claims: tuple[Claim, ...] = ()
    carried: tuple[InboxEntry, ...] = ()


class Claimed(NamedTuple):
    """What became of turns with claims: all are `won`, or none; `taken` is what is known now of their rules.

    Not won, and `taken`: a rule has not so many places left. `busy`: somebody else is at a rule's count, or
    nobody knows whether they were written. `held`: somebody else is at one of the contacts. Else somebody was
    faster with one of them.
    """

    won: bool
    taken: Mapping[str, int] = MappingProxyType({})
    busy: bool = False
    held: bool = False


@fast_dataclass(frozen=True, slots=True)
class Settled:
    """What is finished with one contact: events whose inbox entries are done, calls that are done.

    `counted` are those of the events whose marks are on the timeline, `carried` those that came with their
    turn.
    """

    contact: str
    part: int
    events: tuple[str, ...]
    sent: tuple[str, ...]
    counted: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
