"""What became of a journey's push: a row of the person's timeline, which is counted (H7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.journal import TimelineRow
from bot.model.mark import DECIDED, FAILED, SENT, SKIPPED, Counted, Mark
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.model.part import part_of
from bot.runtime.retry import Done, GiveUp

CapReason: TypeAlias = Literal["max_pushes", "marketing stopped"]


def push_result(
    call: Outgoing, contact: str, result: Done | GiveUp, at: datetime, day: str
) -> TimelineRow | None:
    """The row of a call that has ended; `None` where no journey pushes anything in it.

    It has the call's id, so after a crash the first one stays. `day` is the team's day on which the call was
    decided: of what was decided on a day, one part was sent, another given up.
    """
    pushes = [of for of in dict.fromkeys(call.journeys) if of is not None]
    if not pushes:
        return None
    sent = isinstance(result, Done)
    what, how = (SENT, call.kind) if isinstance(result, Done) else (FAILED, result.reason)
    marks = tuple(Mark(call.channel, of.flow, what, (of.state, how)) for of in pushes)
    details = tuple(f"{of.flow}: {of.state}" for of in pushes)
    said = "journey sent" if sent else "journey not sent"
    return TimelineRow(
        call.id, contact, part_of(contact), at, said, (*details, how), None, Counted(call.id, day, marks)
    )


def push_left_out(
    call: Outgoing, contact: str, left_out: Iterable[JourneyPush], why: CapReason, at: datetime, day: str
) -> TimelineRow:
    """The row of the pushes that do not go out with a call.

    Their journeys have reached their caps, or the person has stopped marketing since they were decided.
    """
    pushes = list(left_out)
    marks = tuple(Mark(call.channel, of.flow, SKIPPED, (of.state, why, DECIDED)) for of in pushes)
    details = (*(f"{of.flow}: {of.state}" for of in pushes), why)
    row = f"{call.id}-left-out"
    said = "journey skipped"
    return TimelineRow(row, contact, part_of(contact), at, said, details, None, Counted(row, day, marks))
