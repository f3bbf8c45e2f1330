"""What becomes of stamp cards where two contacts become one, and two again (N2)."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

from bot.engine.members.laws import each_held, latest
from bot.promotions.stamps.model import ENTRIES_MOST, HELD_CARDS, HeldStampCard


def _join(ours: HeldStampCard, theirs: HeldStampCard) -> HeldStampCard:
    """The stamps of both on one card, which ends with the later of the two; an act in both counts once."""
    known = {line.id for line in ours.entries}
    new = [line for line in theirs.entries if line.id not in known]
    twice = sum(line.count for line in theirs.entries if line.id in known)
    return HeldStampCard(
        ours.card,
        ours.count + theirs.count - twice,
        max(ours.settled, theirs.settled),
        ours.full + theirs.full,
        ours.closed or theirs.closed,
        latest(ours.until, theirs.until),
        ours.reminded and theirs.reminded,
        tuple(sorted((*ours.entries, *new), key=attrgetter("at"))[-ENTRIES_MOST:]),
    )


def _part(
    now: HeldStampCard | None,
    both: HeldStampCard | None,
    before: HeldStampCard | None,
    other: HeldStampCard | None,
) -> tuple[HeldStampCard | None, HeldStampCard | None]:
    """As before where nothing came since, else the other's are taken off, with what took back theirs since.

    Where that cannot be told any more (the card was over, its lines are gone) all stays with the first.
    """
    if now is None:
        return None, None
    if now == both:
        return before, other
    mine = before or HeldStampCard(now.card)
    if other is None or not _is_all_there(now, other, mine):
        return now, None
    theirs = _with_taken_back(now, other, mine)
    return _without(theirs, now, both, mine), theirs


def _is_all_there(now: HeldStampCard, theirs: HeldStampCard, mine: HeldStampCard) -> bool:
    """Whether each line of the other's is on the joined card; of an act that both had, the first's is."""
    own = {line.id: line for line in mine.entries}
    return all(own.get(line.id, line) in now.entries for line in theirs.entries)


def _with_taken_back(now: HeldStampCard, theirs: HeldStampCard, mine: HeldStampCard) -> HeldStampCard:
    """The other's card with the lines that have taken back stamps of theirs, and of no one else, since."""
    known = {line.id for line in (*mine.entries, *theirs.entries)}
    own, gone = ({one for line in card.entries for one in (line.id, line.order)} for card in (mine, theirs))
    gone -= own | {""}
    new = [line for line in now.entries if line.id not in known]
    taken = tuple(line for line in new if not gone.isdisjoint((line.undoes, line.order)))
    total = theirs.count + sum(line.count for line in taken)
    return replace(theirs, count=total, entries=(*theirs.entries, *taken))


def _without(
    theirs: HeldStampCard, now: HeldStampCard, both: HeldStampCard | None, mine: HeldStampCard
) -> HeldStampCard:
    is_same_end = both is not None and now.until == both.until
    is_same_state = both is not None and now.closed == both.closed
    # settling after the merge gave nothing that is not the first's own
    most = None if both is None or now.full != both.full else max(both.settled, both.count)
    gone, own = {line.id for line in theirs.entries}, {line.id for line in mine.entries}
    twice = sum(line.count for line in theirs.entries if line.id in own)  # counted once while they were one
    return replace(
        now,
        count=now.count - theirs.count + twice,
        settled=mine.settled if most is not None and now.settled <= most else now.settled,
        full=max(now.full - theirs.full, 0),
        until=mine.until if is_same_end else now.until,
        closed=mine.closed if is_same_state else now.closed,
        entries=tuple(line for line in now.entries if line.id not in gone or line.id in own),
    )


LAWS = (each_held(HELD_CARDS, _join, _part),)
