"""Whatever a bot or a page sends, LINE's side refuses it or takes it, and never breaks. L4."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.line.objects.faults import faults_of
from bot.line.objects.rich_menu import MENU
from bot.simulator.people.taps import actions_in, labelled
from bot.simulator.platform.refusal import INNER, dotted, worded
from tests.depth import examples
from tests.simulator.test_line_api_menus import form
from tests.simulator.test_message_shape import TAKEN, refusal_of

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
"""Any JSON."""


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in this JSON where a value stands: what holds it, and under which key."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, inner in pairs:
        found += [(value, key), *places(inner)]
    return found


def spoilt(data: st.DataObject, whole: Any) -> Any:
    """A copy with a value or two replaced by anything."""
    copy = deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 2))):
        holder, key = data.draw(st.sampled_from(places(copy)))
        holder[key] = data.draw(ANYTHING)
    return copy


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(400))
@given(st.data())
def test_a_spoilt_message_is_refused_in_words_or_taken(data: st.DataObject) -> None:
    (message,) = spoilt(data, [data.draw(st.sampled_from(TAKEN))])
    refused = refusal_of(message)
    assert refused is None or refused["message"]
    if refused is not None:
        assert all(detail["message"] and detail["property"] for detail in refused.get("details", []))
    labelled(actions_in(message), "好")


@settings(max_examples=examples(100))
@given(st.lists(ANYTHING, max_size=6))
def test_anything_instead_of_messages(messages: list[Any]) -> None:
    refused = refusal_of(*messages)
    assert refused
    assert refused["message"]


@settings(max_examples=examples(200))
@given(st.data())
def test_a_spoilt_menu(data: st.DataObject) -> None:
    for fault in faults_of(spoilt(data, form()), MENU):
        assert worded(fault, INNER)
        assert dotted(fault.at)
