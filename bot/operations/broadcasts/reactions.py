"""How many people of each group did what after a sending.

What people did is read once, by time, whoever they are; then the batches are gone through, and those of them
are counted who did something. So nothing is asked of each person, and only who did something is in memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.goal import BINDING, goal_of_broadcast, tapped_of
from bot.engine.times.local_time import later
from bot.line.insight import UPDATED_DAYS
from bot.model.broadcast import Sending
from bot.model.reports import Reaction
from bot.store.broadcasts.batches import BatchContacts
from bot.store.stores import Stores

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
