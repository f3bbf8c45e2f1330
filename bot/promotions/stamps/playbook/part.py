"""How stamp cards are compiled, and all that they give the compiler and the check (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import get_args

from bot.engine.compiled.step import Step
from bot.engine.types.plain import number_of
from bot.model.translatable import tr
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.connections.shop_checks import check_orders_heard
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.promotions import reminder_of, shown
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.promotions import LanguagePart, Names
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.stamps.engine.conditions import HasStamps
from bot.promotions.stamps.engine.declared import CELLS_LEAST, CELLS_MOST, STAMP_CARDS, StampCard
from bot.promotions.stamps.engine.held import MOST_AT_ONCE
from bot.promotions.stamps.engine.steps import PutStamps
from bot.promotions.stamps.model import StampWay
from bot.promotions.stamps.playbook.card import stamp_card
from bot.promotions.stamps.playbook.checks import at_stake, reminders_never, stamps_feeding_themselves
from bot.promotions.stamps.playbook.words import StampFinding


def stamp_cards_of(scope: Scope) -> dict[str, StampCard]:
    """All stamp cards by name."""
    coupons = COUPONS.of(scope.book)
    return {key.value: _card(scope, key, node, coupons) for key, node in scope.book.blocks(STAMP_CARDS.name)}


def _card(scope: Scope, key: Scalar, node: Map, coupons: Mapping[str, Coupon]) -> StampCard:
    orders, remind = node.get("orders"), reminder_of(scope, node)
    until, lasts = scope.moment(node.get("until")), scope.duration(node.get("for"))
    if remind is not None and until is None and lasts is None:
        message = tr("the stamp card {name} never ends, so nobody is reminded", name=quoted(key.value))
        scope.wrong(node.pairs["remind"][0], "bad-value", message, tr("write  for: 1y,  or leave it out"))
    if "orders" in node.pairs:
        hint = tr(
            "leave  orders  out, or write under  shops  one that tells: with  webhook_secret,  "
            "or a system of your own with  api_token  in bot.yaml"
        )
        check_orders_heard(scope, node.pairs["orders"][0], StampFinding.ORDER_UNHEARD, hint, "warning")
    cells = _cells(scope, node)
    again = "again" not in node.pairs or scope.switch(node.get("again"))
    return StampCard(
        **shown(scope, key, node),
        cells=cells,
        rewards=_rewards(scope, node, cells, coupons, again=again),
        until=until,
        lasts=lasts,
        remind=remind,
        per_day=_at_least_one(scope, node, "per_day"),
        again=again,
        ways=scope.words(node.get("stamp"), get_args(StampWay)) or frozenset({"clerk"}),
        each=_each(scope, orders) if isinstance(orders, Map) else None,
    )


def _cells(scope: Scope, node: Map) -> int:
    cells = scope.whole(node.get("cells"))
    if cells is not None and not CELLS_LEAST <= cells <= CELLS_MOST:
        message = tr("a stamp card has {least} to {most} cells", least=CELLS_LEAST, most=CELLS_MOST)
        scope.wrong(node.pairs["cells"][1], "bad-value", message, tr("write another number"))
    return cells or CELLS_MOST


def _rewards(
    scope: Scope, node: Map, cells: int, coupons: Mapping[str, Coupon], *, again: bool
) -> dict[int, str]:
    rewards: dict[int, str] = {}
    for cell, value in scope.pairs(node.get("rewards")):
        coupon, number = scope.scalar(value), int(cell.value) if cell.value.isdecimal() else 0
        if not 1 <= number <= cells:
            message = tr("the card has the cells 1 to {most}", most=cells)
            scope.wrong(
                cell, "bad-value", message, tr("name a cell that it has, such as  {cell}", cell=cells)
            )
        elif coupon is not None and scope.has_name(COUPONS.name, coupon):
            rewards[number] = coupon.value
            _check_again(scope, coupon, coupons.get(coupon.value), again=again)
    return rewards


def _check_again(scope: Scope, node: Scalar, coupon: Coupon | None, *, again: bool) -> None:
    """Who fills a second card has had a coupon that each person is given once."""
    if coupon is not None and again and coupon.per_person == 1:
        message = tr(
            "each person is given the coupon {name} once: a second card gives nothing here",
            name=quoted(coupon.name),
        )
        hint = tr("write  per_person: 50  at the coupon, or  again: false  here")
        scope.wrong(node, StampFinding.REWARD_ONCE, message, hint, level="warning")


def _at_least_one(scope: Scope, node: Map, word: str) -> int | None:
    number = scope.whole(node.get(word))
    if number == 0:
        message, hint = tr("nobody could be stamped"), tr("write a larger number, or leave it out")
        scope.wrong(node.pairs[word][1], "bad-value", message, hint)
    return number or None


def _each(scope: Scope, orders: Map) -> int | float | None:
    amount = number_of(scope.text(orders.get("each")))
    if amount is None or amount <= 0:
        message = tr("an amount is more than 0")
        scope.wrong(orders.pairs["each"][1], "bad-value", message, tr("write it such as  300"))
        return None
    return amount


def _stamps(scope: Scope, name: Scalar, node: Node) -> Sequence[object]:
    """So many stamps; 0: a card was filled."""
    if scope.text(node) == "full":
        return (0,)
    number = scope.whole(node)
    if not number:
        message = tr("this is no number of stamps")
        scope.wrong(node, "bad-value", message, tr("write it such as  5,  or  full"))
    return (number or 1,)


def _put_stamps(scope: Scope, key: Scalar, node: Node) -> Step | None:
    step = DERIVED[key.value](scope, key, node)
    if isinstance(step, PutStamps) and isinstance(node, Map) and not 1 <= step.count <= MOST_AT_ONCE:
        message = tr("one act puts on or takes 1 to {most} stamps", most=MOST_AT_ONCE)
        scope.wrong(node.pairs["count"][1], "bad-value", message, tr("write another number"))
    return step


def _perhaps(scope: Scope, kind: str, names: Names, results: Set[str]) -> Set[str]:
    """The fields that not every news of these cards has (all of them where there are no names).

    `missing`: a reward is always to come where the last cell has one and another card follows. `until`: of a
    card that ends, while something is on it.
    """
    section = scope.book.section(STAMP_CARDS.name)
    cards = [node for name, (_, node) in section.items() if names is None or name in names]
    perhaps = set[str]()
    if not all(isinstance(card, Map) and _gives_always(card) for card in cards):
        perhaps.add("missing")
    ends = all(isinstance(card, Map) and card.pairs.keys() & {"for", "until"} for card in cards)
    if not ends or not results or not results <= {"stamped", "expires_soon", "expired"}:
        perhaps.add("until")
    return perhaps


def _gives_always(card: Map) -> bool:
    rewards = card.get("rewards")
    last = isinstance(rewards, Map) and text_at(card, "cells") in rewards.pairs
    return last and text_at(card, "again") != "false"


PART = LanguagePart(
    compiled=stamp_cards_of,
    perhaps=_perhaps,
    rewards=lambda card: card.rewards.values(),
    checks=(stamps_feeding_themselves, reminders_never),
    cards={"stamp_card": MessageMaker(stamp_card)},
    actions={"add_stamp": _put_stamps, "take_stamp": _put_stamps},
    conditions={"stamp_card": named_condition(HasStamps, _stamps)},
    at_stake=at_stake,
)
