"""Webhooks are read tolerantly: every event is kept, none costs another, nothing raises (A9)."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from bot.line.webhook import MOST_EVENTS, NO_ONE, UNREADABLE, NotAWebhook, read_event, read_webhook
from bot.model.event import Event, Other, Postback, ReplyToken, Source, TextMessage
from bot.model.inbox import Received
from bot.model.processes import part_of
from tests.conftest import NOW
from tests.line.event_examples import EXAMPLES, GROUP, ROOM, TOKEN, USER, event, text


def body(*events: Any) -> bytes:
    return json.dumps({"destination": "Ubot", "events": events}).encode()


def read(*events: Any) -> list[Received]:
    return read_webhook("main", body(*events), NOW)


def one(told: Any) -> Event:
    (received,) = read(told)
    assert read_event(received.entry) == received.event
    return received.event


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_documented_event(name: str) -> None:
    """A9: each type as LINE documents it, and types that it does not have yet."""
    told, what = EXAMPLES[name]
    understood = one(told)
    assert understood.what == what
    assert understood.source.kind == told["source"]["type"]
    assert understood.sent == 1625665242211
    assert (understood.token is not None) == ("replyToken" in told)


def test_an_event_and_its_entry() -> None:
    """A8: identity is channel and LINE id; what is stored is LINE's JSON of the one event."""
    told = text("營業時間", deliveryContext={"isRedelivery": True})
    (received,) = read(told)
    entry = received.entry
    assert received.event == Event(
        id="main:01FZ74A0TDDPYRVKNK77XKC3ZR",
        channel="main",
        source=Source("user", USER["userId"], USER["userId"]),
        at=NOW,
        what=TextMessage("營業時間"),
        sent=1625665242211,
        token=ReplyToken(TOKEN, NOW),
        redelivered=True,
    )
    assert (entry.id, entry.channel, entry.at) == (received.event.id, "main", NOW)
    assert entry.contact == f"main:{USER['userId']}"
    assert entry.part == part_of(entry.contact)
    assert orjson.loads(entry.raw) == told
    assert TOKEN not in repr(entry)


def test_events_of_several_people_keep_to_their_own_contacts() -> None:
    """A8: one webhook, several people (a fault seen elsewhere: one session for all of them)."""
    people = ["Ua", "Ub", "Uc"]
    events = [text("嗨", source={"type": "user", "userId": person}) for person in people]
    received = read(*events, text("嗨", source=GROUP), text("嗨", source=ROOM))
    assert [r.entry.contact for r in received] == [
        *(f"main:{person}" for person in people),
        f"main:{GROUP['groupId']}",
        f"main:{ROOM['roomId']}",
    ]
    assert [r.event.source.user for r in received[3:]] == [USER["userId"], None]


def test_ten_events_come_in_the_order_of_their_timestamps() -> None:
    """Sorted by LINE's timestamp; equal ones keep LINE's order."""
    stamps = [5, 3, 3, 9, 1, 7, 3, 8, 2, 5]
    received = read(*(text(f"{n}", timestamp=stamp) for n, stamp in enumerate(stamps)))
    said = [r.event.what.text for r in received if isinstance(r.event.what, TextMessage)]
    assert said == ["4", "8", "1", "2", "6", "0", "9", "5", "7", "3"]


def test_no_events_are_no_events() -> None:
    """A2: LINE's Verify sends none."""
    assert read() == []


@pytest.mark.parametrize(
    "said", ["👨‍👩‍👧‍👦🇹🇼🏳️‍🌈👍🏽", "a\x00b", "\u202eabc\u200f", "", " \n", "😀" * 5000, "\\ud83d"]
)
def test_texts_survive_as_they_were_said(said: str) -> None:
    """Every emoji, NUL, right-to-left marks."""
    assert one(text(said)).what == TextMessage(said)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb'"a\ud83d b"', "a\ufffd b"),
        (rb'"\udc00\ud83d\ude00"', "\ufffd😀"),
        (b'"\xed\xa0\xbd"', "\ufffd\ufffd\ufffd"),
        (b'"\xff"', "\ufffd"),
        (b'"a\x01b\nc"', "a\x01b\nc"),
    ],
)
def test_texts_that_strict_json_refuses_are_mended(sent: bytes, kept: str) -> None:
    """Lone surrogates and broken UTF-8 become U+FFFD; bare control characters are taken."""
    raw = body(text("TEXT"), text("另一則")).replace(b'"TEXT"', sent)
    first, second = read_webhook("main", raw, NOW)
    assert first.event.what == TextMessage(kept)
    assert second.event.what == TextMessage("另一則")
    assert read_event(first.entry) == first.event


@pytest.mark.parametrize(
    "number", ["NaN", "-Infinity", "1e999", "1" * 30, "-" + "9" * 5000, "18446744073709551616"]
)
def test_numbers_that_nobody_can_hold_cost_nothing(number: str) -> None:
    """Numbers beyond 64 bits or without a value are no timestamps; the event is understood."""
    raw = body(text("嗨", timestamp="STAMP", depth="STAMP")).replace(b'"STAMP"', number.encode())
    (received,) = read_webhook("main", raw, NOW)
    assert received.event.what == TextMessage("嗨")
    assert received.event.sent == 0
    assert read_event(received.entry) == received.event


def test_a_byte_order_mark_is_passed_over() -> None:
    assert len(read_webhook("main", b"\xef\xbb\xbf" + body(text("嗨")), NOW)) == 1


@pytest.mark.parametrize("depth", [90, 150, 300, 900, 1100, 100_000])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_costs_only_itself(depth: int, brackets: tuple[str, str]) -> None:
    """No RecursionError at any depth, and the other events are there."""
    opening, closing = brackets
    deep = opening * depth + "0" + closing * depth
    raw = body(event("unsend", deep="DEEP", timestamp=1), text("嗨"), "DEEP").replace(
        b'"DEEP"', deep.encode()
    )
    received = read_webhook("main", raw, NOW)
    assert {type(r.event.what) for r in received} == {Other, TextMessage}
    assert [r.event.what for r in received if r.event.sent > 1] == [TextMessage("嗨")]
    for r in received:
        assert read_event(r.entry) == r.event


def test_brackets_in_texts_are_no_nesting() -> None:
    said = "[{" * 300 + '\\"'
    raw = body(text(said), event("unsend", deep="DEEP")).replace(b'"DEEP"', b"[" * 2000 + b"]" * 2000)
    first, _ = read_webhook("main", raw, NOW)
    assert first.event.what == TextMessage(said)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"{",
        b"null",
        b"[]",
        b'"events"',
        b"{}",
        b'{"events":null}',
        b'{"events":{}}',
        b"[" * 5000,
        b'{"events":[}',
        b'{"events":["}',
        b"\xff\xfe",
        b"\x89PNG",
        b'{"events":[' + b"[" * 5000 + b"]}",
    ],
)
def test_what_is_no_webhook_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(NotAWebhook):
        read_webhook("main", raw, NOW)


@pytest.mark.parametrize("told", [None, 5, "text", [], True, 1.5, ["a"]])
def test_an_event_that_is_no_object_is_kept(told: Any) -> None:
    """A9"""
    assert one(told).what == Other(UNREADABLE, {"value": told})
    assert one(told).source == Source("none", NO_ONE)


@pytest.mark.parametrize(
    "told",
    [
        text("嗨", message=None),
        text("嗨", message={"type": "text", "text": None}),
        text("嗨", message={"type": "text", "text": 5}),
        text("嗨", message={"text": "嗨"}),
        text("嗨", message={"type": ["text"], "text": "嗨"}),
        event("postback", postback=None),
        event("postback", postback={"data": {"a": 1}}),
        event("postback"),
    ],
)
def test_a_broken_event_keeps_its_type_and_its_content(told: dict[str, Any]) -> None:
    """A9"""
    assert one(told).what == Other(told["type"], told)


@pytest.mark.parametrize("kind", [None, 5, "", {}, "x" * 65, "a\nb"])
def test_a_type_that_is_none_is_unreadable(kind: Any) -> None:
    """A9"""
    told = text("嗨", type=kind)
    assert one(told).what == Other(UNREADABLE, told)


@pytest.mark.parametrize("params", [None, 5, "", []])
def test_a_postback_without_usable_parameters_has_none(params: Any) -> None:
    assert one(event("postback", postback={"data": "d", "params": params})).what == Postback("d", {})


@pytest.mark.parametrize(
    "source",
    [
        None,
        5,
        [],
        {},
        {"type": "user"},
        {"type": "user", "userId": None},
        {"type": "user", "userId": "U" * 65},
        {"type": "user", "userId": "U\x00"},
        {"type": "user", "userId": ""},
        {"type": "user", "userId": "-"},
        {"type": "group", "userId": "U1"},
        {"type": "openchat", "userId": "U1"},
        {"type": {}, "userId": "U1"},
    ],
)
def test_without_a_usable_source_the_event_belongs_to_the_channel(source: Any) -> None:
    """A9: nobody's rules hear it."""
    (received,) = read(text("嗨", source=source))
    assert received.entry.contact == "main:-"
    assert received.event.source == Source("none", "-")
    assert isinstance(received.event.what, Other)
    assert read_event(received.entry) == received.event


@pytest.mark.parametrize("name", [None, "", 5, "x" * 65, "a\x00", {}, "\u202e"])
def test_an_event_without_a_usable_id_is_taken_once_per_delivery(name: Any) -> None:
    told = text("嗨", webhookEventId=name)
    first, second = read(told, told)
    assert first.event.id != second.event.id
    assert first.event.id.startswith("main:")
    assert read_event(first.entry) == first.event


def test_an_event_keeps_its_id_when_it_is_delivered_again() -> None:
    first, again = read(text("嗨"), text("嗨", deliveryContext={"isRedelivery": True}))
    assert first.entry.id == again.entry.id
    assert (first.event.redelivered, again.event.redelivered) == (False, True)


@pytest.mark.parametrize(
    ("mode", "standby"),
    [({"mode": "active"}, False), ({"mode": None}, False), ({}, False), ({"mode": "standby"}, True)],
)
def test_in_standby_there_is_nothing_to_answer_with(mode: dict[str, Any], standby: bool) -> None:
    """Without a mode an event is active."""
    told = text("嗨")
    del told["mode"]
    understood = one({**told, **mode})
    assert (understood.standby, understood.unknown_mode) == (standby, False)
    assert (understood.token is None) == standby


@pytest.mark.parametrize("mode", ["", "parked", 5, {}, ["active"], False])
def test_a_mode_that_line_adds_is_silence(mode: Any) -> None:
    """A9: an unknown mode keeps the event (a fault seen elsewhere: it lost the webhook)."""
    understood = one(text("嗨", mode=mode))
    assert understood.what == TextMessage("嗨")
    assert (understood.unknown_mode, understood.standby, understood.token) == (True, False, None)


@pytest.mark.parametrize("token", [None, "", 5, {}, "0" * 32, "f" * 32])
def test_tokens_that_never_work_are_none(token: Any) -> None:
    """A2: LINE's old Verify sent two events with dummy tokens."""
    assert one(text("Hello, world", replyToken=token)).token is None


@pytest.mark.parametrize("stamp", [None, "1625665242211", 1.5, True, -1, 2**60, []])
def test_timestamps_that_are_none_are_zero(stamp: Any) -> None:
    assert one(text("嗨", timestamp=stamp)).sent == 0


def test_more_events_than_line_sends_are_refused_as_a_whole() -> None:
    """A signed webhook of a million events would hold everybody up."""
    body = orjson.dumps({"events": [0] * (MOST_EVENTS + 1)})
    with pytest.raises(NotAWebhook, match="not LINE's"):
        read_webhook("main", body, NOW)
    assert len(read_webhook("main", orjson.dumps({"events": [0] * MOST_EVENTS}), NOW)) == MOST_EVENTS
