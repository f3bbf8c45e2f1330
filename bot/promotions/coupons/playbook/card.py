"""The card of a coupon: what the playbook says of it, and for who holds one its code and its end (N1).

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.compiled.card import TEXT_MOST, Bounded, IfKnown, LineObject, PageAddress
from bot.engine.texts.template import Placeholder, Template
from bot.model.translatable import tr
from bot.playbook.compile.messages.bubble_parts import CLOCK, DAY, GREY, drawn, image_of, text, what_it_is
from bot.playbook.compile.messages.bubbles import MessageForm
from bot.playbook.compile.messages.card_words import CardWords
from bot.playbook.compile.messages.from_nodes import FromNode
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.pictures import MB, Use
from bot.playbook.syntax.nodes import Map, Node, text_at
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import MY_COUPONS


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
