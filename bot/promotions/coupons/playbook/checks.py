"""What is looked for in coupons as a whole, and what an edit would do to what people have (N1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import INSTANT, start_of_day
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.announced import LONG_AGO, Campaign, arrivals, done, over
from bot.playbook.graph.heard import hears_result, unhandled
from bot.playbook.graph.reminders import A_MONDAY, never_reminded
from bot.playbook.graph.survey import Site, Survey
from bot.playbook.promotions import LANGUAGE_PARTS, Names, Removed
from bot.playbook.similar import quoted
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.held import AskCoupon, until_of
from bot.promotions.coupons.model import CouponCounts
from bot.promotions.coupons.playbook.words import CouponFinding


def coupons_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: somebody asks for a coupon, and nothing is said when there is none for them."""
    given = list(_given(survey))
    how = {name: "reply" if has_token else "push" for name, _, has_token in sorted(given, key=_with_token)}
    coupons = COUPONS.of(survey.playbook)
    for name, place, _ in given:
        if name in coupons:
            about, answers = ("coupon", name), _answers(coupons[name])
            yield from unhandled(survey, place, about, answers, _nothing_happens, how[name])


def _nothing_happens(coupon: Quoted, outcomes: Listing) -> Translatable:
    return tr("nothing happens when {asked} gives {outcomes}", asked=coupon, outcomes=outcomes)


def unused_coupons(survey: Survey) -> Iterator[Problem]:
    """`coupon-unused`: nothing gives it."""
    given = {name for name, _, _ in _given(survey)} | {
        coupon for _, coupon in _rewards(survey.playbook, own_news=True)
    }
    for name, coupon in COUPONS.of(survey.playbook).items():
        if name not in given:
            message = tr("nothing gives the coupon {name}", name=quoted(name))
            hint = tr("write  {use}  where it belongs, or leave it out", use=f"give_coupon: {name}")
            yield mistake(coupon.place, CouponFinding.UNUSED, message, hint=hint, level="warning")


def _given(survey: Survey) -> Iterator[tuple[str, Place, bool]]:
    """The coupons that are given, each with where, and whether a reply token may be there.

    By an action, or as a reward; a journey and a reward have no token.
    """
    for site in survey.sites:
        is_journey = site.flow is not None and site.flow.start is not None
        for step in site.steps:
            if isinstance(step, AskCoupon):
                yield step.coupon, step.place, not is_journey
    for entry, coupon in _rewards(survey.playbook, own_news=False):
        yield coupon, entry.place, False


def _with_token(given: tuple[str, Place, bool]) -> bool:
    """Those without a token last, so that they decide."""
    return not given[2]


def _rewards(playbook: Playbook, *, own_news: bool) -> Iterator[tuple[Any, str]]:
    """The entries that give coupons, each with one, once; `own_news`: giving it is news of the entry."""
    for kind, part in LANGUAGE_PARTS.by_kind.items():
        for entry in kind.entries(playbook).values() if part.own_news == own_news else ():
            yield from ((entry, coupon) for coupon in dict.fromkeys(part.rewards(entry)))


def given_elsewhere(playbook: Playbook, names: Names) -> bool:
    """Whether one of these is a reward, which is given without an action."""
    rewards = {coupon for _, coupon in _rewards(playbook, own_news=False)}
    return bool(rewards.intersection(names or rewards))


def _answers(coupon: Coupon) -> list[str]:
    """What may come of asking, by what the coupon says of itself."""
    is_limited = coupon.stock is not None or coupon.source == "imported"
    return ["given", "had", *(["none_left"] if is_limited else []), *(["over"] if coupon.until else [])]


def said_after_end(survey: Survey) -> Iterator[Problem]:
    """`said-too-late`: said of a coupon after longer than it is good for, in the flow that gives it."""
    giving: dict[str, list[Site]] = {}
    for site in survey.sites:
        for step in site.steps:
            if isinstance(step, AskCoupon):
                giving.setdefault(step.coupon, []).append(site)
    short = [one for one in COUPONS.of(survey.playbook).values() if one.lasts and one.starts is None]
    for flow in survey.flows:
        for coupon in short:
            yield from _after_giving(survey, flow, coupon, giving.get(coupon.name, ()))


def _after_giving(survey: Survey, flow: Flow, coupon: Coupon, giving: Sequence[Site]) -> Iterator[Problem]:
    given = start_of_day(LONG_AGO, survey.playbook.zone)
    until = until_of(coupon, given, survey.playbook.zone)
    givers = _givers(flow, coupon, giving)
    if not givers or until is None:
        return
    campaign = [Campaign(coupon.name, coupon.title, until, "coupon")]
    for name, at in arrivals(survey, flow, givers, given, dated=False).items():
        yield from over(campaign, done(flow.states[name]), at)


def _givers(flow: Flow, coupon: Coupon, giving: Sequence[Site]) -> list[str]:
    """The states in which people have just got the coupon; none where they may have it from elsewhere."""
    if flow.start and all(hears_result(one, "coupon", coupon.name, "given") for one in flow.start.when):
        return [flow.first.name]
    if any(site.flow is not flow for site in giving):
        return []
    return [site.state.name for site in giving if site.state is not None]


def reminders_never(survey: Survey) -> Iterator[Problem]:
    """`reminder-never`: its moment is never between when somebody has it and when it is over."""
    zone = survey.playbook.zone
    given = start_of_day(A_MONDAY, zone)
    for name, coupon in COUPONS.of(survey.playbook).items():
        until = until_of(coupon, given, zone)
        yield from never_reminded(survey, COUPONS.name, name, coupon.remind, given - INSTANT, until)


REMOVED = Removed(
    CouponFinding.REMOVED,
    lambda people, name: tr(
        "{people} a usable coupon {coupon}, which is gone: tills redeem it until it ends, but its terms,"
        " picture and reminder are gone, and nobody can press it",
        people=people,
        coupon=name,
    ),
    tr("leave it in until the last one has ended; without  give_coupon  nobody gets another"),
)


def at_stake(playbook: Playbook, held: object, counts: Mapping[str, CouponCounts]) -> Iterator[Problem]:
    """`stock-below-given`: more were given than there are to be."""
    for name, coupon in COUPONS.of(playbook).items():
        given = counts[name].given if name in counts else 0
        if coupon.stock is None or given <= coupon.stock:
            continue
        message = tr(
            "of the coupon {coupon} {given} were given, more than its stock of {stock}: nobody gets another,"
            " and those that were given stay usable",
            coupon=quoted(name),
            given=f"{given:,}",
            stock=f"{coupon.stock:,}",
        )
        hint = tr("stock  counts all that were ever given: for more of them write a larger number")
        yield mistake(coupon.place, CouponFinding.STOCK_BELOW, message, hint=hint, level="warning")
