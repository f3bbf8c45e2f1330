"""What stamp cards give the compiler and the check (N2)."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bot.engine.compiled.step import Step
from bot.engine.conditions.values import HasStamps
from bot.model.translatable import tr
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.messages.bubbles import MessageMaker
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.promotions import LanguagePart, Names
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.held import MOST_AT_ONCE
from bot.promotions.stamps.engine.steps import PutStamps
from bot.promotions.stamps.playbook.card import stamp_card
from bot.promotions.stamps.playbook.checks import reminders_never, stamps_feeding_themselves
from bot.promotions.stamps.playbook.compile import stamp_cards_of
from bot.promotions.stamps.playbook.impact import at_stake


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
    section = scope.book.section("stamp_cards")
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
    section=STAMP_CARDS,
    compiled=stamp_cards_of,
    news="stamp_card",
    perhaps=_perhaps,
    rewards=lambda card: card.rewards.values(),
    checks=(stamps_feeding_themselves, reminders_never),
    cards={"stamp_card": MessageMaker(stamp_card)},
    actions={"add_stamp": _put_stamps, "take_stamp": _put_stamps},
    conditions={"stamp_card": named_condition(HasStamps, _stamps)},
    at_stake=at_stake,
)
