"""Whatever JSON stands wherever in a webhook: nothing raises and no event costs another (A9)."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.line.webhook import NotAWebhook, read_event, read_webhook
from bot.model.event import TextMessage
from tests.conftest import NOW
from tests.line.event_examples import text
from tests.line.test_webhook import one, read

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PROPERTIES = st.sampled_from(
    [
        "type",
        "mode",
        "timestamp",
        "source",
        "webhookEventId",
        "deliveryContext",
        "replyToken",
        "message",
        "follow",
        "postback",
        "unknown",
    ]
)
TYPES = st.sampled_from(["message", "follow", "unfollow", "postback", "join", "messageEdited"])


@given(told=JSON)
def test_any_json_as_an_event_costs_no_other(told: Any) -> None:
    """A9: nothing raises, and the stored entry gives the same event again."""
    received = read(told, text("嗨"))
    assert TextMessage("嗨") in [r.event.what for r in received]
    assert len(received) == 2
    for r in received:
        assert read_event(r.entry) == r.event


@given(kind=TYPES, changed=st.dictionaries(PROPERTIES, JSON, min_size=1, max_size=3))
def test_any_json_in_any_property_costs_no_other(kind: str, changed: dict[str, Any]) -> None:
    """A9"""
    understood = one({**text("嗨", type=kind), **changed})
    assert len(understood.id) <= len("main:") + 64
    assert len(understood.source.id) <= 64


@given(kind=TYPES, inner=st.dictionaries(st.sampled_from(["type", "text", "data", "params", "userId"]), JSON))
def test_any_json_inside_of_objects_costs_no_other(kind: str, inner: dict[str, Any]) -> None:
    """A9"""
    whole = text("嗨", type=kind)
    for name in ("source", "message", "postback", "follow", "deliveryContext"):
        before = whole.get(name)
        changed = {**before, **inner} if isinstance(before, dict) else inner
        one({**whole, name: changed})


@given(raw=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_webhook_or_none(raw: bytes) -> None:
    try:
        received = read_webhook("main", raw, NOW)
    except NotAWebhook:
        return
    assert [read_event(r.entry) for r in received] == [r.event for r in received]
