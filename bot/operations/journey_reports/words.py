"""What a journey's report says, in sentences: for the terminal, and beside its picture."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.model.counts import PushFigures
from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.said import Said, row, say
from bot.operations.reports.figures import (
    AT_GOAL,
    difference_words,
    how_sure,
    moment_words,
    proportion_words,
    within_words,
)
from bot.playbook.drawing.figures import skipped_words

NOBODY_YET = say("nobody's time is over yet")
HELD_OUT = say("hold-out")


def report_lines(report: JourneyReport, zone: ZoneInfo) -> Iterator[Said]:
    """All of it, a sentence a line."""
    yield say("{name}  {title}", name=report.flow, title=report.title)
    yield say("  {began}", began=began_words(report))
    for group in report.groups:
        yield _of_group(group)
    for line in sent_words(report):
        yield say("  {line}", line=line)
    yield say("{reaction}:", reaction=goal_words(report))
    for group in report.groups:
        name = f"{group.name}  " if group.name else ""
        yield say("    {group}{rate}", group=name, rate=rate_words(group))
    for one in report.differences:
        yield say("    {difference}", difference=difference_words(one))
    if report.others:
        yield say("it also asks for {names}", names=row(report.others))
    yield from notes(report, zone)


def sent_words(report: JourneyReport) -> Iterator[Said]:
    """What it has sent, and to how many people not all of it: they finished it all the same."""
    if (pushes := push_words(report.pushes)) is not None:
        yield pushes
    if report.pushes.missed:
        number, of = f"{report.pushes.missed:,}", f"{report.pushes.finished:,}"
        yield say("{number} of {of} who finished it were not sent everything", number=number, of=of)


def push_words(figures: PushFigures) -> Said | None:
    """What became of a journey's pushes; `None` where none was due."""
    if not figures.due:
        return None
    skipped = sum(figures.skipped.values())
    waiting = max(0, figures.due - figures.sent - figures.failed - skipped)
    numbers = {
        "due": f"{figures.due:,}",
        "sent": f"{figures.sent:,}",
        "failed": f"{figures.failed:,}",
        "skipped": f"{skipped:,}",
        "waiting": f"{waiting:,}",
    }
    if not skipped:
        return say("pushes: {due} due, {sent} sent, {failed} failed, 0 skipped, {waiting} waiting", **numbers)
    return say(
        "pushes: {due} due, {sent} sent, {failed} failed, {skipped} skipped ({why}), {waiting} waiting",
        why=skipped_words(figures.skipped),
        **numbers,
    )


def called(report: JourneyReport) -> str:
    """The title of the flow; its name, where it has none."""
    return report.title or report.flow


def began_words(report: JourneyReport) -> Said:
    """How many began it, in how many days."""
    return say(
        "{people} people began it in the last {days} days", people=f"{report.began:,}", days=report.days
    )


def goal_words(report: JourneyReport) -> Said:
    """The goal, with its time."""
    return within_words(AT_GOAL, report.goal, report.within)


def rate_words(group: JourneyGroup) -> Said:
    """`642 of 5,220, 12.3% (11.4–13.2%)`, or that there is none yet."""
    return NOBODY_YET if group.rate is None else proportion_words(group.rate)


def _of_group(group: JourneyGroup) -> Said:
    people = f"{group.began:,}"
    begun = say("{number} people", number=people)
    if group.holdout:
        begun = say("{people} people, to compare with", people=people)
    if group.name:
        begun = say("{name}: {told}", name=group.name, told=begun)
    if not group.under_way:
        return say("  {begun}", begun=begun)
    number, early = f"{group.under_way:,}", f"{group.early:,}"
    return say(
        "  {begun}; {number} still have time, of whom {early} have reached the goal already",
        begun=begun,
        number=number,
        early=early,
    )


def notes(report: JourneyReport, zone: ZoneInfo) -> Iterator[Said]:
    """How the figures are to be read."""
    if any(one.under_way for one in report.groups):
        yield say("rates are of those whose time is over")
    if report.ungrouped:
        number = f"{report.ungrouped:,}"
        yield say("{number} began it before it asked for the split: in no group", number=number)
    yield from how_sure(len(report.differences))
    yield say("counted until {moment}", moment=moment_words(report.told, zone))
