"""What a report says, in sentences: for the terminal, and beside its picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from bot.model.broadcast import LeftOut
from bot.model.money import money_text
from bot.model.proportions import SURE
from bot.model.reports import BOUGHT, FEWEST, BroadcastReport, Reaction, ReportGroup
from bot.model.translatable import Translatable, row, tr
from bot.operations.broadcasts.progress import WHY_LEFT_OUT
from bot.operations.report_figures import (
    AT_GOAL,
    difference_words,
    how_sure,
    moment_words,
    proportion_words,
    together,
    within_words,
)
from bot.operations.spending_words import spent_lines
from bot.playbook.in_money import sending_price

REACTIONS: Mapping[Reaction, Translatable] = {
    "goal": AT_GOAL,
    "bound": tr("bound"),
    "bound_by_tap": tr("bound by its button"),
    "replied": tr("wrote"),
    "tapped": tr("tapped a button"),
    "opened": tr("opened it"),
    "clicked": tr("opened a link"),
    "blocked": tr("blocked the account"),
}
HELD_OUT = tr("gets nothing")


def report_lines(report: BroadcastReport, zone: ZoneInfo) -> Iterator[Translatable]:
    """All of it, a sentence a line."""
    yield tr(
        "{name}  {moment}", name=called(report), moment=moment_words(report.began or report.moment, zone)
    )
    for group in report.groups:
        yield _of_group(group)
    if (skipped := skipped_words(report)) is not None:
        yield tr("    {skipped}", skipped=skipped)
    for why, number in sorted(report.refused.items(), key=lambda one: -one[1]):
        yield tr("    LINE refused it for {people}: {why}", people=f"{number:,}", why=why)
    yield from money_words(report)
    for reaction in report.reactions:
        yield tr("{reaction}:", reaction=reaction_words(report, reaction))
        for group in report.groups:
            if (found := rate_words(group, reaction)) is not None:
                yield tr("    {group}{rate}", group=f"{group.name}  " if group.name else "", rate=found)
        for one in report.differences(reaction):
            yield tr("    {difference}", difference=difference_words(one))
    yield from spent_lines(report.spending, report.spent_within, so_far=report.spending_is_open)
    yield from notes(report, zone)


def skipped_words(report: BroadcastReport) -> Translatable | None:
    """How many were not sent it, by reason; who is to get nothing is a group, not one of them."""
    why = Counter[LeftOut]()
    for group in report.groups:
        why.update(group.left_out)
    del why["nothing"]
    if not why.total():
        return None
    reasons = [
        tr("{why} {number}", why=WHY_LEFT_OUT[one], number=f"{n:,}") for one, n in why.most_common() if n
    ]
    return tr("not sent: {number} ({why})", number=f"{why.total():,}", why=row(reasons))


def money_words(report: BroadcastReport) -> Iterator[Translatable]:
    """What it has cost, in the words of `broadcast check`, and each goal and binding."""
    if report.plan is None:
        return
    number = f"{report.got:,}"
    if report.month_used is not None:
        price = sending_price(report.plan, report.price)
        yield tr("  messages used: {number}; {price}", number=number, price=price)
    elif report.cost is not None:
        yield tr("  messages used: {number}; at most {money}", number=number, money=money_text(report.cost))
    for reaction in BOUGHT:
        if reaction in report.reactions and (each := report.cost_of_each(reaction)):
            yield tr("    {reaction}: {money} each", reaction=REACTIONS[reaction], money=money_text(each))


def money_in_short(report: BroadcastReport) -> Iterator[Translatable]:
    """The same where there is little room: what it has cost, and each of what it is judged by."""
    if report.cost is None:
        return
    if not report.cost:
        yield tr("no extra cost")
        return
    money = money_text(report.cost)
    yield (
        tr("{money}", money=money) if report.month_used is not None else tr("{money} at most", money=money)
    )
    for reaction in BOUGHT:
        if reaction in report.reactions and (each := report.cost_of_each(reaction)):
            yield tr("{reaction}: {money} each", reaction=REACTIONS[reaction], money=money_text(each))
            return


def called(report: BroadcastReport) -> str:
    """The name of the broadcast; its title, where it has one."""
    return report.title or report.broadcast


def sent_words(report: BroadcastReport) -> Translatable:
    """To how many people of how many it went, all groups together."""
    sent = [one for one in report.groups if not one.holdout]
    got, people = sum(one.got for one in sent), sum(one.people for one in sent)
    return tr("sent to {got} of {people} people", got=f"{got:,}", people=f"{people:,}")


def _of_group(group: ReportGroup) -> Translatable:
    people, got = f"{group.people:,}", f"{group.got:,}"
    line = tr("sent to {got} of {people} people", got=got, people=people)
    if group.holdout:
        line = tr("{people} people get nothing, to compare with", people=people)
    if group.name:
        line = tr("{name}: {told}", name=group.name, told=line)
    return tr("  {line}", line=line)


def reaction_words(report: BroadcastReport, reaction: Reaction) -> Translatable:
    """What was done, within which time; whether people still have time for it."""
    words, span = REACTIONS[reaction], report.within.get(reaction)
    words = within_words(words, report.goal if reaction == "goal" else "", span)
    return tr("{reaction} (so far)", reaction=words) if report.is_open(reaction) else words


def rate_words(group: ReportGroup, reaction: Reaction) -> Translatable | None:
    """`642 of 5,220, 12.3% (11.4–13.2%)`; `None`: it is not known of them."""
    if group.hidden(reaction):
        return tr("fewer than {number}: LINE tells no number", number=str(FEWEST))
    rate = group.rate(reaction)
    if rate is None:
        return None
    return proportion_words(rate)


def sureness_in_words(report: BroadcastReport) -> Iterator[Translatable]:
    """What the brackets mean, and a difference that is not seen, for who has never heard of intervals."""
    if not report.reactions:
        return
    yield tr(
        "The range in brackets: with {sure} confidence the true figure lies between these two; the fewer"
        " people, the wider it is",
        sure=f"{SURE:.0%}",
    )
    differences = [report.differences(one) for one in report.reactions]
    if any(not one.is_seen for some in differences for one in some):
        yield tr(
            "No difference to be seen: it may be chance, or they are too few people; it does not say that"
            " both do equally well"
        )
    if (pairs := max(map(len, differences))) > 1:
        yield together(pairs)


def notes(report: BroadcastReport, zone: ZoneInfo, *, in_short: bool = True) -> Iterator[Translatable]:
    """How the figures are to be read; not `in_short`: how sure they are is said in words elsewhere."""
    if report.reactions and in_short:
        yield from how_sure(max(len(report.differences(one)) for one in report.reactions))
    if report.shared:
        yield tr("LINE counts opens and links together with other sendings of this broadcast this month")
    yield tr("counted until {moment}", moment=moment_words(report.as_of, zone))
