"""How draws are compiled, and all that they give the compiler and the check (N3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from fractions import Fraction
from typing import get_args

from bot.engine.compiled.playbook import Playbook
from bot.engine.types.odds import odds_of, percent_of
from bot.model.flow_occupancy import LATELY
from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.compile.promotions import shown, term
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.graph.heard import unhandled
from bot.playbook.graph.survey import Survey
from bot.playbook.promotions import LanguagePart, Names, Removed, people_have
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Scalar, place_of
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.draws.engine.declared import DRAWS, Draw, Prize
from bot.promotions.draws.engine.held import TryDraw
from bot.promotions.draws.model import DRAW_WON, DrawLook, DrawUsage
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
    DrawFinding.REMOVED,
    lambda people, name: tr(
        "{people} tried the draw {draw} in the last {days} days, and it is gone: their coupons stay, and a"
        " draw of another name is a new try for each of them",
        days=LATELY.days,
        people=people,
        draw=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
    lambda usage: {name: one.lately for name, one in usage.tried.items() if one.lately},
)


def at_stake(playbook: Playbook, usage: DrawUsage, besides: object) -> Iterator[Problem]:
    """Warnings about people who have tried a draw, or won."""
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


PRIZES_MOST = 12
"""Prizes of one draw: a wheel with more cannot be read on a telephone."""


def draws_of(scope: Scope) -> dict[str, Draw]:
    """All draws by name."""
    coupons = COUPONS.of(scope.book)
    return {key.value: _draw(scope, key, node, coupons) for key, node in scope.book.blocks(DRAWS.name)}


def _draw(scope: Scope, key: Scalar, node: Map, coupons: Mapping[str, Coupon]) -> Draw:
    empty = tr("the draw {name} ends before it begins", name=quoted(key.value))
    starts, until = term(scope, node, empty, DrawFinding.ENDS_BEFORE)
    prizes = _prizes(scope, node)
    _check_odds(scope, key, prizes)
    draw = Draw(
        **shown(scope, key, node),
        look=scope.word(node.get("look"), get_args(DrawLook), "wheel"),
        starts=starts,
        until=until,
        each=scope.word(node.get("each"), ("day", "once"), "day"),
        prizes=prizes,
    )
    _check_prizes(scope, node, draw, coupons)
    return draw


def _prizes(scope: Scope, node: Map) -> tuple[Prize, ...]:
    written = list(scope.pairs(node.get("prizes")))
    if len(written) > PRIZES_MOST:
        message = tr("a draw has {most} prizes at most", most=PRIZES_MOST)
        scope.wrong(node.pairs["prizes"][0], "bad-value", message, tr("leave some out"))
    found, prize_of = list[Prize](), dict[str, str]()
    for name, about in written:
        coupon = scope.scalar(about.get("coupon")) if isinstance(about, Map) else None
        odds = scope.scalar(about.get("odds")) if isinstance(about, Map) else None
        if coupon is not None and scope.has_name(COUPONS.name, coupon):
            chance = None if odds is None else odds_of(odds.value)
            found.append(Prize(name.value, coupon.value, chance, place_of(name)))
            _check_coupon(scope, coupon, name.value, prize_of.setdefault(coupon.value, name.value))
    return tuple(found)


def _check_coupon(scope: Scope, coupon: Scalar, prize: str, first: str) -> None:
    """Complain of a coupon that is another prize already: by its coupon it is known which prize was won."""
    if prize != first:
        message = tr(
            "the prizes {first} and {prize} are the same coupon {coupon}",
            first=quoted(first),
            prize=quoted(prize),
            coupon=quoted(coupon.value),
        )
        scope.wrong(coupon, "bad-value", message, tr("give each prize a coupon of its own"))


def _check_odds(scope: Scope, key: Scalar, prizes: Sequence[Prize]) -> None:
    total = sum((one.odds for one in prizes if one.odds is not None), Fraction(0))
    if total > 1:
        message = tr(
            "the odds of {name} add up to {percent}: more than 100%",
            name=quoted(key.value),
            percent=percent_of(total),
        )
        scope.wrong(key, DrawFinding.ODDS, message, tr("make some of them smaller"))
    for_all = [one for one in prizes if one.odds is None]
    if len(for_all) > 1:
        message = tr(
            "two prizes of {name} have no odds: each would be for all others", name=quoted(key.value)
        )
        scope.wrong(key, DrawFinding.ODDS, message, tr("write  odds: 5%  at all prizes but one"))


def _check_prizes(scope: Scope, node: Map, draw: Draw, coupons: Mapping[str, Coupon]) -> None:
    expected = scope.whole(node.get("tries"))
    names = {key.value: key for key, _ in scope.pairs(node.get("prizes"))}
    for prize in draw.prizes:
        coupon, key = coupons.get(prize.coupon), names[prize.name]
        if coupon is not None and not _check_ends(scope, key, draw, prize, coupon):
            _check_stock(scope, key, prize, coupon, expected)


def _check_ends(scope: Scope, key: Scalar, draw: Draw, prize: Prize, coupon: Coupon) -> bool:
    """Complain where this prize cannot be won, or not to the end; whether it was complained of."""
    begins: datetime | None = draw.starts
    prize_name, name = quoted(prize.name), quoted(coupon.name)
    if coupon.stock == 0:
        message = tr(
            "nobody can win {prize}: of the coupon {name} there are none", prize=prize_name, name=name
        )
        hint = tr("write another  stock  at the coupon")
        scope.wrong(key, DrawFinding.PRIZE_NEVER, message, hint, level="warning")
    elif coupon.until is not None and begins is not None and coupon.until <= begins:
        message = tr(
            "nobody can win {prize}: the coupon {name} ends before the draw begins",
            prize=prize_name,
            name=name,
        )
        scope.wrong(key, DrawFinding.PRIZE_NEVER, message, tr("write a later  until  at the coupon"))
    elif coupon.until is not None and (draw.until is None or coupon.until < draw.until):
        message = tr(
            "the coupon {name} ends before the draw does: {prize} cannot be won any more then",
            prize=prize_name,
            name=name,
        )
        hint = tr("write a later  until  at the coupon, or an earlier one at the draw")
        scope.wrong(key, DrawFinding.PRIZE_ENDS, message, hint, level="warning")
    else:
        return False
    return True


def _check_stock(scope: Scope, key: Scalar, prize: Prize, coupon: Coupon, expected: int | None) -> None:
    """`draw-runs-out`: with as many tries as are expected there are too few of a prize."""
    if expected is None or coupon.stock is None or prize.odds is None:
        return
    goes_out = expected * prize.odds
    if goes_out > coupon.stock:
        message = tr(
            "{prize} runs out after about {tries} of {expected} tries: there are {stock}, not {goes_out}",
            prize=quoted(prize.name),
            tries=f"{int(coupon.stock / prize.odds):,}",
            expected=f"{expected:,}",
            stock=f"{coupon.stock:,}",
            goes_out=f"{round(goes_out):,}",
        )
        hint = tr("make the odds smaller, or the  stock  of the coupon larger")
        scope.wrong(key, DrawFinding.RUNS_OUT, message, hint, level="warning")


def _perhaps(scope: Scope, kind: str, names: Names, results: Set[str]) -> Set[str]:
    """A prize is of what was won; a draw that failed has failed before it was drawn."""
    failed = () if results and "failed" not in results else ("source",)
    return {*(() if results == {"won"} else DRAW_WON), *failed}


PART = LanguagePart(
    compiled=draws_of,
    perhaps=_perhaps,
    elsewhere=lambda playbook, names: True,  # its page has no token
    rewards=lambda draw: (prize.coupon for prize in draw.prizes),
    own_news=True,
    checks=(draws_unanswered,),
    removed=_REMOVED,
    at_stake=at_stake,
)
