"""The steps of a scenario about coupons: at a till, on the page, by an order (N1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.orders import ORDER_OFF
from bot.model.contact import Contact
from bot.model.event import PageAnswer
from bot.model.news import OF_ORDERS
from bot.model.screen import Screen
from bot.model.translatable import row, tr
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, place_of
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import HELD_COUPONS, CouponAct, HeldCoupon, OrderAct
from bot.promotions.coupons.scenario.memory import names_in
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.reading import Reading
from bot.scenario.steps import Act, AnswersPage, PromotionStep, ShopTells
from bot.wording.conversation import OURS


@dataclass(frozen=True, slots=True)
class ClerkRedeems(PromotionStep):
    """A clerk redeems a coupon of this name that the person holds."""

    coupon: str


def held_coupon(player: Player, name: str) -> HeldCoupon | None:
    """The one that is usable, else the last of this name."""
    there = [held for held in HELD_COUPONS.of(player.contact(player.person)) if held.grant.coupon == name]
    return next((held for held in there if held.is_usable(player.now)), there[-1] if there else None)


def read_redeems(reading: Reading, _: Map, node: Node) -> Act | None:
    """`redeems`."""
    name = reading.name(node, "coupon", COUPONS.of(reading.playbook))
    return None if name is None else ClerkRedeems(place_of(node), name)


def redeem(player: Player, step: ClerkRedeems) -> None:
    """Raise `Failed` where it cannot be."""
    player.add_line(OURS["staff"], tr("redeem {coupon}", coupon=step.coupon))
    held = held_coupon(player, step.coupon)
    if held is None:
        raise Failed(step.place, tr("the person has no coupon {name}", name=quoted(step.coupon)))
    act_id = f"press-{len(player.lines)}"
    player.happens(player.person, CouponAct(held.grant, "redeem", act_id=act_id))
    now = HELD_COUPONS.one(player.contact(player.person), held.grant.id)
    if now is None or now.act_id != act_id:
        raise Failed(step.place, tr("the coupon {name} cannot be used now", name=quoted(step.coupon)))


def act_step(what: CouponAct, _: Playbook) -> str | None:
    """Of a recording: what a clerk did; a scenario has no words for the rest."""
    return f"- staff: {{redeems: {scalar(what.grant.coupon)}}}" if what.what == "redeem" else None


# -- on the page


def submission(player: Player, step: AnswersPage, _: Screen) -> str:
    """The id of the coupon that is pressed. Raises `Failed` where there is none of this name."""
    if (held := held_coupon(player, step.text)) is not None:
        return held.grant.id
    raise Failed(step.place, tr("the page has no {name}", name=quoted(step.text)))


def submission_step(what: PageAnswer, before: Contact) -> str:
    """The step of a recording in which it is pressed."""
    coupons = {held.grant.id: held.grant.coupon for held in HELD_COUPONS.of(before)}
    return f"- user: {braces({'answers': scalar(coupons.get(what.text, what.text))})}"


# -- with an order


def read_order(reading: Reading, node: Node, subject: str) -> tuple[str, ...]:
    """The names of coupons that an order came with."""
    if subject not in OF_ORDERS:
        reading.wrong(node, "bad-value", tr("only orders come with coupons: {known}", known=row(OF_ORDERS)))
    return names_in(reading, node)


def order_comes(player: Player, step: ShopTells, names: Iterable[str]) -> None:
    """Before the news are heard, as the shop's own are: what the order has used, or gives back."""
    number = str(step.fields.get("order_no", ""))
    what: OrderAct = "order_cancelled" if step.subject in ORDER_OFF else "order"
    for name in names:
        coupons = HELD_COUPONS.of(player.contact(player.person))
        used = [one for one in coupons if one.grant.coupon == name and one.how == "order"]
        its_own = [one for one in used if one.order == number] if number or what == "order_cancelled" else []
        held = its_own[0] if its_own else held_coupon(player, name)
        if held is None:
            raise Failed(step.place, tr("the person has no coupon {name}", name=quoted(name)))
        act_id = f"{what} {number}" if number else f"press-{len(player.lines)}"
        player.happens(player.person, CouponAct(held.grant, what, order=number, act_id=act_id))
