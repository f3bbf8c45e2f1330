"""Whether each coupon is given, and each answer to that is heard (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.conditions.comparisons import Is
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import test_implies
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.steps import AskCoupon
from bot.promotions.coupons.playbook.words import UNUSED
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.referrals.engine.declared import REFERRALS
from bot.promotions.stamps.engine.declared import STAMP_CARDS


def coupons_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: somebody asks for a coupon, and nothing is said when there is none for them."""
    triggers = [trigger for trigger, _ in survey.triggers]
    given = list(_given(survey))
    how = {name: "reply" if has_token else "push" for name, _, has_token in sorted(given, key=_with_token)}
    for name, place, _ in given:
        coupon = COUPONS.of(survey.playbook).get(name)
        if coupon is None:
            continue
        lost = [
            one
            for one in _answers(coupon)
            if not any(hears_result(trigger, "coupon", coupon.name, one) for trigger in triggers)
        ]
        if lost:
            message = tr(
                "nothing happens when {asked} gives {outcomes}",
                asked=quoted(coupon.name),
                outcomes=row(lost, "or"),
            )
            heard = f"coupon: {coupon.name}, result: {listed(lost)}"
            hint = tr("add  - {when: {{heard}}, {how}: …}", heard=heard, how=how[name])
            yield mistake(place, "outcome-unhandled", message, hint=hint, level="warning")


def unused_coupons(survey: Survey) -> Iterator[Problem]:
    """`coupon-unused`: nothing gives it."""
    given = {name for name, _, _ in _given(survey)} | _won(survey)
    for name, coupon in COUPONS.of(survey.playbook).items():
        if name not in given:
            message = tr("nothing gives the coupon {name}", name=quoted(name))
            hint = tr("write  {use}  where it belongs, or leave it out", use=f"give_coupon: {name}")
            yield mistake(coupon.place, UNUSED, message, hint=hint, level="warning")


def _given(survey: Survey) -> Iterator[tuple[str, Place, bool]]:
    """The coupons that are given, each with where, and whether a reply token may be there.

    By an action, for stamps, or for bringing a friend; a journey, stamps and friends have no token.
    """
    for site in survey.sites:
        is_journey = site.flow is not None and site.flow.start is not None
        for step in site.steps:
            if isinstance(step, AskCoupon):
                yield step.coupon, step.place, not is_journey
    for card in STAMP_CARDS.of(survey.playbook).values():
        yield from ((coupon, card.place, False) for coupon in dict.fromkeys(card.rewards.values()))
    for one in REFERRALS.of(survey.playbook).values():
        yield from ((coupon, one.place, False) for coupon in (one.friend, one.inviter) if coupon is not None)


def _with_token(given: tuple[str, Place, bool]) -> bool:
    """Those without a token last, so that they decide."""
    return not given[2]


def _won(survey: Survey) -> set[str]:
    """The coupons that are prizes: that one was won is news of its draw."""
    return {prize.coupon for draw in DRAWS.of(survey.playbook).values() for prize in draw.prizes}


def _answers(coupon: Coupon) -> list[str]:
    """What may come of asking, by what the coupon says of itself."""
    is_limited = coupon.stock is not None or coupon.source == "imported"
    return ["given", "had", *(["none_left"] if is_limited else []), *(["over"] if coupon.until else [])]


def hears_result(trigger: Trigger, kind: str, name: str, result: str) -> bool:
    """Whether a trigger hears this result of news of this kind, about this name."""
    if not isinstance(trigger, OnNews) or trigger.kind != kind:
        return False
    if trigger.subjects is not None and name not in trigger.subjects:
        return False
    return all(test_implies(Is((result,)), test) for field in trigger.where for test in field.tests)


def listed(words: Sequence[str]) -> str:
    """Words as a value of YAML: one, or a list of them."""
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
