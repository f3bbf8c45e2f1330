"""What a journey's report says, in sentences: for the terminal, and beside its picture."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.model.counts import PushFigures
from bot.model.reports import JourneyGroup, JourneyReport
from bot.model.translatable import Translatable, row, tr
from bot.operations.report_figures import (
    AT_GOAL,
    difference_words,
    how_sure,
    moment_words,
    proportion_words,
    within_words,
)
from bot.operations.spending_words import spent_lines
from bot.playbook.drawing.figures import skipped_words

NONE_FINISHED = tr("nobody's time is over yet")
HELD_OUT = tr("hold-out")


def report_lines(report: JourneyReport, zone: ZoneInfo) -> Iterator[Translatable]:
    """All of it, a sentence a line."""
    yield tr("{name}  {title}", name=report.flow, title=report.title)
    yield tr("  {began}", began=began_words(report))
    for group in report.groups:
        yield _of_group(group)
    for line in sent_words(report):
        yield tr("  {line}", line=line)
    yield tr("{reaction}:", reaction=goal_words(report))
    for group in report.groups:
        name = f"{group.name}  " if group.name else ""
        yield tr("    {group}{rate}", group=name, rate=rate_words(group))
    for one in report.differences:
        yield tr("    {difference}", difference=difference_words(one))
    yield from spent_lines(report.spending, report.within, so_far=False)
    if report.others:
        yield tr("it also asks for {names}", names=row(report.others))
    yield from notes(report, zone)


def sent_words(report: JourneyReport) -> Iterator[Translatable]:
    """What it has sent, and to how many people not all of it: they finished it all the same."""
    if (pushes := push_words(report.pushes)) is not None:
        yield pushes
    if report.pushes.missed:
        number, of = f"{report.pushes.missed:,}", f"{report.pushes.finished:,}"
        yield tr("{number} of {of} who finished it were not sent everything", number=number, of=of)


def push_words(figures: PushFigures) -> Translatable | None:
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
        return tr("pushes: {due} due, {sent} sent, {failed} failed, 0 skipped, {waiting} waiting", **numbers)
    return tr(
        "pushes: {due} due, {sent} sent, {failed} failed, {skipped} skipped ({why}), {waiting} waiting",
        why=skipped_words(figures.skipped),
        **numbers,
    )


def called(report: JourneyReport) -> str:
    """The title of the flow; its name, where it has none."""
    return report.title or report.flow


def began_words(report: JourneyReport) -> Translatable:
    """How many began it, in how many days."""
    return tr(
        "{people} people began it in the last {days} days", people=f"{report.began:,}", days=report.days
    )


def goal_words(report: JourneyReport) -> Translatable:
    """The goal, with its time."""
    return within_words(AT_GOAL, report.goal, report.within)


def rate_words(group: JourneyGroup) -> Translatable:
    """`642 of 5,220, 12.3% (11.4–13.2%)`, or that there is none yet."""
    return NONE_FINISHED if group.rate is None else proportion_words(group.rate)


def _of_group(group: JourneyGroup) -> Translatable:
    people = f"{group.began:,}"
    begun = tr("{number} people", number=people)
    if group.holdout:
        begun = tr("{people} people, to compare with", people=people)
    if group.name:
        begun = tr("{name}: {told}", name=group.name, told=begun)
    if not group.under_way:
        return tr("  {begun}", begun=begun)
    number, early = f"{group.under_way:,}", f"{group.early:,}"
    return tr(
        "  {begun}; {number} still have time, of whom {early} have reached the goal already",
        begun=begun,
        number=number,
        early=early,
    )


def notes(report: JourneyReport, zone: ZoneInfo) -> Iterator[Translatable]:
    """How the figures are to be read."""
    if any(one.under_way for one in report.groups):
        yield tr("rates are of those whose time is over")
    if report.ungrouped:
        number = f"{report.ungrouped:,}"
        yield tr("{number} began it before it asked for the split: in no group", number=number)
    yield from how_sure(len(report.differences))
    yield tr("counted until {moment}", moment=moment_words(report.as_of, zone))
