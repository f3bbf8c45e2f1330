"""What staff order for one person: each is an event of theirs, and done in a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.model.contact import BindingKind, Clerk
from bot.model.instance import ReservedMember
from bot.model.stored_name import stored_as
from bot.model.value import Value


@dataclass(frozen=True, slots=True)
class StaffActs:
    """Staff take the conversation, or hand it back.

    `by`: the account that does so, from whose page; `None`: staff who write in LINE's own chat, a command.
    `to`: the colleague who is to have it; `None`: `by`; empty: nobody, for `by` had it and cannot answer any
    more. Of one that a colleague has nothing changes, unless
    that is `even_if`. `reason`: why it is over, one of the channel's `reasons`; empty: none is said.
    """

    takes_over: bool
    by: str | None = None
    to: str | None = None
    even_if: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StaffFollowsUp:
    """The account `by` has a conversation come up again `at` a moment, unless the customer writes before;
    `None`: not any more. It has the conversation from then on. `even_if`: as in `StaffActs`."""

    by: str
    at: datetime | None
    even_if: str | None = None


@dataclass(frozen=True, slots=True)
class StaffUnbinds:
    """Staff undo a binding."""

    kind: BindingKind | str
    keep_tags: bool = False


@dataclass(frozen=True, slots=True)
class StaffTags:
    """Staff put tags on, or take them off; `actor` they are, as the audit log names them.

    Of many people at once (`of_run`): what is on already stays as it is, and with an `origin` only tags go
    that this has put on, and nothing has put on again since.
    """

    actor: str = field(metadata=stored_as("who"))
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    of_run: bool = False
    origin: str = ""


@dataclass(frozen=True, slots=True)
class StaffSets:
    """Staff set an attribute to a value of its type; `None` clears it."""

    attribute: str
    value: Value | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StaffStops:
    """Staff stop all marketing to a person, or (`undo`) take that back: nothing is known of it then."""

    undo: bool = False


@dataclass(frozen=True, slots=True)
class StaffBinds:
    """Staff vouch for a phone and the member who has it: `found` was looked up, and reserved, for this."""

    found: ReservedMember


@dataclass(frozen=True, slots=True)
class StaffHandsOver:
    """Staff give a clerk's people to another clerk, or tell that their own has another store or name by now.

    `was` is whom the person had then (`Clerk.known_by`); the moment of the binding stays.
    """

    was: str
    clerk: Clerk


@dataclass(frozen=True, slots=True)
class StaffDraws:
    """Staff put a person into another `group` of a split: from now on theirs is this seed."""

    split: str
    group: str
    seed: int


@dataclass(frozen=True, slots=True)
class StaffEnds:
    """Staff take a person out of a flow, or (`restarts`) have it begin anew with them.

    `began`: when the run began that staff have seen; another one stays as it is.
    """

    flow: str
    began: datetime
    restarts: bool = False
