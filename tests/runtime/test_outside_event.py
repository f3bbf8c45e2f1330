"""`POST /api/events`: what one event may hold, and by which field a mistake is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.inbox import MAX_EVENT_AGE
from bot.runtime.intake.outside_event import AHEAD, Addressee, OutsideSignal, WrongField, read_signal
from tests.conftest import NOW
from tests.playbooks import compiled

TWO = """\
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque}
  outlet: {id: outlet, channel_id: "5678", channel_secret: opaque}
"""
SIGNALS = """\
signals:
  parcel_arrived: {order_no: text, shop_name: text}
  stay: {nights: number, from: date, at: time, paid: yes_no, until: date_time}
  ping: {}
rules:
  - when: {signal: parcel_arrived}
    push: "{{ event.shop_name }}"
  - when: {signal: stay}
    push: 入住
  - when: {signal: ping}
    push: 在
"""
PLAYBOOK, SEVERAL = compiled(SIGNALS), compiled(TWO + SIGNALS)
SECOND = timedelta(seconds=1)
PARCEL = {
    "id": "order-20260901-17",
    "signal": "parcel_arrived",
    "contact": {"phone": "0912-345-678"},
    "values": {"order_no": "0012345", "shop_name": "信義店"},
}
USER = f"U{0xA1:032x}"
STAY = {"nights": 2, "from": "2026-12-01", "at": "15:00", "paid": True, "until": "2026-12-03 11:00"}


def test_a_signal_is_read_with_every_value_of_its_type() -> None:
    read = read_signal(PARCEL, PLAYBOOK, NOW)
    assert isinstance(read, OutsideSignal)
    assert (read.id, read.signal) == ("order-20260901-17", "parcel_arrived")
    assert read.to == Addressee("main", "phone", "+886912345678")
    assert read.values == {"order_no": "0012345", "shop_name": "信義店"}
    stay = {"id": "1", "signal": "stay", "contact": {"line_id": USER}, "values": STAY}
    read = read_signal(stay, PLAYBOOK, NOW)
    assert isinstance(read, OutsideSignal)
    assert read.values == {**STAY, "until": datetime(2026, 12, 3, 3, tzinfo=UTC)}


def test_a_signal_without_values_needs_none() -> None:
    nothing: list[dict[str, Any]] = [{}, {"values": {}}]
    for values in nothing:
        told = {"id": "1", "signal": "ping", "contact": {"member_no": 1001}, **values}
        assert isinstance(read := read_signal(told, PLAYBOOK, NOW), OutsideSignal)
        assert read.to == Addressee("main", "member_no", "1001")


def test_of_several_channels_one_is_named() -> None:
    wrong = read_signal(PARCEL, SEVERAL, NOW)
    assert isinstance(wrong, WrongField)
    assert (wrong.field, "main" in str(wrong.message)) == ("channel", True)
    named = read_signal({**PARCEL, "channel": "outlet"}, SEVERAL, NOW)
    assert isinstance(named, OutsideSignal)
    assert named.to.channel == "outlet"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"id": None}, "id", "is a text, and not empty"),
        ({"id": "  "}, "id", "is a text, and not empty"),
        ({"id": "x" * 201}, "id", "has at most 200 characters"),
        ({"signal": "parcel"}, "signal", "not in the playbook, which has parcel_arrived"),
        ({"signal": 7}, "signal", "is a text, and not empty"),
        ({"channel": "outlet"}, "channel", "not in the playbook, which has main"),
        ({"contact": None}, "contact", "is no JSON object"),
        ({"contact": {}}, "contact", "exactly one of"),
        ({"contact": {"phone": "0912345678", "line_id": USER}}, "contact", "exactly one of"),
        ({"contact": {"email": "a@example.com"}}, "contact", "exactly one of"),
        ({"contact": {"phone": "02-2345"}}, "contact.phone", "no mobile number"),
        ({"contact": {"phone": 912345678}}, "contact.phone", "is a text"),
        ({"contact": {"line_id": ""}}, "contact.line_id", "is a text, and not empty"),
        ({"contact": {"line_id": f"C{1:032x}"}}, "contact.line_id", "U and 32 of 0-9"),
        ({"contact": {"line_id": "U1"}}, "contact.line_id", "U and 32 of 0-9"),
        ({"contact": {"line_id": USER.upper()}}, "contact.line_id", "U and 32 of 0-9"),
        ({"contact": {"member_no": True}}, "contact.member_no", "is a text"),
        ({"values": []}, "values", "is no JSON object"),
        ({"values": {"order_no": "1"}}, "values.shop_name", "is missing"),
        ({"values": {"order_no": "1", "shop_name": "x", "price": 1}}, "values.price", "no such value"),
        ({"values": {"order_no": "1", "shop_name": "長" * 5_001}}, "values.shop_name", "at most 5,000"),
        ({"values": {"order_no": {}, "shop_name": "x"}}, "values.order_no", ""),
        ({"when": "2026-11-20"}, "when", "is not one of"),
        ({"at": "soon"}, "at", "ISO 8601"),
        ({"at": 1}, "at", "ISO 8601"),
        ({"at": (NOW - MAX_EVENT_AGE - SECOND).isoformat()}, "at", "told before"),
        ({"at": (NOW + AHEAD + SECOND).isoformat()}, "at", "in the future"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(change: dict[str, Any], field: str, message: str) -> None:
    wrong = read_signal({**PARCEL, **change}, PLAYBOOK, NOW)
    assert isinstance(wrong, WrongField)
    assert wrong.field == field
    assert message in str(wrong.message)


@pytest.mark.parametrize(
    ("field", "value"),
    [("nights", "two"), ("from", "2026-02-30"), ("at", "25:00"), ("paid", "maybe"), ("until", "soon")],
)
def test_a_value_of_another_type_is_told_by_its_field(field: str, value: str) -> None:
    told = {"id": "1", "signal": "stay", "contact": {"line_id": USER}, "values": {**STAY, field: value}}
    wrong = read_signal(told, PLAYBOOK, NOW)
    assert isinstance(wrong, WrongField)
    assert wrong.field == f"values.{field}"


def test_who_it_is_for_stands_in_no_text_of_it() -> None:
    """K3: what is logged of it names nobody."""
    assert "912" not in repr(read_signal(PARCEL, PLAYBOOK, NOW))


@pytest.mark.parametrize("at", [NOW, NOW - MAX_EVENT_AGE, NOW + AHEAD])
def test_what_is_told_in_time_is_taken(at: datetime) -> None:
    """C6: an event that another system tells has an `at` within bounds, if any."""
    assert isinstance(read_signal({**PARCEL, "at": at.isoformat()}, PLAYBOOK, NOW), OutsideSignal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "signal": st.sampled_from(["parcel_arrived", "stay", "ping"]) | JSON,
        "channel": st.just("main") | JSON,
        "contact": st.dictionaries(st.sampled_from(["phone", "line_id", "member_no"]), JSON) | JSON,
        "at": JSON,
        "values": st.dictionaries(st.sampled_from([*STAY, "order_no", "shop_name"]), JSON) | JSON,
    },
)


@given(EVENTS | JSON)
def test_whatever_is_told_is_read_or_has_a_wrong_field(told: Any) -> None:
    read = read_signal(told, PLAYBOOK, NOW)
    if isinstance(read, OutsideSignal):
        assert set(read.values) == set(PLAYBOOK.signals[read.signal])
        orjson.dumps({key: str(value) for key, value in read.values.items()})
    else:
        assert str(read.message)
