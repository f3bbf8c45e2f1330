"""Coupons of a scenario, in memory (N1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.event import Outcome
from bot.model.translatable import Translatable, tr
from bot.playbook.syntax.nodes import Map, Node
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.engine.held import until_of
from bot.promotions.coupons.engine.requests import grant_id, settled
from bot.promotions.coupons.model import HELD_COUPONS, CouponAnswer, CouponRequest, Grant, HeldCoupon
from bot.scenario.expectations import listed
from bot.scenario.player import Player
from bot.scenario.reading import Reading, is_nothing_word, items, pairs, text
from bot.scenario.recorded_turn import RecordedTurn


def names_in(reading: Reading, node: Node) -> tuple[str, ...]:
    """The names of coupons that the playbook has; others are reported. `nothing`: none."""
    known = COUPONS.of(reading.playbook)
    return tuple(name for item in items(node) if (name := reading.name(item, "coupon", known)))


def expected(reading: Reading, node: Node) -> tuple[str, ...]:
    """All that are usable, by name."""
    return () if is_nothing_word(node) else names_in(reading, node)


def differs(player: Player, wanted: Iterable[str], contact: Contact) -> Iterator[Translatable]:
    """That others are usable."""
    usable = sorted(held.grant.coupon for held in HELD_COUPONS.of(contact) if held.is_usable(player.now))
    if sorted(wanted) != usable:
        yield tr(
            "usable coupons: expected {expected}, there are {found}",
            expected=listed([*wanted]),
            found=listed(usable),
        )


def held_of(names: Iterable[str], person: str, playbook: Playbook, now: datetime) -> tuple[HeldCoupon, ...]:
    """The coupons that somebody has when a scenario begins, given just then."""
    found = [coupon for name in names if (coupon := COUPONS.of(playbook).get(name)) is not None]
    grants = (
        Grant(
            f"given-{person}-{number}",
            one.name,
            one.title,
            one.fixed or f"GIVEN-{number:05}",
            now,
            one.starts,
            until_of(one, now, playbook.zone) or now,
        )
        for number, one in enumerate(found, 1)
    )
    return tuple(map(HeldCoupon, grants))


def recorded_of(contact: Contact, playbook: Playbook, now: datetime) -> str | None:
    """Of a recording: those that somebody had."""
    names = [held.grant.coupon for held in HELD_COUPONS.of(contact) if held.is_usable(now)]
    known = [scalar(name) for name in names if name in COUPONS.of(playbook)]
    return f"[{', '.join(known)}]" if known else None


def left(reading: Reading, node: Node) -> Mapping[str, int]:
    """Of coupons by name how many are left."""
    return {
        name: int(text(number))
        for name, key, value in pairs(node)
        if reading.name(key, "coupon", COUPONS.of(reading.playbook)) is not None
        and isinstance(value, Map)
        and (number := reading.sound_values(value).get("left")) is not None
    }


def left_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """Of a recording: how many were left of the coupons that were asked for, by the first answers."""
    found: dict[str, int] = {}
    for turn in turns:
        what = turn.event.what
        number = what.fields.get("left") if isinstance(what, Outcome) and what.asked == "coupon" else None
        if isinstance(what, Outcome) and isinstance(number, int) and what.subject in COUPONS.of(playbook):
            found.setdefault(what.subject, number + (what.result == "given"))
    if found:
        written = {scalar(name): braces({"left": str(number)}) for name, number in found.items()}
        yield f"  coupons: {braces(written)}"


class CouponsInMemory:
    """A ledger of coupons: `left` of some there are fewer than their stock; imported codes are made up."""

    def __init__(self, left: Mapping[str, int], contacts: Mapping[str, Contact]) -> None:
        """`contacts` hold, by their ids, what they were given before, too."""
        self._left = left
        self._contacts = contacts
        self._given: dict[str, Grant] = {}
        """By request."""

    async def give(self, coupon: Coupon, request: CouponRequest) -> CouponAnswer:
        """See `bot.promotions.coupons.services.CouponLedger`."""
        left, number = self._left_of(coupon), len(self._given)
        if (made := self._given.get(request.id)) is not None:
            return CouponAnswer("given", made, left)
        answer = settled(coupon, request, self._had(coupon.name, request.contact), left)
        if answer is not None or request.until is None:
            return answer or CouponAnswer("over")
        id_, code = grant_id(f"{request.contact} {number}"), coupon.fixed or f"TRIAL-{number + 1:05}"
        grant = Grant(
            id_,
            coupon.name,
            coupon.title,
            code,
            request.at,
            coupon.starts,
            request.until,
            request.contact,
        )
        self._given[request.id] = grant
        return CouponAnswer("given", grant, self._left_of(coupon))

    async def granted(self, request: str) -> Grant | None:
        """See `bot.promotions.coupons.services.CouponLedger`."""
        return self._given.get(request)

    def _had(self, name: str, contact: str) -> list[Grant]:
        there = self._contacts.get(contact)
        held = [one.grant for one in HELD_COUPONS.of(there)] if there is not None else []
        given = [one for one in self._given.values() if one.to == contact]
        return [one for one in {one.id: one for one in (*held, *given)}.values() if one.coupon == name]

    def _left_of(self, coupon: Coupon) -> int | None:
        most = self._left.get(coupon.name, coupon.stock)
        number = sum(one.coupon == coupon.name for one in self._given.values())
        return None if most is None else max(0, most - number)
