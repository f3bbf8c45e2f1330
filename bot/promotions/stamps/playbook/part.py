"""How stamp cards are compiled, and all that they give the compiler and the check (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, get_args

from bot.engine.compiled.card import TEXT_MOST, THE_ALT, Bounded, IfKnown, LineObject, PageAddress
from bot.engine.compiled.step import Step
from bot.engine.texts.template import Placeholder, Template
from bot.engine.types.plain import number_of
from bot.line.objects.limits import ALT
from bot.model.translatable import tr
from bot.playbook.compile.actions.derived import DERIVED
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.connections.shop_checks import check_orders_heard
from bot.playbook.compile.messages.bubble_parts import CLOCK, DAY, GREY, drawn, image_of, text, what_it_is
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker
from bot.playbook.compile.messages.card_words import CardWords, filled
from bot.playbook.compile.messages.from_nodes import FromNode
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.promotions import reminder_of, shown
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.pictures import MB, Use
from bot.playbook.promotions import LanguagePart, Names
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.stamps.engine.conditions import HasStamps
from bot.promotions.stamps.engine.declared import CELLS_LEAST, CELLS_MOST, STAMP_CARDS, StampCard
from bot.promotions.stamps.engine.held import MOST_AT_ONCE, PutStamps
from bot.promotions.stamps.model import MY_STAMPS, StampWay
from bot.promotions.stamps.playbook.checks import (
    REMOVED,
    at_stake,
    reminders_never,
    stamps_feeding_themselves,
)
from bot.promotions.stamps.playbook.words import StampFinding


@dataclass(frozen=True, slots=True)
class StampWords:
    """Words of the card of one's stamps."""

    stamps: str
    count: str
    alt: str
    reward: str
    done: str
    filled: str
    until: str
    gift: str


WORDS = CardWords(
    StampWords(
        stamps="我的集點卡",
        count="已集 {count} / {cells} 點",
        alt="{title}：{counted}",
        reward="再 {missing} 點，送您「{reward}」",
        done="集滿了，謝謝您！",
        filled="已經集滿 {filled} 張",
        until="集點到 {day} {clock} 為止",
        gift="禮",
    ),
    StampWords(
        stamps="My stamp cards",
        count="{count} of {cells} stamps",
        alt="{title}: {counted}",
        reward="{missing} more for “{reward}”",
        done="Your card is full. Thank you!",
        filled="Cards filled: {filled}",
        until="Stamps until {day} {clock}",
        gift="🎁",
    ),
)
_GREEN, _WHITE, _EMPTY = "#0b7a4b", "#ffffff", "#eef1f4"
_GOLD, _GOLDEN = "#8a5a00", "#fdf0cf"
_PICTURE = Use(tr("the picture of a stamp card"), ("JPEG", "PNG"), 10 * MB)
_SIZE, _ROUND = "40px", "20px"
"""Of a cell: five beside each other fit into the narrowest bubble that is as wide as LINE makes them."""
_WIDEST = (5, 4, 3)
"""Cells in a row: as many as leave the fewest gaps in the last."""


def stamp_card(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """The card of this name; `None` where there is none, or it is wrong itself."""
    name = scope.scalar(value)
    if name is None or not scope.has_name(STAMP_CARDS.name, name):
        return None
    _, declared = scope.book.section(STAMP_CARDS.name)[name.value]
    if not isinstance(declared, Map):
        return None
    cells = scope.whole(declared.get("cells"))
    if cells is None or not _is_drawn(cells):
        return None
    title = text_at(declared, "title") or name.value
    said = what_it_is(title, text_at(declared, "terms"))
    hero = image_of(scope, declared, _PICTURE)
    form = form_of(WORDS.here(scope), name.value, title, said, cells, _gifts(declared), hero)
    return {**form, "altText": FromNode(name, form["altText"]), "contents": FromNode(name, form["contents"])}


def form_of(
    words: StampWords,
    name: str,
    title: str,
    said: list[LineObject],
    cells: int,
    gifts: frozenset[int],
    hero: LineObject = None,
) -> MessageForm:
    """The message, in which what is this person's is still to be filled in, below what is `said` to all."""
    card = _Shown(name)
    count = filled(words.count, count=card.of("count"), cells=str(cells))
    parts = [
        *said,
        text(_bounded(count), weight="bold", color=_GREEN),
        _grid(card, cells, gifts, words.gift),
        *_next(words, card),
        IfKnown(Placeholder("page", MY_STAMPS), _button(words)),
    ]
    alt = Bounded(filled(words.alt, title=title, counted=count), ALT.most, ALT.unit, THE_ALT)
    return {"type": "flex", "altText": alt, "contents": drawn(parts, hero)}


class _Shown:
    """The placeholders of one card."""

    def __init__(self, name: str) -> None:
        self._name = name

    def of(self, slot: str, how: str | None = None) -> Placeholder:
        """What stands for this of the card (`engine/rendering/stamps_shown`)."""
        return Placeholder("stamps", self._name, format=how, slot=slot)


def _is_drawn(cells: int) -> bool:
    return CELLS_LEAST <= cells <= CELLS_MOST


def _gifts(declared: Map) -> frozenset[int]:
    rewards = declared.get("rewards")
    keys = rewards.pairs if isinstance(rewards, Map) else ()
    return frozenset(int(key) for key in keys if key.isdecimal())


def _next(words: StampWords, card: _Shown) -> list[LineObject]:
    """What is still to come, where something is; that it is full; how many were filled; its last moment."""
    reward = filled(words.reward, missing=card.of("missing"), reward=card.of("reward"))
    full = filled(words.filled, filled=card.of("filled"))
    until = filled(words.until, day=card.of("until", DAY), clock=card.of("until", CLOCK))
    return [
        IfKnown(card.of("reward"), text(_bounded(reward), size="sm", weight="bold")),
        IfKnown(card.of("done"), text(words.done, size="sm", weight="bold", color=_GREEN)),
        IfKnown(card.of("filled"), _small(full)),
        IfKnown(card.of("until"), _small(until)),
    ]


def _small(of: Template) -> LineObject:
    return text(_bounded(of), size="xs", color=GREY, margin="sm")


def _bounded(of: Template) -> Bounded:
    return Bounded(of, TEXT_MOST, "utf16", "the text")


def _grid(card: _Shown, cells: int, gifts: frozenset[int], gift: str) -> LineObject:
    """The cells in rows; gaps in the last keep its cells below those above."""
    width = min(_WIDEST, key=lambda one: (-cells % one, -one)) if cells > max(_WIDEST) else cells
    rows = [range(first, first + width) for first in range(1, cells + 1, width)]
    contents = [
        _row([one for cell in row for one in _cell(card, cell, cells, gift if cell in gifts else "")])
        for row in rows
    ]
    return {"type": "box", "layout": "vertical", "spacing": "md", "margin": "md", "contents": contents}


def _row(contents: list[LineObject]) -> LineObject:
    return {"type": "box", "layout": "horizontal", "spacing": "md", "contents": contents}


def _cell(card: _Shown, cell: int, cells: int, gift: str) -> list[LineObject]:
    """A cell that is there as it is for this person: stamped, or still empty."""
    if cell > cells:
        return [_disc(" ", _WHITE, _WHITE)]
    empty = _disc(gift, _GOLD, _GOLDEN) if gift else _disc(str(cell), GREY, _EMPTY)
    return [
        IfKnown(card.of(f"stamped {cell}"), _disc("✓", _WHITE, _GREEN)),
        IfKnown(card.of(f"empty {cell}"), empty),
    ]


def _disc(sign: str, color: str, ground: str) -> dict[str, Any]:
    looks = {"align": "center", "size": "sm", "weight": "bold", "color": color}
    box = {"type": "box", "layout": "vertical", "flex": 0, "width": _SIZE, "height": _SIZE}
    circle = {"cornerRadius": _ROUND, "backgroundColor": ground, "justifyContent": "center"}
    return {**box, **circle, "contents": [{"type": "text", "text": sign, **looks}]}


def _button(words: StampWords) -> LineObject:
    action = {"type": "uri", "label": words.stamps, "uri": PageAddress(MY_STAMPS)}
    looks = {"style": "primary", "height": "sm", "margin": "lg", "color": _GREEN}
    return {"type": "button", **looks, "action": action}


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
    removed=REMOVED,
    at_stake=at_stake,
)
