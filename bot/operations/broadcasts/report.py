"""The report of a sending: what its batches say, what people did afterwards, what LINE counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.line.insight import UPDATED_DAYS, UnitStatistics
from bot.line.outcome import LineError
from bot.model.broadcast import Sending, shared_unit
from bot.model.reports import BroadcastReport, Reaction, ReportGroup
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.broadcasts.line_now import CannotAsk, LineNow, line_of
from bot.operations.broadcasts.reactions import reactions_to, times_of
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.store.stores import Stores

LINES_ZONE = timezone(timedelta(hours=9))
"""LINE's days: https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit"""


class NothingToReport(Refusal):
    """The sentence says why."""


@dataclass(frozen=True, slots=True)
class LinesFigures:
    """What LINE counts of each group; `why` it does not tell, where it does not."""

    groups: Mapping[str, UnitStatistics]
    why: Translatable | None = None


async def report_of(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, line: LineNow
) -> tuple[BroadcastReport, Translatable | None]:
    """The report of the last sending that went out; beside it why LINE tells nothing, where it does not.

    Raises `NothingToReport` and `DatabaseUnavailable`.
    """
    now = await now_among(stores)
    sendings = await stores.sendings.all(broadcast.name)
    sending = next((one for one in sendings if one.fixed is not None), None)
    if sending is None:
        raise NothingToReport(tr("{name} has not gone out yet", name=quoted(broadcast.name)))
    within = times_of(broadcast, sending, playbook.zone)
    counts = await reactions_to(stores, sending, broadcast, within, now)
    lines = await _of_line(sending, line, now)
    figures = await stores.sending_batches.figures(sending.id)
    groups = []
    for name in sorted(figures.groups, key=[*broadcast.messages, *figures.groups].index):
        group, holdout = figures.groups[name], broadcast.messages.get(name) == ()
        reactions = _reactions(counts.get(name, Counter()), within, lines.groups.get(name))
        groups.append(ReportGroup(name, group.people, group.got, reactions, group.left_out, holdout))
    report = BroadcastReport(
        broadcast.name,
        broadcast.title,
        sending.channel,
        sending.id,
        sending.moment,
        sending.fixed,
        sending.ended,
        now,
        tuple(groups),
        await stores.sending_batches.refused(sending.id),
        within,
        "" if broadcast.goal is None else broadcast.goal.in_short,
        any(shared_unit(broadcast.name, group) == unit for group, unit in sending.units.items()),
        line.settings.channels[sending.channel].plan if sending.channel in line.settings.channels else None,
        sending.month_used,
    )
    return report, lines.why


def _reactions(
    counted: Counter[Reaction], within: Mapping[Reaction, timedelta], told: UnitStatistics | None
) -> Mapping[Reaction, int | None]:
    found: dict[Reaction, int | None] = {}
    for what in within:
        if what == "opened" or what == "clicked":
            if told is not None:
                found[what] = told.opened if what == "opened" else told.clicked
        else:
            found[what] = counted[what]
    return found


async def _of_line(sending: Sending, line: LineNow, now: datetime) -> LinesFigures:
    """What LINE counts, asked now; the report stands without it, too."""
    first = (sending.fixed or sending.moment).astimezone(LINES_ZONE).date()
    last = min(now.astimezone(LINES_ZONE).date(), first + timedelta(days=UPDATED_DAYS))
    found: dict[str, UnitStatistics] = {}
    if not sending.units:
        return LinesFigures(found)
    try:
        async with line_of(line, sending.channel) as client:
            for group, unit in sending.units.items():
                found[group] = await client.insight.of_unit(unit, first, max(first, last))
    except LineError as error:
        return LinesFigures(found, tr("LINE tells nothing now: {why}", why=str(error)))
    except CannotAsk as error:
        return LinesFigures(found, error.message)
    return LinesFigures(found)
