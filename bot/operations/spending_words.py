"""What groups have spent, in sentences and for programs: of broadcasts and journeys alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from bot.model.money import money_text
from bot.model.spending import FEWEST_BUYERS, GroupSpending, SpendingDifference, spending_differences
from bot.model.translatable import Translatable, tr
from bot.operations.report_figures import span_words

NamedSpending = Sequence[tuple[str, GroupSpending]]
"""Groups by name, those of which it is known."""


def spent_head(within: timedelta, *, so_far: bool) -> Translatable:
    """What the lines below it are of."""
    spent = tr("spent in the shop, within {span}", span=span_words(within))
    return tr("{reaction} (so far)", reaction=spent) if so_far else spent


def spent_words(one: GroupSpending) -> Translatable:
    """`NT$34.50 per person (NT$155,664 of 4,512 people, 240 bought)`."""
    return tr(
        "{mean} per person ({money} of {people} people, {buyers} bought)",
        mean=_money(one.mean),
        money=money_text(one.money),
        people=f"{one.people:,}",
        buyers=f"{one.buyers:,}",
    )


def spent_difference_words(one: SpendingDifference) -> Translatable:
    """`甲 spent NT$12.1 a person more than 不發 (NT$3.2 to NT$21)`, or that none is to be seen."""
    if one.between is None:
        fewest = str(FEWEST_BUYERS)
        return tr(
            "{one} and {other}: fewer than {fewest} bought in one of them, too few to compare money",
            one=one.one,
            other=one.other,
            fewest=fewest,
        )
    low, high = one.between.low, one.between.high
    if not one.is_seen:
        return tr(
            "{one} and {other}: no difference to be seen ({low} to {high} per person)",
            one=one.one,
            other=one.other,
            low=_money(low),
            high=_money(high),
        )
    more, less = (one.one, one.other) if one.by > 0 else (one.other, one.one)
    ends = sorted((abs(low), abs(high)))
    return tr(
        "{more} spent {money} per person more than {less} ({low} to {high})",
        more=more,
        less=less,
        money=_money(abs(one.by)),
        low=_money(ends[0]),
        high=_money(ends[1]),
    )


def spent_lines(groups: NamedSpending, within: timedelta, *, so_far: bool) -> Iterator[Translatable]:
    """All of it, a sentence a line; nothing where nothing is known."""
    if not groups:
        return
    yield tr("{reaction}:", reaction=spent_head(within, so_far=so_far))
    for name, one in groups:
        yield tr("    {group}{rate}", group=f"{name}  " if name else "", rate=spent_words(one))
    for difference in spending_differences(groups):
        yield tr("    {difference}", difference=spent_difference_words(difference))


def spent_cells(one: GroupSpending | None) -> tuple[str, str]:
    """How many bought, and for how much; empty where it is not known."""
    return ("", "") if one is None else (str(one.buyers), str(one.money))


def _money(amount: float) -> str:
    text = money_text(Decimal(str(round(abs(amount), 2))))
    return f"−{text}" if amount < 0 and text != "NT$0" else text
