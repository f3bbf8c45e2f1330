"""How coupons are compiled, and all that they give the compiler and the check (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from bot.engine.compiled.card import TEXT_MOST, Bounded, IfKnown, LineObject, PageAddress
from bot.engine.texts.template import Placeholder, Template
from bot.model.short_code import LONGEST, code_key
from bot.model.translatable import tr
from bot.playbook.compile.conditions.conditions import named_condition
from bot.playbook.compile.connections.shop_checks import check_orders_heard
from bot.playbook.compile.messages.bubble_parts import CLOCK, DAY, GREY, drawn, image_of, text, what_it_is
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker
from bot.playbook.compile.messages.card_words import CardWords
from bot.playbook.compile.messages.from_nodes import FromNode
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.promotions import reminder_of, shown, term
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.compile.values.pictures import MB, Use
from bot.playbook.promotions import LanguagePart
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, text_at
from bot.promotions.coupons.engine.conditions import HasCoupon
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.model import COUPON_BROUGHT, COUPON_LATER, MY_COUPONS, RedeemWay
from bot.promotions.coupons.playbook.checks import (
    REMOVED,
    at_stake,
    coupons_unanswered,
    given_elsewhere,
    reminders_never,
    said_after_end,
    unused_coupons,
)
from bot.promotions.coupons.playbook.words import CouponFinding


@dataclass(frozen=True, slots=True)
class CouponWords:
    """Words of the card of a coupon."""

    coupons: str
    code: str
    until: str


WORDS = CardWords(
    CouponWords(coupons="我的優惠券", code="代碼", until="使用期限"),
    CouponWords(coupons="My coupons", code="Code", until="Use by"),
)
_PICTURE = Use(tr("the picture of a coupon's card"), ("JPEG", "PNG"), 10 * MB)


def coupon(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """The card of the coupon of this name; `None` where there is none."""
    name = scope.scalar(value)
    if name is None or not scope.has_name(COUPONS.name, name):
        return None
    _, declared = scope.book.section(COUPONS.name)[name.value]
    if not isinstance(declared, Map):
        return None
    title = text_at(declared, "title") or name.value
    code = Placeholder("coupon_code", name.value)
    day, clock = (Placeholder("coupon_until", name.value, format=how) for how in (DAY, CLOCK))
    words = WORDS.here(scope)
    shown = Bounded(Template((code,)), TEXT_MOST, "utf16", "the code", whole=True)
    parts = [
        *what_it_is(title, text_at(declared, "terms")),
        IfKnown(code, of_its_holder(words, shown, Template((day, " ", clock)))),
        IfKnown(Placeholder("page", MY_COUPONS), button(words, PageAddress(MY_COUPONS))),
    ]
    bubble = drawn(parts, image_of(scope, declared, _PICTURE))
    return {"type": "flex", "altText": FromNode(name, title), "contents": FromNode(name, bubble)}


def of_its_holder(words: CouponWords, code: LineObject, until: LineObject) -> LineObject:
    """The code and the last moment, for who has a usable one."""
    lines = [
        {"type": "separator"},
        text(words.code, size="xs", color=GREY, margin="md"),
        text(code, weight="bold", size="lg"),
        text(words.until, size="xs", color=GREY, margin="md"),
        text(until, size="sm"),
    ]
    return {"type": "box", "layout": "vertical", "spacing": "xs", "contents": lines}


def button(words: CouponWords, address: LineObject) -> LineObject:
    """What opens the page of all that somebody has."""
    action = {"type": "uri", "label": words.coupons, "uri": address}
    return {"type": "button", "style": "primary", "height": "sm", "action": action}


MOST_OF_ONE = 50
"""How many of a coupon one person may be given: all of them lie on the contact."""


def coupons_of(scope: Scope) -> dict[str, Coupon]:
    """All coupons by name."""
    return {key.value: _coupon(scope, key, node) for key, node in scope.book.blocks(COUPONS.name)}


def _coupon(scope: Scope, key: Scalar, node: Map) -> Coupon:
    _check_codes(scope, node)
    starts, until = _term(scope, key, node)
    return Coupon(
        **shown(scope, key, node),
        stock=scope.whole(node.get("stock")),
        per_person=_of_one_person(scope, node, scope.whole(node.get("per_person"))),
        starts=starts,
        until=until,
        lasts=scope.duration(node.get("for")),
        remind=reminder_of(scope, node),
        source=_source(node),
        fixed=scope.text(node.get("code")) or None,
        redeem=_ways(scope, node),
        gives_back=scope.switch(node.get("gives_back")),
    )


def _check_codes(scope: Scope, node: Map) -> None:
    if "code" in node.pairs and "codes" in node.pairs:
        message = tr("a coupon has one code for everybody, or many codes")
        scope.wrong(node.pairs["code"][0], "bad-value", message, tr("leave out  code  or  codes"))
    if "code" in node.pairs and not code_key(scope.text(node.get("code"))):
        message = tr("this is no code of 1 to {most} characters", most=LONGEST)
        scope.wrong(node.pairs["code"][1], "bad-value", message, tr("write a short code, such as  SUMMER100"))


def _term(scope: Scope, key: Scalar, node: Map) -> tuple[datetime | None, datetime | None]:
    if "until" not in node.pairs and "for" not in node.pairs:
        message = tr("the coupon {name} never ends", name=quoted(key.value))
        hint = tr("write  until: 2026-12-31 24:00  or, from the day it is given,  for: 30d")
        scope.wrong(key, CouponFinding.NEVER_ENDS, message, hint)
    empty = tr("the coupon {name} ends before it begins", name=quoted(key.value))
    return term(scope, node, empty, CouponFinding.ENDS_BEFORE)


def _of_one_person(scope: Scope, node: Map, number: int | None) -> int:
    if number == 0:
        message, hint = tr("nobody could be given it"), tr("to stop it write  stock: 0")
        scope.wrong(node.pairs["per_person"][1], "bad-value", message, hint)
    if number is not None and number > MOST_OF_ONE:
        message = tr("one person may be given {most} of a coupon at most", most=MOST_OF_ONE)
        scope.wrong(node.pairs["per_person"][1], "bad-value", message, tr("write a smaller number"))
    return number or 1


def _source(node: Map) -> Literal["made", "imported", "fixed"]:
    if "code" in node.pairs:
        return "fixed"
    return "imported" if text_at(node, "codes") == "imported" else "made"


def _ways(scope: Scope, node: Map) -> frozenset[RedeemWay]:
    is_shared = "code" in node.pairs
    for way in scope.scalars(node.get("redeem")):
        if way.value == "order":
            hint = tr(
                "write  redeem: clerk,  or under  shops  one that tells: with  webhook_secret,  "
                "or a system of your own with  api_token  in bot.yaml"
            )
            check_orders_heard(scope, way, CouponFinding.ORDER_UNHEARD, hint)
        if way.value == "clerk" and is_shared:
            message = tr("a code that everybody has tells no clerk whose coupon it is")
            scope.wrong(way, "bad-value", message, tr("write  redeem: press,  or leave out  code"))
    usual: RedeemWay = "press" if is_shared else "clerk"
    return scope.words(node.get("redeem"), get_args(RedeemWay)) or frozenset({usual})


def _used(scope: Scope, name: Scalar, node: Node) -> Sequence[object]:
    return (scope.text(node) == "used",)


PART = LanguagePart(
    compiled=coupons_of,
    perhaps=perhaps_unless(COUPON_BROUGHT, "coupon", "left"),
    later=COUPON_LATER,
    elsewhere=given_elsewhere,
    checks=(unused_coupons, coupons_unanswered, reminders_never, said_after_end),
    cards={"coupon": MessageMaker(coupon)},
    conditions={"coupon": named_condition(HasCoupon, _used)},
    removed=REMOVED,
    at_stake=at_stake,
)
