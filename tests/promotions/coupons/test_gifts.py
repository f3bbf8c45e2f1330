"""N1: staff give a coupon: once, by a turn of the customer's, and rules hear it as they hear the action."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.stored import Stored
from bot.model.translatable import ENGLISH
from bot.operations.catalog.answers import Pending
from bot.operations.find_contacts import LocatedContact
from bot.operations.heard_at_once import heard_at_once
from bot.promotions.coupons.model import CouponGift
from bot.promotions.coupons.operations.gifts import give_to, why_no_gift
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.operations.conftest import stores
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.coupons.examples import TEN_OFF, coupon
from tests.web.admin.contact_world import person

__all__ = ["stores"]

BY = "console:amy"
PLAYBOOK = compiled("""
coupons:
  折50: {for: 30d, title: 折 50 元}
  沒人聽: {for: 30d, title: 沒人聽}
rules:
  - {when: {coupon: 折50, result: given}, push: "送您 {{ event.title }}，代碼 {{ event.code }}"}
""")


def with_coupons(**more: object) -> Playbook:
    return replace(PLAYBOOK, promotions={**PLAYBOOK.promotions, "coupons": {"雙11折百": coupon(**more)}})


def test_what_the_customer_gets_is_known_before() -> None:
    friend = person(1, "王小明")
    heard = heard_at_once(PLAYBOOK, friend, CouponGift("折50", BY), NOW)
    [message] = heard.messages
    assert (heard.pushes, "送您 折 50 元" in str(message)) == (1, True)
    assert heard_at_once(PLAYBOOK, friend, CouponGift("沒人聽", BY), NOW).messages == []


async def test_a_request_that_comes_twice_is_one_gift(stores: Stores) -> None:
    """That it is theirs then, in a browser: `tests/simulator/test_chat_pane.py`."""
    await come(stores.contacts, person(1, "王小明"))
    for _ in range(2):
        stored = await stores.contacts.person("main:U1")
        assert stored is not None
        with pytest.raises(Pending):
            await give_to(LocatedContact(stored, stores, simulated=False), PLAYBOOK, "折50", BY, "press")
    stored = await stores.contacts.person("main:U1")
    assert stored is not None
    assert len(stored.waiting) == 1
    rows = [row for row in await stores.audit.of("main:U1") if row.what == "coupon_gift_pressed"]
    assert [(row.actor, row.details) for row in rows] == [(BY, ("折50",))]


@pytest.mark.parametrize(
    ("playbook", "contact", "why"),
    [
        (with_coupons(until=NOW - timedelta(days=1)), person(1, "王小明"), "last day has passed"),
        (with_coupons(stock=0), person(1, "王小明"), "is left"),
        (with_coupons(), person(2, "陳小美", line=False), "on LINE"),
        (with_coupons(), person(1, "王小明"), None),
    ],
)
async def test_why_it_cannot_be_given(
    stores: Stores, playbook: Playbook, contact: Contact, why: str | None
) -> None:
    found = LocatedContact(Stored(contact, 1), stores, simulated=False)
    said = await why_no_gift(found, playbook, TEN_OFF.name, NOW)
    assert (why is None) == (said is None)
    assert said is None or why is None or why in ENGLISH.text(said)
