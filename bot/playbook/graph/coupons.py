"""Whether each coupon is given, and each answer to that is heard (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.actions.coupons import AskCoupon
from bot.engine.compiled.coupon import Coupon
from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.conditions.comparisons import Is
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import test_implies
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def coupons_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: somebody asks for a coupon, and nothing is said when there is none for them."""
    triggers = [trigger for trigger, _ in survey.triggers]
    for name, place in _given(survey):
        coupon = survey.playbook.coupons.get(name)
        if coupon is None:
            continue
        lost = [one for one in _answers(coupon) if not any(_fits(t, coupon.name, one) for t in triggers)]
        if lost:
            message = tr(
                "nothing happens when {asked} gives {outcomes}",
                asked=quoted(coupon.name),
                outcomes=row(lost, "or"),
            )
            heard = f"coupon: {coupon.name}, result: {_listed(lost)}"
            hint = tr("add  - {when: {{heard}}, reply: …}", heard=heard)
            yield mistake(place, "outcome-unhandled", message, hint=hint, level="warning")


def unused_coupons(survey: Survey) -> Iterator[Problem]:
    """`coupon-unused`: nothing gives it."""
    given = {name for name, _ in _given(survey)}
    for name, coupon in survey.playbook.coupons.items():
        if name not in given:
            message = tr("nothing gives the coupon {name}", name=quoted(name))
            hint = tr("write  {use}  where it belongs, or leave it out", use=f"give_coupon: {name}")
            yield mistake(coupon.place, "coupon-unused", message, hint=hint, level="warning")


def _given(survey: Survey) -> Iterator[tuple[str, Place]]:
    """The coupons that are given, each with where: by an action, or as a stamp card's reward."""
    yield from ((step.coupon, step.place) for step in survey.steps if isinstance(step, AskCoupon))
    for card in survey.playbook.stamp_cards.values():
        yield from ((coupon, card.place) for coupon in dict.fromkeys(card.rewards.values()))


def _answers(coupon: Coupon) -> list[str]:
    """What may come of asking, by what the coupon says of itself."""
    is_limited = coupon.stock is not None or coupon.source == "imported"
    return ["given", "had", *(["none_left"] if is_limited else []), *(["over"] if coupon.until else [])]


def _fits(trigger: Trigger, name: str, result: str) -> bool:
    if not isinstance(trigger, OnNews) or trigger.kind != "coupon":
        return False
    if trigger.subjects is not None and name not in trigger.subjects:
        return False
    return all(test_implies(Is((result,)), test) for field in trigger.where for test in field.tests)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
