"""What is looked for in draws as a whole, and what an edit would do to what people have (N3)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.playbook import Playbook
from bot.model.flow_occupancy import LATELY
from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.heard import unhandled
from bot.playbook.graph.survey import Survey
from bot.playbook.promotion_impact import Removed, people_have
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.steps import TryDraw
from bot.promotions.draws.model import DrawUsage
from bot.promotions.draws.playbook.words import DrawFinding


def draws_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: a draw is tried in the chat, and nothing is said of what came of it.

    On its page that is shown anyhow.
    """
    for step in survey.steps:
        if isinstance(step, TryDraw):
            results = ("won", "had") if _always_wins(survey, step.draw) else ("won", "nothing", "had")
            yield from unhandled(survey, step.place, ("draw", step.draw), results, _nothing_happens)


def _nothing_happens(draw: Quoted, outcomes: Listing) -> Translatable:
    return tr("nothing happens when the draw {draw} comes to {outcomes}", draw=draw, outcomes=outcomes)


def _always_wins(survey: Survey, name: str) -> bool:
    """Whether a prize without a stock is for all who win nothing else."""
    draw, coupons = DRAWS.of(survey.playbook).get(name), COUPONS.of(survey.playbook)
    for_all = [] if draw is None else [prize for prize in draw.prizes if prize.odds is None]
    return any(prize.coupon in coupons and coupons[prize.coupon].stock is None for prize in for_all)


_REMOVED = Removed(
    DRAWS.name,
    DrawFinding.REMOVED,
    lambda people, name: tr(
        "{people} tried the draw {draw} in the last {days} days, and it is gone: their coupons stay, and a"
        " draw of another name is a new try for each of them",
        days=LATELY.days,
        people=people,
        draw=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
)


def at_stake(playbook: Playbook, usage: DrawUsage, besides: object) -> Iterator[Problem]:
    """Warnings about people who have tried a draw, or won."""
    lately = {name: one.lately for name, one in usage.tried.items() if one.lately}
    yield from _REMOVED.removed(lately, DRAWS.of(playbook))
    yield from _prizes_gone(playbook, usage)
    yield from _used_up(playbook, usage)


def _prizes_gone(playbook: Playbook, usage: DrawUsage) -> Iterator[Problem]:
    """`people-won-removed-prize`: it was won, is not used yet, and nobody can win it any more."""
    for (name, prize), number in sorted(usage.prizes.items()):
        draw = DRAWS.of(playbook).get(name)
        if draw is None or any(one.name == prize for one in draw.prizes):
            continue
        message = tr(
            "{people} won the prize {prize} of the draw {draw} and not used it yet, and it is gone: their"
            " coupons stay good",
            people=people_have(number),
            prize=quoted(prize),
            draw=quoted(name),
        )
        hint = tr("if it has another name now, give it back the old one: the list of winners goes by it")
        yield mistake(draw.place, DrawFinding.PRIZE_REMOVED, message, hint=hint, level="warning")


def _used_up(playbook: Playbook, usage: DrawUsage) -> Iterator[Problem]:
    """`draw-tries-used-up`: tried by the day before, and now once in all: who has tried never does again."""
    for name, draw in DRAWS.of(playbook).items():
        tried = usage.tried.get(name)
        if draw.each == "once" and tried is not None and tried.again:
            message = tr(
                "with  each: once  {people} no try of the draw {draw} any more: they have tried it on several"
                " days before",
                people=people_have(tried.people),
                draw=quoted(name),
            )
            hint = tr("if each of them is to try once more, give it another name")
            yield mistake(draw.place, DrawFinding.TRIES_USED_UP, message, hint=hint, level="warning")
