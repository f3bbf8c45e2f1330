"""A conversation that staff have, or had: who has it, since when; and what staff write into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.message import Message

StaffChatState: TypeAlias = Literal["waits", "has", "done"]
"""The person waits for staff, and nobody has it; somebody has; nobody is waited for. Who speaks is said by
`Identity.staff`: the bot does again after a silence, while the person still waits."""


@dataclass(frozen=True, slots=True)
class StaffChat:
    """What is known of staff's conversation with a person on one channel; none where they never had it.

    `since` is when its state, or who has it, last changed; of one that waits, since when. `last` is the
    last message of either side while staff have it, `heard` the last one of the person's. `asked`: since
    when the person is not answered by who has it; `None`: staff had the last word. `back`: when one that
    somebody had came to wait again, for its `since` is older. `by` is the account that has it, or had it
    last; `None` where it is in LINE's own chat, or nobody's yet. `given_by` is the colleague who has given
    it to `by`, at `since`, and `by` has not answered. `answered`: staff have, since it began. `note` is
    what the playbook handed it over with. `token` is a reply token of the person's that no turn has used,
    received at `token_at`. `follow_up`: when it comes up again for `by`, or has, who did nothing since.
    `reason`: why staff have ended it.
    """

    channel: str
    state: StaffChatState
    since: datetime
    last: datetime
    by: str | None = None
    heard: datetime | None = None
    note: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    token_at: datetime | None = None
    given_by: str | None = None
    asked: datetime | None = None
    back: datetime | None = None
    answered: bool = False
    follow_up: datetime | None = None
    reason: str = ""

    @property
    def unanswered(self) -> datetime | None:
        """Since when the person waits for an answer of staff; `None`: for none."""
        return self.since if self.state == "waits" else self.asked


@dataclass(frozen=True, slots=True)
class StaffWrites:
    """The account `by` answers a person: one to five of LINE's message objects, ready to be sent.

    `may_cost`: as a push, too, where no reply token lives. `even_if`: as in `StaffActs`.
    """

    by: str
    messages: tuple[Message, ...] = field(repr=False)
    may_cost: bool = False
    even_if: str | None = None


@dataclass(frozen=True, slots=True)
class StaffNotes:
    """The account `by` writes a note to its colleagues into the conversation; the person never gets it."""

    by: str
    text: str = field(repr=False)
