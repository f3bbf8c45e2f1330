"""Whether what comes of each draw is heard (N3)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.playbook.checks import hears_result, listed
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.engine.steps import TryDraw


def draws_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: a draw is tried in the chat, and nothing is said of what came of it.

    On its page that is shown anyhow.
    """
    triggers = [trigger for trigger, _ in survey.triggers]
    for step in survey.steps:
        if not isinstance(step, TryDraw):
            continue
        lost = [
            one
            for one in ("won", "nothing", "had")
            if (one != "nothing" or not _always_wins(survey, step.draw))
            and not any(hears_result(trigger, "draw", step.draw, one) for trigger in triggers)
        ]
        if lost:
            message = tr(
                "nothing happens when the draw {draw} comes to {outcomes}",
                draw=quoted(step.draw),
                outcomes=row(lost, "or"),
            )
            heard = f"draw: {step.draw}, result: {listed(lost)}"
            hint = tr("add  - {when: {{heard}}, {how}: …}", heard=heard, how="push")
            yield mistake(step.place, "outcome-unhandled", message, hint=hint, level="warning")


def _always_wins(survey: Survey, name: str) -> bool:
    """Whether a prize without a stock is for all who win nothing else."""
    draw, coupons = DRAWS.of(survey.playbook).get(name), COUPONS.of(survey.playbook)
    for_all = [] if draw is None else [prize for prize in draw.prizes if prize.odds is None]
    return any(prize.coupon in coupons and coupons[prize.coupon].stock is None for prize in for_all)
