"""Counts of a flow on its picture: people in each state, and how often each arrow was taken (H7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bot.model.counts import (
    CARD_LEFT_OUT,
    ENTERED,
    FAILED,
    FINISHED,
    HELD,
    LEFT,
    MOVED,
    PASSED,
    REFUSED_AT_SHOP,
    SENT,
    SKIPPED,
    Count,
    StateCount,
)
from bot.model.translatable import Language, Listing, Translatable, row, tr
from bot.playbook.drawing.sketch import BEGIN, Arrow, ArrowKey, Box, Sketch

_TALLIED: Mapping[str, Callable[[str], Translatable]] = {
    HELD: lambda number: tr("{number} wait at the door", number=number),
    SENT: lambda number: tr("{number} sent", number=number),
    FAILED: lambda number: tr("{number} failed", number=number),
    LEFT: lambda number: tr("{number} left", number=number),
}
"""The counts below the steps of a state's box, where there are any."""

WHY_SKIPPED: Mapping[str, Translatable] = {
    "marketing stopped": tr("wants no marketing"),
    REFUSED_AT_SHOP: tr("refused marketing at the shop"),
    "blocked": tr("blocked the account"),
    "pushes_per_person": tr("limit per person"),
    "max_pushes": tr("cap of the journey"),
    "quiet": tr("quiet hours"),
    "late": tr("too late"),
    "brake": tr("pushes stopped"),
    "standby": tr("staff answer"),
    CARD_LEFT_OUT: tr("card left out"),
}
"""Why a journey's push was skipped, in short."""


def skipped_words(why: Mapping[str, int]) -> Listing:
    """`quiet hours 3, blocked the account 1`."""
    return row(
        [tr("{why} {number}", why=WHY_SKIPPED.get(one, one), number=f"{n:,}") for one, n in why.items()]
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a flow over all channels: people who are in it now, and what was counted since a day."""

    since: str
    """That day."""
    here: Mapping[str, int]
    """People now, by state."""
    tallied: Mapping[tuple[str, str], int]
    """The counts of `_TALLIED`, by what and state; those of `HELD` are people now."""
    skipped: Mapping[str, Mapping[str, int]]
    """Skipped pushes, by state, then by reason."""
    passed: Mapping[ArrowKey, int]
    """How often an arrow was taken."""
    finished: Mapping[str, int]
    """How many people came to an end, by its state."""
    entered: int
    """How often the flow was begun."""


def figures_of(since: str, counts: Iterable[Count], here: Iterable[StateCount]) -> Figures:
    """The figures that these counts of a flow make together."""
    tallied, passed = Counter[tuple[str, str]](), Counter[ArrowKey]()
    finished, people = Counter[str](), Counter[str]()
    skipped: dict[str, Counter[str]] = {}
    entered = 0
    for _, mark, number in counts:
        match mark.what, mark.about:
            case what, () if what == ENTERED:
                entered += number
            case what, (end,) if what == FINISHED:
                finished[end] += number
            case what, (state, key, to) if what == PASSED:
                target = "" if key == MOVED else to  # one state of several may lead on to the next
                passed[state, key, target] += number
                passed["", key, target] += number
            case what, (state, why, *_) if what == SKIPPED:
                skipped.setdefault(state, Counter())[why] += number
            case what, (state, *_) if what in _TALLIED and what != HELD:
                tallied[what, state] += number
            case _:
                pass  # what no picture shows
    for one in here:
        people[one.state] += one.number
        if one.held is not None:
            tallied[HELD, one.state] += one.number
    return Figures(since, people, tallied, skipped, passed, finished, entered)


def with_figures(of: Sketch, figures: Figures, language: Language, *, shares: bool = False) -> Sketch:
    """The sketch with a number on each box and arrow, also where it is 0.

    `shares`: beside that of an arrow, how much it is of all that led on from there.
    """
    people = f"{sum(figures.here.values()):,}"
    ways = led_on(of, figures)
    counted = tr("from {day}; in it now: {people}", day=figures.since, people=people)
    return replace(
        of,
        boxes=tuple(_box(box, figures, language) for box in of.boxes),
        arrows=tuple(_arrow(arrow, figures, ways if shares else {}) for arrow in of.arrows),
        counted=language.text(counted),
    )


def _box(box: Box, figures: Figures, language: Language) -> Box:
    if not box.state:
        return box
    there = figures.finished if box.kind == "end" else figures.here
    tally = [
        language.text(words(f"{number:,}"))
        for what, words in _TALLIED.items()
        if (number := figures.tallied.get((what, box.state), 0))
    ]
    if why := figures.skipped.get(box.state):
        skipped = tr("{number} skipped ({why})", number=f"{sum(why.values()):,}", why=skipped_words(why))
        tally.append(language.text(skipped))
    return replace(box, figure=f"{there.get(box.state, 0):,}", tally=language.joined(tally, "comma"))


def led_on(of: Sketch, figures: Figures) -> Mapping[str, int]:
    """How often people went on from each box, by its id."""
    found = Counter[str]()
    for arrow in of.arrows:
        if arrow.way is not None and not arrow.loose and arrow.source != arrow.target:
            found[arrow.source] += figures.passed.get(arrow.way, 0)
    return found


def _arrow(arrow: Arrow, figures: Figures, ways: Mapping[str, int]) -> Arrow:
    if arrow.source == BEGIN:
        return replace(arrow, figure=f"{figures.entered:,}")
    if arrow.way is None:
        return arrow
    number, of = figures.passed.get(arrow.way, 0), ways.get(arrow.source, 0)
    is_part = of and not arrow.loose and arrow.source != arrow.target
    return replace(arrow, figure=f"{number:,} · {number / of:.0%}" if is_part else f"{number:,}")
