"""What a report says, in sentences: for the terminal, and beside its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.broadcast_report import FEWEST, BroadcastReport, GroupDifference, Reaction, ReportGroup
from bot.model.proportions import SURE, Interval, interval
from bot.model.said import Said, say

REACTIONS: Mapping[Reaction, Said] = {
    "goal": say("reached the goal"),
    "bound": say("bound"),
    "replied": say("wrote"),
    "tapped": say("tapped a button"),
    "opened": say("opened it"),
    "clicked": say("opened a link"),
    "blocked": say("blocked the account"),
}
HELD_OUT = say("gets nothing")
NO_DIFFERENCE = say("no difference to be seen")


def report_lines(report: BroadcastReport, zone: ZoneInfo) -> Iterator[Said]:
    """All of it, a sentence a line."""
    yield say(
        "{name}  {moment}", name=called(report), moment=moment_words(report.began or report.moment, zone)
    )
    for group in report.groups:
        yield _of_group(group)
    for why, number in sorted(report.refused.items(), key=lambda one: -one[1]):
        yield say("    LINE refused it for {people}: {why}", people=f"{number:,}", why=why)
    for reaction in report.reactions:
        yield say("{reaction}:", reaction=reaction_words(report, reaction))
        for group in report.groups:
            if (found := rate_words(group, reaction)) is not None:
                yield say("    {group}{rate}", group=f"{group.name}  " if group.name else "", rate=found)
        for one in report.differences(reaction):
            yield say("    {difference}", difference=difference_words(one))
    yield from notes(report, zone)


def called(report: BroadcastReport) -> str:
    """The name of the broadcast; its title, where it has one."""
    return report.title or report.broadcast


def sent_words(report: BroadcastReport) -> Said:
    """To how many people of how many it went, all groups together."""
    sent = [one for one in report.groups if not one.holdout]
    got, people = sum(one.got for one in sent), sum(one.people for one in sent)
    return say("sent to {got} of {people} people", got=f"{got:,}", people=f"{people:,}")


def _of_group(group: ReportGroup) -> Said:
    name = f"{group.name}: " if group.name else ""
    people, got = f"{group.people:,}", f"{group.got:,}"
    if group.holdout:
        return say("  {name}{people} people get nothing, to compare with", name=name, people=people)
    return say("  {name}sent to {got} of {people} people", name=name, got=got, people=people)


def reaction_words(report: BroadcastReport, reaction: Reaction) -> Said:
    """What was done, within which time; whether people still have time for it."""
    said, span = REACTIONS[reaction], report.within.get(reaction)
    if reaction == "goal" and report.goal:
        said = say("{reaction} {goal}", reaction=said, goal=report.goal)
    if span is not None:
        said = say("{reaction}, within {span}", reaction=said, span=span_words(span))
    return say("{reaction} (so far)", reaction=said) if report.is_open(reaction) else said


def rate_words(group: ReportGroup, reaction: Reaction) -> Said | None:
    """`642 of 5,220, 12.3% (11.4–13.2%)`; `None`: it is not known of them."""
    if group.hidden(reaction):
        return say("fewer than {number}: LINE tells no number", number=str(FEWEST))
    rate = group.rate(reaction)
    if rate is None:
        return None
    return say(
        "{number} of {people}, {share} ({between})",
        number=f"{rate.number:,}",
        people=f"{rate.people:,}",
        share=percent(rate.share),
        between=between(interval(rate)),
    )


def difference_words(one: GroupDifference) -> Said:
    """`甲 is 1.2 points above 乙 (0.4 to 2.1)`, or that none is to be seen."""
    low, high = one.between.low, one.between.high
    digits = 2 if min(abs(low), abs(high), abs(one.by)) < 0.0005 else 1
    if not one.is_seen:
        return say(
            "{one} and {other}: no difference to be seen ({low} to {high} points)",
            one=one.one,
            other=one.other,
            low=points(low, digits, sign=True),
            high=points(high, digits, sign=True),
        )
    more, less = (one.one, one.other) if one.by > 0 else (one.other, one.one)
    ends = sorted((abs(low), abs(high)))
    return say(
        "{more} is {points} points above {less} ({low} to {high})",
        more=more,
        less=less,
        points=points(abs(one.by), digits),
        low=points(ends[0], digits),
        high=points(ends[1], digits),
    )


def notes(report: BroadcastReport, zone: ZoneInfo) -> Iterator[Said]:
    """How the figures are to be read."""
    pairs = max((len(report.differences(one)) for one in report.reactions), default=0)
    if report.reactions:
        yield say("intervals: {sure} sure (Wilson)", sure=f"{SURE:.0%}")
    if pairs > 1:
        yield say("the {number} differences of a kind hold together (Newcombe)", number=str(pairs))
    elif pairs:
        yield say("the difference by the way of Newcombe")
    if report.shared:
        yield say("LINE counts opens and links together with other sendings of this broadcast this month")
    yield say("counted until {moment}", moment=moment_words(report.told, zone))


def percent(share: float) -> str:
    """`12.3%`; of what is rare, a digit more."""
    return f"{share:.2%}" if 0 < share < 0.01 else f"{share:.1%}"


def between(found: Interval) -> str:
    """`11.4–13.2%`."""
    return f"{percent(found.low).removesuffix('%')}–{percent(found.high)}"


def points(share: float, digits: int, *, sign: bool = False) -> str:
    """Percentage points: `1.2`, `−0.4`."""
    return f"{share * 100:{'+' if sign else ''}.{digits}f}".replace("-", "−")


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """As clocks in the playbook's zone show it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def span_words(span: timedelta) -> Said:
    """`24 hours`, `7 days`."""
    hours = round(span.total_seconds() / 3600)
    if hours % 24 == 0 and hours > 24:
        return say("{number} days", number=str(hours // 24))
    return say("1 hour") if hours == 1 else say("{number} hours", number=str(hours))
