"""N6: an order that was paid, or called off, is counted with its amount, so that reports find it by time."""

from __future__ import annotations

import pytest

from bot.model.counts import CALLED_OFF, OF_ORDERS, PAID, PARTIALLY_REFUNDED, indexed_as, without_details
from bot.model.event import News
from bot.model.mark import Mark
from bot.model.value import Value
from tests.engine.chat import Chat
from tests.playbooks import compiled

PLAYBOOK = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]")


def counted(subject: str, **fields: Value) -> list[Mark]:
    chat = Chat(PLAYBOOK)
    chat.hears(News("shop", subject, fields), token=False)
    return [mark for mark in chat.last.marks if mark.flow == OF_ORDERS]


@pytest.mark.parametrize(("amount", "written"), [(1200, "1200"), (99.5, "99.5"), (None, "")])
def test_a_paid_order_with_its_amount_as_written(amount: float | None, written: str) -> None:
    fields: dict[str, Value] = {} if amount is None else {"amount": amount}
    assert counted("order_paid", order_no="A1", **fields) == [
        Mark("main", OF_ORDERS, PAID, (" A1", written, "2026-09-01T04:00:00+00:00"))
    ], "as heard by nobody: no rule is needed"


def test_a_refund_and_a_cancellation_call_it_off() -> None:
    for subject in ("order_refunded", "order_cancelled"):
        assert counted(subject, order_no="A1", amount=5) == [Mark("main", OF_ORDERS, CALLED_OFF, (" A1",))]
        assert counted(subject, amount=5) == [], "of which order nobody knows"
    assert counted("order_placed", order_no="A1", amount=5) == []


def test_a_refund_of_a_part_says_what_stays() -> None:
    part = {"amount": 99.5, "refunded": 10.1, "paid": 89.4}
    marks = counted("order_partially_refunded", order_no="A1", **part)
    assert marks == [Mark("main", OF_ORDERS, PARTIALLY_REFUNDED, (" A1", "89.4"))]
    assert counted("order_partially_refunded", **part) == [], "of which order nobody knows"


def test_without_a_number_each_is_an_order_of_its_own() -> None:
    [one], [other] = counted("order_paid", amount=5), counted("order_paid", amount=5)
    assert one.about[1] == other.about[1] == "5"
    assert one.about[0]


def test_days_count_orders_without_whose_they_are() -> None:
    mark = Mark("main", OF_ORDERS, PAID, (" A1", "5", "2026-09-01T04:00:00+00:00"))
    assert without_details(mark) == Mark("main", OF_ORDERS, PAID)
    assert indexed_as(mark) == OF_ORDERS
