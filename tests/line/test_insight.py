"""What LINE counts of messages under a unit's name, and which names there are. I5."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest

from bot.line.client import LineClient
from bot.line.insight import BubbleStatistics, LinkStatistics, UnitStatistics
from bot.line.outcome import LineError
from tests.fakes.fake_line import REQUEST_ID, Answers, FakeLine, HangsUp

STATISTICS = "/v2/bot/insight/message/event/aggregation"
INFO = "/v2/bot/message/aggregation/info"
LIST = "/v2/bot/message/aggregation/list"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
NOBODY = {"uniqueImpression": None, "uniqueClick": None, "uniqueMediaPlayed": None}
TO = "U0000000000000000000000000000000a"
KEY = "123e4567-e89b-12d3-a456-426614174000"


async def test_what_people_did_with_a_unit_of_messages(line: FakeLine, client: LineClient) -> None:
    """The example of LINE's reference: what fewer than 20 people did is `null`."""
    told = {
        "overview": {
            "uniqueImpression": 40,
            "uniqueClick": 30,
            "uniqueMediaPlayed": 25,
            "uniqueMediaPlayed100Percent": None,
        },
        "messages": [
            {
                "seq": 1,
                "impression": 42,
                "uniqueImpression": 40,
                "mediaPlayed": 30,
                "uniqueMediaPlayed": 25,
                "mediaPlayed25Percent": None,
            }
        ],
        "clicks": [
            {"seq": 1, "url": "https://a.example/", "click": 35, "uniqueClick": 25},
            {"seq": 1, "url": "https://b.example/", "click": 29, "uniqueClick": None, "of tomorrow": 1},
        ],
    }
    line.script(STATISTICS, Answers(200, told))
    told_of = await client.insight.of_unit("sale_a", FIRST, LAST)
    assert line.requests[0].query == "customAggregationUnit=sale_a&from=20260301&to=20260331"
    assert told_of == UnitStatistics(
        opened=40,
        clicked=30,
        played=25,
        bubbles=(BubbleStatistics(1, 42, 40, 30, 25),),
        links=(
            LinkStatistics(1, "https://a.example/", 35, 25),
            LinkStatistics(1, "https://b.example/", 29, None),
        ),
    )


async def test_nothing_is_known_yet(line: FakeLine, client: LineClient) -> None:
    line.script(STATISTICS, Answers(200, {"overview": NOBODY, "messages": [], "clicks": []}))
    assert await client.insight.of_unit("sale_a", FIRST, LAST) == UnitStatistics()


async def test_an_address_for_each_person_makes_a_long_answer(line: FakeLine, client: LineClient) -> None:
    links = [
        {"seq": 1, "url": f"https://shop.example/o/{n:0>80}", "click": None, "uniqueClick": None}
        for n in range(5_000)
    ]
    line.script(STATISTICS, Answers(200, {"overview": NOBODY, "messages": [], "clicks": links}))
    assert len((await client.insight.of_unit("sale_a", FIRST, LAST)).links) == 5_000


async def test_names_come_in_pages(line: FakeLine, client: LineClient) -> None:
    line.script(INFO, Answers(200, {"numOfCustomAggregationUnits": 22}))
    first, second = (
        {"customAggregationUnits": ["a", "b"], "next": "jx+E"},
        {"customAggregationUnits": ["c", 5]},
    )
    line.script(LIST, Answers(200, first), Answers(200, second))
    assert await client.insight.units_used() == 22
    assert await client.insight.unit_names() == ["a", "b", "c"]
    assert [asked.query for asked in line.requests[1:]] == ["limit=100", "limit=100&start=jx%2BE"]


async def test_names_that_never_end_are_not_read_for_ever(line: FakeLine, client: LineClient) -> None:
    line.always(LIST, Answers(200, {"customAggregationUnits": ["a"], "next": "again"}))
    assert len(await client.insight.unit_names()) == 20


@pytest.mark.parametrize(
    "body",
    [[], {}, b"", b"<html>", {"overview": 5, "messages": [], "clicks": []}, {"overview": {}, "messages": []}],
)
async def test_what_line_does_not_document_is_an_error(body: Any, line: FakeLine, client: LineClient) -> None:
    for path in (STATISTICS, INFO, LIST):
        line.script(path, Answers(200, body))
    for asking in (
        client.insight.of_unit("sale_a", FIRST, LAST),
        client.insight.units_used(),
        client.insight.unit_names(),
    ):
        with pytest.raises(LineError, match="not what LINE documents"):
            await asking


async def test_a_refusal_says_why(line: FakeLine, client: LineClient) -> None:
    refused = {"message": None, "key": None, "stacktrace": None, "code": None}
    line.script(STATISTICS, Answers(400, refused), Answers(429, {"message": "Try again later."}))
    line.always(STATISTICS, HangsUp())
    for status, request in ((400, REQUEST_ID), (429, REQUEST_ID), (None, None)):
        with pytest.raises(LineError) as caught:
            await client.insight.of_unit("sale_a", FIRST, LAST)
        assert (caught.value.status, caught.value.request_id) == (status, request)


async def test_a_unit_stands_in_the_body_and_nothing_else_changes(line: FakeLine, client: LineClient) -> None:
    body = orjson.dumps({"messages": [{"type": "text", "text": "你好"}], "notificationDisabled": True})
    await client.push(TO, body, KEY, "sale_a")
    await client.multicast([TO], body, KEY, "sale_a")
    assert [asked.body for asked in line.requests] == [
        b'{"to":"' + TO.encode() + b'","customAggregationUnits":["sale_a"],' + body[1:],
        b'{"to":["' + TO.encode() + b'"],"customAggregationUnits":["sale_a"],' + body[1:],
    ]
