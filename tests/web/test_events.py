"""What LINE may put into a webhook: everything is stored as it was said, and nothing costs another event."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.event import Other, Profile, TextMessage
from tests.conftest import NOW
from tests.depth import examples
from tests.line.event_examples import EXAMPLES
from tests.web.conftest import Site, event, text

pytestmark = pytest.mark.both_ways

STORED: tuple[int, dict[str, str]] = (200, {})
SHARED = settings(
    max_examples=examples(25),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
"""One bot for all examples of a test; nothing is asked of it that depends on the example before."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)

HOURS = "每天 11:00–21:00"
EMOJI = {
    "plain": "😀🥹🫨🫩",
    "flag": "🇹🇼🇯🇵",
    "flag of tags": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "family": "👨‍👩‍👧‍👦👩🏽‍❤️‍💋‍👨🏿",
    "skin": "👍🏽👋🏿🫱🏻‍🫲🏿",
    "keycap": "1️⃣*️⃣#️⃣",
    "heart as text, as picture": "❤︎❤️",
    "beyond the basic plane": "𠮷野家 𝒜𝟙",
    "LINE's own": "$(love)(brown)",
    "private use": "\ue001\U000f0000\U0010fffd",
}
MARKS = {
    "NUL": "營業\0時間",
    "only NUL": "\0",
    "control": "\x01\x08\x1b[31m\x7f\x85",
    "right to left": "\u200f\u202e反\u202c\u2067שלום\u2069 مرحبا\u200e",
    "byte order mark": "\ufeff營業時間\ufeff",
    "zero width": "營\u200b業\u2060時\u200d間",
    "noncharacter": "\ufffe\uffff\U0010ffff",
    "combining": "ệ" + "\u0301" * 300,
    "white space": " \t\r\n\u3000\u2028\u2029",
    "dollars and dots": "$set.a.$[] {{ contact.name }} ${HOME} <b>",
    "longest": "字" * 5_000,
}


async def test_texts_are_kept_as_they_were_said(site: Site) -> None:
    """Every kind of emoji, NUL, right-to-left marks: the same text in the inbox; the turns are taken."""
    texts = [*EMOJI.values(), *MARKS.values(), "幾點開"]
    assert await site.deliver(*(text(said, number) for number, said in enumerate(texts))) == STORED
    assert [stored.what for _, stored in await site.inbox()] == [TextMessage(said) for said in texts]
    await site.bot.settle()
    heard = ["byte order mark", "zero width"]  # 營業時間 but for signs that nobody sees
    assert site.line.texts() == [HOURS] * (len(heard) + 1)
    await nothing_set_aside(site)


@pytest.mark.ring("test", "a law")
@SHARED
@given(said=st.text(min_size=1))
async def test_any_text_is_kept_as_it_was_said(site: Site, said: str) -> None:
    """Whatever Unicode holds, NUL and all."""
    await site.database.collection("inbox").delete_many({})
    assert await site.deliver({**text(said), "webhookEventId": None}) == STORED
    [(_, stored)] = await site.inbox()
    assert stored.what == TextMessage(said)


async def test_a_name_of_any_kind(site: Site) -> None:
    """F4: the welcome holds the person's name as LINE tells it."""
    name = "小\0美\u202e👩🏽‍❤️‍💋‍👨🏿{{ contact.name }}"
    site.line.profiles["U1"] = Profile(name)
    await site.deliver(event("follow", follow={"isUnblocked": False}))
    await site.bot.settle()
    assert site.line.texts() == [f"歡迎 {name}！"]


async def test_lone_surrogates_and_invalid_utf8_are_mended_not_lost(site: Site) -> None:
    """JSON can escape half a character; the event is taken all the same."""
    whole = orjson.dumps({"events": [text("嗨half"), text("幾點開", 2)]})
    assert await site.post(whole.replace(b"half", rb"\ud83d")) == STORED
    assert await site.post(orjson.dumps({"events": [text("嗨half", 3)]}).replace(b"half", b"\xff")) == STORED
    await site.bot.settle()
    said = [e.what.text for _, e in await site.inbox() if isinstance(e.what, TextMessage)]
    assert said == ["嗨\ufffd", "幾點開", "嗨\ufffd"]
    assert site.line.texts() == [HOURS]


async def test_every_event_that_line_documents_and_some_it_does_not(site: Site) -> None:
    """A9: also of types, message types and sources that LINE will add; in one webhook."""
    told = [{**told, **_said_now(name)} for name, (told, _) in EXAMPLES.items()]
    assert await site.deliver(*told, text("幾點開", 2_000)) == STORED
    stored = {entry.id.removeprefix("main:"): event.what for entry, event in await site.inbox()}
    for name, (_, what) in EXAMPLES.items():
        if isinstance(what, Other):
            what = replace(what, content={**what.content, **_said_now(name)})
        assert stored[name] == what
    await site.bot.settle()
    assert ("token-2000", [HOURS]) in [(call.to, call.texts) for call in site.line.calls]
    await nothing_set_aside(site)


def _said_now(name: str) -> dict[str, Any]:
    """The documentation's moments are years ago."""
    return {"webhookEventId": name, "timestamp": int(NOW.timestamp() * 1000)}


BROKEN: dict[str, Any] = {
    "no type": {"type": None},
    "unknown mode": {"mode": "hologram"},
    "no mode": {"mode": None},
    "no source": {"source": None},
    "source of a new type": {"source": {"type": "planet", "planetId": "P1"}},
    "source without id": {"source": {"type": "user"}},
    "source with a wrong id": {"source": {"type": "user", "userId": ["U1"]}},
    "id with NUL": {"source": {"type": "user", "userId": "U\0"}, "webhookEventId": "a\0b"},
    "id like a path": {"source": {"type": "user", "userId": "$where"}, "webhookEventId": "../.$"},
    "endless id": {"webhookEventId": "x" * 100_000},
    "no message": {"message": None},
    "message of a new type": {"message": {"type": "hologram"}},
    "text that is none": {"message": {"type": "text", "id": "1", "text": 7}},
    "time that is none": {"timestamp": "yesterday"},
    "time out of range": {"timestamp": 10**400},
    "token that is none": {"replyToken": {"a": 1}},
    "empty token": {"replyToken": ""},
    "context that is none": {"deliveryContext": "again"},
}


async def test_broken_events_cost_no_other(site: Site) -> None:
    """Unknown modes, missing ids, wrong types anywhere; in one webhook."""
    broken = [{**text("嗯", n, f"B{n}"), **change} for n, change in enumerate(BROKEN.values(), 10)]
    assert await site.post(_loosely({"events": [*broken, text("幾點開", 2)]})) == STORED
    assert len(await site.inbox()) == len(BROKEN) + 1
    await site.bot.settle()
    assert [call.to for call in site.line.calls] == ["token-2"]
    await nothing_set_aside(site)


@pytest.mark.ring("test", "a law")
@SHARED
@given(told=st.lists(JSON, max_size=3))
async def test_any_json_as_events_is_stored(site: Site, told: list[Any]) -> None:
    await site.database.collection("inbox").delete_many({})
    assert await site.post(_loosely({"events": told})) == STORED
    assert len(await site.inbox()) == len(told)


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "space": b" ",
    "no JSON": b"hello",
    "form": b"events=%5B%5D",
    "cut off": b'{"events":[{"type":"mess',
    "list": b"[]",
    "number": b"1",
    "null": b"null",
    "no events": b"{}",
    "events null": b'{"events":null}',
    "events object": b'{"events":{}}',
    "events text": b'{"events":"[]"}',
    "binary": bytes(range(256)),
    "UTF-16": '{"events":[]}'.encode("utf-16"),
    "deep": b'{"events":' + b"[" * 200_000,
    "deep object": b'{"a":' * 100_000,
    "two documents": b'{"events":[]}{"events":[]}',
}


async def test_signed_garbage(site: Site) -> None:
    """400 with a reason, and nothing stored."""
    for name, body in GARBAGE.items():
        status, told = await site.post(body)
        assert (status, bool(told["message"])) == (400, True), name
    assert await site.inbox() == []


@SHARED
@given(body=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
async def test_any_signed_bytes_are_stored_or_refused(site: Site, body: bytes) -> None:
    status, told = await site.post(body)
    assert status in (200, 400)
    assert (told == {}) == (status == 200)


async def test_very_deep_events_are_taken(site: Site) -> None:
    """Nesting exhausts nobody's stack."""
    deep = b'{"type":"message","message":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    assert await site.post(b'{"events":[%s,%s]}' % (deep, orjson.dumps(text("幾點開", 2)))) == STORED
    await site.bot.settle()
    assert site.line.texts() == [HOURS]


async def test_several_people_in_one_webhook(site: Site) -> None:
    """Each event belongs to its own contact, with its own token."""
    assert await site.deliver(*(text("營業時間", n, f"U{n}") for n in range(1, 6))) == STORED
    await site.bot.settle()
    assert {call.to for call in site.line.calls} == {f"token-{n}" for n in range(1, 6)}
    for n in range(1, 6):
        assert (await site.bot.stored(f"U{n}")).revision == 1


@pytest.mark.ring("all", "page after page")
async def test_events_out_of_order_in_one_webhook(site: Site) -> None:
    """LINE does not promise the order; its timestamps give it back."""
    assert await site.deliver(*(text("幾點開", n) for n in (3, 1, 4, 2))) == STORED
    await site.bot.settle()
    assert [call.to for call in site.line.calls] == ["token-1", "token-2", "token-3", "token-4"]


async def test_an_event_without_an_id_is_taken_once_per_delivery(site: Site) -> None:
    nameless = text("營業時間")
    del nameless["webhookEventId"]
    for deliveries in (1, 2):
        assert await site.deliver(nameless) == STORED
        await site.bot.settle()
        assert len(site.line.calls) == deliveries
    assert len({entry.id for entry, _ in await site.inbox()}) == 2


async def test_delivered_again_is_taken_once(site: Site) -> None:
    for again in (False, True, True):
        assert await site.deliver(text("營業時間", deliveryContext={"isRedelivery": again})) == STORED
        await site.bot.settle()
    assert len(site.line.calls) == 1


async def test_one_event_twice_in_one_webhook(site: Site) -> None:
    assert await site.deliver(text("營業時間"), text("營業時間")) == STORED
    await site.bot.settle()
    assert len(site.line.calls) == 1


async def test_in_a_mode_that_line_adds_nothing_is_sent_and_the_next_event_is_answered(site: Site) -> None:
    """A9: nobody is known to have the conversation, so what is active again is not silenced."""
    assert await site.deliver(text("營業時間", mode="a mode that LINE adds")) == STORED
    await site.bot.settle()
    assert site.line.calls == []
    assert len(await site.bot.timeline("U1")) == 1
    await site.deliver(text("營業時間", 2))
    await site.bot.settle()
    assert site.line.texts() == [HOURS]


async def test_in_standby_nothing_is_sent(site: Site) -> None:
    """Staff have the conversation: written down, not answered, until they have been silent for so long."""
    assert await site.deliver(text("營業時間", mode="standby")) == STORED
    await site.bot.settle()
    assert site.line.calls == []
    assert len(await site.bot.timeline("U1")) == 1
    await site.deliver(text("營業時間", 2))
    await site.bot.settle()
    assert site.line.calls == []
    site.bot.clock.advance(12 * 3600 + 1)
    await site.deliver(text("營業時間", 3))
    await site.bot.settle()
    assert len(site.line.calls) == 1


CHATS = {"group": {"type": "group", "groupId": "C1"}, "room": {"type": "room", "roomId": "R1"}}


@pytest.mark.ring("all", "page after page")
@pytest.mark.parametrize("kind", CHATS)
async def test_taken_into_a_group_it_leaves_or_is_silent(site: Site, kind: str) -> None:
    """A9: as the channel says; and in a group no rule answers."""
    source = CHATS[kind]
    chat = source[f"{kind}Id"]
    for channel in ("main", "other"):
        assert await site.deliver(event("join", source=source), channel=channel) == STORED
        assert await site.deliver(text("營業時間", 2, source=source), channel=channel) == STORED
    await site.bot.settle()
    assert [(call.kind, call.to) for call in site.line.calls] == [(f"leave {kind}", chat)]
    assert await site.bot.dead_letters() == []


async def nothing_set_aside(site: Site) -> None:
    """Every turn was taken."""
    figures = await site.figures()
    assert figures["oaflow_events_set_aside_total",] == 0
    assert figures["oaflow_turns_total",] == figures["oaflow_events_stored_total",]


def _loosely(value: Any) -> bytes:
    """JSON with numbers of any size, as Python writes it."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
