"""This machine and the playbook, judged: mistakes, clock, database. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.translatable import Translatable, plural, tr
from bot.operations.doctor.finding import SetupFinding, SetupItem

PLAYBOOK = SetupItem(
    "playbook",
    "machine",
    tr("The playbook"),
    tr("what has mistakes cannot be published, and a start refuses it"),
)
CLOCK = SetupItem(
    "clock",
    "machine",
    tr("Clock of this machine"),
    tr("by a wrong clock codes run out too early, and journeys come at the wrong time"),
)
DATABASE = SetupItem(
    "database",
    "machine",
    tr("Database"),
    tr("without it no event is stored, and LINE is asked to deliver again"),
)
EMBEDDED = SetupItem(
    "embedded",
    "machine",
    tr("Database of its own, for a bot on the internet"),
    tr("the database that comes along is one process on one disk, and gets no security updates any more"),
)

CLOCK_OFF = timedelta(seconds=30)
"""Further from LINE's it is wrong: an answer takes a moment, and codes live for minutes."""
CLOCK_RIGHT = timedelta(seconds=20)
"""Nearer than that a clock that was off is right again."""


@dataclass(frozen=True, slots=True)
class MachineState:
    """`mistakes` of the playbook's files; `line_at`: the moment by LINE's clock, and by ours `now`;
    `database`: why it cannot be had; `embedded`: it is the one that comes along; `public`: LINE reaches
    us."""

    mistakes: int
    line_at: datetime | None
    now: datetime
    database: Translatable | None
    embedded: bool
    public: bool


def machine_findings(state: MachineState) -> Iterator[SetupFinding]:
    """All of this machine."""
    yield _playbook(state)
    yield _database(state)
    if state.public:
        yield _embedded(state)
    yield clock_finding(state.line_at, state.now)


def first_moment(moments: Sequence[datetime | None]) -> datetime | None:
    """The first that is known."""
    return next((one for one in moments if one is not None), None)


def _playbook(state: MachineState) -> SetupFinding:
    if not state.mistakes:
        return PLAYBOOK.fine(tr("no mistakes"))
    return PLAYBOOK.wrong(
        plural("1 mistake", "{number} mistakes", state.mistakes),
        tr("see them, with what to write instead:  oaflow check"),
    )


def _database(state: MachineState) -> SetupFinding:
    if state.database is None:
        return DATABASE.fine(tr("it answers"))
    return DATABASE.wrong(
        tr("it cannot be had: {why}", why=state.database),
        tr("see that it runs, and that bot.yaml (database:) names it"),
    )


def _embedded(state: MachineState) -> SetupFinding:
    if not state.embedded:
        return EMBEDDED.fine(tr("it has one"))
    return EMBEDDED.wrong(
        tr("it uses the one that comes along"),
        tr("set up MongoDB with three members, and write its address at  database:  in bot.yaml"),
    )


def clock_finding(line_at: datetime | None, now: datetime) -> SetupFinding:
    """This machine's clock, which says `now`, beside LINE's (`None`: LINE has not answered)."""
    if line_at is None:
        return CLOCK.unknown(tr("LINE has to answer first"))
    off = abs(now - line_at)
    if off <= CLOCK_OFF:
        return CLOCK.fine(tr("as LINE's"))
    seconds = f"{off.total_seconds():,.0f}"
    saw = (
        tr("{seconds} seconds ahead of LINE's", seconds=seconds)
        if now > line_at
        else tr("{seconds} seconds behind LINE's", seconds=seconds)
    )
    return CLOCK.wrong(saw, tr("have the machine set its clock by the network (chrony, systemd-timesyncd)"))


def watched_clock(line_at: datetime | None, now: datetime) -> SetupFinding:
    """The same for alerts: unknown near the limit, so that a clock there does not alert at each look."""
    found = clock_finding(line_at, now)
    if found.state == "fine" and line_at is not None and abs(now - line_at) > CLOCK_RIGHT:
        return CLOCK.unknown(tr("near the limit"))
    return found
