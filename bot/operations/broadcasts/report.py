"""The report of a sending: what its batches say, what people did afterwards, what LINE counts.

What people did is read once, by time, of all contacts; then the batches are gone through, and those of them
are counted who did something. So nothing is asked of each person, and only who did something is in memory.

Goals, bindings and taps are marks of the turn in which they happen, whether or not a broadcast reached the
person: those that got nothing are the comparison. Intervals are Wilson's and Newcombe's, widened by
Bonferroni's rule (`model/proportions`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import orjson

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.goal import BINDING, goal_of_broadcast, tapped_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import later
from bot.line.insight import UPDATED_DAYS, UnitStatistics
from bot.line.outcome import LineError
from bot.model.broadcast import Sending, shared_unit
from bot.model.message import Message
from bot.model.plain_text import visible
from bot.model.reports import BroadcastReport, Reaction, ReportGroup
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.attribution.group_spending import sending_spending
from bot.operations.broadcasts.line_now import CannotAsk, LineNow, line_of
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.store.broadcasts.batches import BatchContacts
from bot.store.stores import Stores

SAID_MOST = 80
"""Characters by which a message is recognized."""
SOON, WEEK, LINES = timedelta(hours=24), timedelta(days=7), timedelta(days=UPDATED_DAYS)

MESSAGES = ("text", "image", "video", "audio", "file", "location", "sticker")
"""What a message of a person is called on the timeline."""

Counts = Mapping[str, Counter[Reaction]]
_Did = Mapping[str, list[tuple[Reaction, datetime]]]


def times_of(broadcast: Broadcast, sending: Sending, zone: ZoneInfo) -> Mapping[Reaction, timedelta]:
    """How long after it each reaction counts; without those that nobody can show."""
    found: dict[Reaction, timedelta] = {}
    if broadcast.goal is not None:
        found["goal"] = later(sending.moment, broadcast.goal.within, zone) - sending.moment
    found["bound"] = WEEK
    if any(tap.comes_back for card in broadcast.cards for tap in card.taps):
        found |= {"bound_by_tap": WEEK, "tapped": SOON}
    return {**found, "replied": SOON, "opened": LINES, "clicked": LINES, "blocked": SOON}


async def reactions_to(
    stores: Stores,
    sending: Sending,
    broadcast: Broadcast,
    within: Mapping[Reaction, timedelta],
    now: datetime,
) -> Counts:
    """By group, each person once for each reaction, within their own time. May raise `DatabaseUnavailable`.

    Who gets nothing has no moment of their own: theirs is that of the people who were gathered beside them.
    Who was merged since is one person, whichever of the two contacts did it.
    """
    moment = sending.fixed or sending.moment
    into = await stores.merged_since.read(moment)
    did = await _did(stores, sending, broadcast, within, now, into)
    found: defaultdict[str, Counter[Reaction]] = defaultdict(Counter)
    async for batch in stores.sending_batches.contacts(sending.id):
        moment = batch.at or moment
        found[batch.group].update(_of_batch(batch, moment, did, within, into))
    return found


def _of_batch(
    batch: BatchContacts,
    moment: datetime,
    did: _Did,
    within: Mapping[Reaction, timedelta],
    into: Mapping[str, str],
) -> Iterator[Reaction]:
    for one in batch.contacts:
        what = did.get(into.get(one, one))
        if what is not None:
            yield from _of_person(what, moment, within)


def _of_person(
    did: list[tuple[Reaction, datetime]], moment: datetime, within: Mapping[Reaction, timedelta]
) -> set[Reaction]:
    found = {what for what, at in did if what in within and moment <= at <= moment + within[what]}
    if "bound" in found and "bound_by_tap" in within:
        taps = [at for what, at in did if what == "tapped" and at >= moment]
        if taps and any(what == "bound" and min(taps) <= at <= moment + WEEK for what, at in did):
            found.add("bound_by_tap")
    return found


async def _did(
    stores: Stores,
    sending: Sending,
    broadcast: Broadcast,
    within: Mapping[Reaction, timedelta],
    now: datetime,
    into: Mapping[str, str],
) -> _Did:
    """What anybody did in the time of this sending, by contact."""
    found: defaultdict[str, list[tuple[Reaction, datetime]]] = defaultdict(list)
    since, last = sending.fixed or sending.moment, sending.ended or now
    words: dict[str, Reaction] = {"unfollow": "blocked"}
    words.update((message, "replied") for message in MESSAGES)
    async for row in stores.happened.of(list(words), since, min(now, last + SOON)):
        if row.id.startswith(f"{sending.channel}:"):
            found[into.get(row.contact, row.contact)].append((words[row.what], row.at))
    goals: dict[str, Reaction] = {
        BINDING: "bound",
        tapped_of(broadcast.name): "tapped",
        goal_of_broadcast(broadcast.name): "goal",
    }
    until = min(now, last + max(WEEK, within.get("goal", WEEK)))
    async for row in stores.happened.reached(list(goals), since, until):
        found[into.get(row.contact, row.contact)] += [
            (goals[name], row.at) for name in row.goals if name in goals
        ]
    return found


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
    spent_within = within.get("goal", WEEK)
    spent = await sending_spending(stores, sending, spent_within, now)
    groups = []
    for name in sorted(figures.groups, key=[*broadcast.messages, *figures.groups].index):
        group, holdout = figures.groups[name], broadcast.messages.get(name) == ()
        reactions = _reactions(counts.get(name, Counter()), within, lines.groups.get(name))
        numbers = (group.people, group.got, reactions, group.left_out)
        groups.append(ReportGroup(name, *numbers, holdout, spent.get(name)))
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
        spent_within=spent_within,
        said={group: words for group, body in sending.bodies.items() if (words := _first_words(body))},
    )
    return report, lines.why


def _first_words(body: str) -> str:
    """How the first message of a call begins, in one line."""
    first: Message = next(iter(orjson.loads(body)["messages"]), {})
    return " ".join(visible(str(first.get("text") or first.get("altText") or "")).split())[:SAID_MOST]


def _reactions(
    counted: Counter[Reaction], within: Mapping[Reaction, timedelta], statistics: UnitStatistics | None
) -> Mapping[Reaction, int | None]:
    found: dict[Reaction, int | None] = {}
    for what in within:
        if what == "opened" or what == "clicked":
            if statistics is not None:
                found[what] = statistics.opened if what == "opened" else statistics.clicked
        else:
            found[what] = counted[what]
    return found


async def _of_line(sending: Sending, line: LineNow, now: datetime) -> LinesFigures:
    """LINE's figures of now; the report does without them, too."""
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
