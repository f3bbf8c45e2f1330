"""Aggregation units on LINE's side: a thousand names a month, and what friends really did. I5, L4."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.simulator.conftest import World

PUSH, MULTICAST = "v2/bot/message/push", "v2/bot/message/multicast"
INFO, LIST = "v2/bot/message/aggregation/info", "v2/bot/message/aggregation/list"
STATISTICS = "v2/bot/insight/message/event/aggregation"
ALL = "customAggregationUnit=sale&from=20260801&to=20260831"
KEY = "123e4567-e89b-12d3-a456-426614174000"
URL = "https://shop.example/sale"
CARD = {
    "type": "template",
    "altText": "特價",
    "template": {
        "type": "buttons",
        "text": "特價",
        "actions": [{"type": "uri", "label": "去看看", "uri": URL}],
    },
}
NOBODY: dict[str, int | None] = dict.fromkeys(
    ("uniqueImpression", "uniqueClick", "uniqueMediaPlayed", "uniqueMediaPlayed100Percent")
)
NOTHING = {"overview": NOBODY, "messages": [], "clicks": []}


async def friends_of(world: World, number: int) -> list[str]:
    return [await world.friend(name=f"好友 {n}") for n in range(number)]


async def send(world: World, to: list[str], unit: str = "sale", *messages: Any) -> None:
    body = {"to": to, "messages": messages or [CARD], "customAggregationUnits": [unit]}
    assert (await world.call("POST", MULTICAST, body))[:2] == (200, {})


async def told(world: World, query: str = ALL) -> Any:
    status, answer, _ = await world.call("GET", f"{STATISTICS}?{query}")
    assert status == 200
    return answer


async def last_message(world: World, friend: str) -> str:
    return str((await world.get(f"friends/{friend}/messages"))["messages"][-1]["id"])


async def test_what_twenty_friends_did_is_told_and_what_fewer_did_is_not(world: World) -> None:
    """LINE hides whatever fewer than 20 people have done."""
    friends = await friends_of(world, 21)
    await send(world, friends)
    assert await told(world) == NOTHING
    for friend in friends[:19]:
        assert await world.do(f"friends/{friend}/seen", {}) == {"counted": 1}
    for friend in friends[:3] * 10:
        await world.do(f"friends/{friend}/seen", {})
    hidden = await told(world)
    assert hidden["overview"]["uniqueImpression"] is None
    assert {value for key, value in hidden["messages"][0].items() if key != "seq"} == {
        None
    }  # 49 times, by 19
    for friend in friends[19:]:
        await world.do(f"friends/{friend}/seen", {"messages": [await last_message(world, friend), "x"]})
    for friend in friends[:20]:
        tap = {"message": await last_message(world, friend), "label": "去看看"}
        assert (await world.do(f"friends/{friend}/tap", tap))["client"] is True
    shown = await told(world)
    assert shown["overview"] == NOBODY | {"uniqueImpression": 21, "uniqueClick": 20}
    assert shown["messages"][0]["seq"] == 1
    assert shown["messages"][0] | {"impression": 51, "uniqueImpression": 21} == shown["messages"][0]
    assert shown["clicks"] == [
        {"seq": 1, "url": URL, "click": 20, "uniqueClick": 20, "uniqueClickOfRequest": 20}
    ]
    assert await told(world, "customAggregationUnit=Sale&from=20260801&to=20260831") == NOTHING


async def test_days_are_those_of_utc_plus_9_and_end_after_fourteen(world: World) -> None:
    friends = await friends_of(world, 20)
    world.clock.move(hours=10)  # 2026-08-01 14:00 UTC, 23:00 for LINE
    await send(world, friends)
    for friend in friends:
        await world.do(f"friends/{friend}/seen", {})
    world.clock.move(hours=1)
    for friend in friends:
        await world.do(f"friends/{friend}/seen", {})
    for first, last, times in (("01", "01", 20), ("02", "02", 20), ("01", "02", 40), ("03", "31", None)):
        query = f"customAggregationUnit=sale&from=202608{first}&to=202608{last}"
        found = (await told(world, query))["messages"]
        assert [one["impression"] for one in found] == ([] if times is None else [times])
    world.clock.move(days=14)
    for friend in friends:
        await world.do(f"friends/{friend}/seen", {})
    assert (await told(world))["messages"][0]["impression"] == 40


async def test_bubbles_and_links_are_told_by_themselves(world: World) -> None:
    friends = await friends_of(world, 20)
    await send(world, friends, "sale", {"type": "text", "text": "看"}, CARD)
    for friend in friends:
        shown = (await world.get(f"friends/{friend}/messages"))["messages"]
        await world.do(f"friends/{friend}/seen", {"messages": [shown[-2]["id"]]})
    assert [one["seq"] for one in (await told(world))["messages"]] == [1]


async def test_what_went_under_no_name_or_to_others_is_not_counted(world: World) -> None:
    first, second = await friends_of(world, 2)
    await send(world, [first])
    await world.call("POST", PUSH, {"to": second, "messages": [CARD]})
    assert await world.do(f"friends/{second}/seen", {}) == {"counted": 0}
    message = await last_message(world, first)
    assert await world.do(f"friends/{second}/seen", {"messages": [message]}) == {"counted": 0}
    await world.do(f"friends/{second}/tap", {"message": message, "label": "去看看"}, status=404)
    wrongs: list[Any] = ["x", 5, [5], {}]
    for wrong in wrongs:
        await world.do(f"friends/{first}/seen", {"messages": wrong}, status=400)


async def test_a_thousand_names_a_month(world: World) -> None:
    """The 1,001st is sent all the same, and not assigned; the next month has a thousand of its own."""
    (friend,) = await friends_of(world, 1)
    await world.do("channels/main/quota", {"value": None}, "PUT")
    units = world.simulator._accounts.by_name["main"].units
    for number in range(999):
        assert units.assign(f"u{number}", world.clock.now())
    for unit in ("last", "one_more", "u5"):
        await send(world, [friend], unit)
    assert (await world.call("GET", INFO))[1] == {"numOfCustomAggregationUnits": 1_000}
    assert await world.do(f"friends/{friend}/seen", {}) == {"counted": 2}
    assert len((await world.get(f"friends/{friend}/messages"))["messages"]) == 3
    world.clock.move(days=31)
    assert (await world.call("GET", INFO))[1] == {"numOfCustomAggregationUnits": 0}
    await send(world, [friend], "one_more")
    assert (await world.call("GET", LIST))[1] == {"customAggregationUnits": ["one_more"]}


async def test_names_are_listed_in_pages(world: World) -> None:
    (friend,) = await friends_of(world, 1)
    for unit in ("b", "a", "b"):
        await send(world, [friend], unit)
    status, page, _ = await world.call("GET", f"{LIST}?limit=1")
    assert (status, page["customAggregationUnits"]) == (200, ["b"])
    assert (await world.call("GET", f"{LIST}?start={page['next']}"))[1] == {"customAggregationUnits": ["a"]}
    assert (await world.call("GET", LIST))[1] == {"customAggregationUnits": ["b", "a"]}
    for query, message in (("limit=0", "limit"), ("limit=101", "limit"), ("start=x", "start param")):
        status, answer, _ = await world.call("GET", f"{LIST}?{query}")
        assert status == 400
        assert message in answer["message"]


@pytest.mark.parametrize(
    "query",
    [
        "from=20260801&to=20260831",
        "customAggregationUnit=sale&from=20260801",
        "customAggregationUnit=sale&from=20260801&to=20260901",  # 32 days
        "customAggregationUnit=sale&from=20260802&to=20260801",
        "customAggregationUnit=sale&from=2026-08-1&to=20260801",
        "customAggregationUnit=sale&from=20260230&to=20260301",
    ],
)
async def test_a_question_that_line_does_not_take(world: World, query: str) -> None:
    status, answer, _ = await world.call("GET", f"{STATISTICS}?{query}")
    assert (status, answer) == (400, {"message": None, "key": None, "stacktrace": None, "code": None})


async def test_sixty_questions_an_hour(world: World) -> None:
    for _ in range(60):
        await told(world)
    assert (await world.call("GET", f"{STATISTICS}?{ALL}"))[0] == 429
    assert (await world.call("GET", INFO))[0] == 200
    world.clock.move(minutes=1)
    await told(world)


async def test_a_multicast_is_sent_once_for_a_day(world: World) -> None:
    """409 with the id of the request that was taken; a refused one leaves its key good."""
    first, second = await friends_of(world, 2)
    await world.do("channels/main/quota", {"value": 1}, "PUT")
    both = {"to": [first, second], "messages": [CARD], "customAggregationUnits": ["sale"]}
    status, answer, _ = await world.call("POST", MULTICAST, both, X_Line_Retry_Key=KEY)
    assert (status, answer) == (429, {"message": "You have reached your monthly limit."})
    assert (await world.call("GET", INFO))[1] == {"numOfCustomAggregationUnits": 0}
    await world.do("channels/main/quota", {"value": 5}, "PUT")
    status, _, taken = await world.call("POST", MULTICAST, both, X_Line_Retry_Key=KEY)
    assert status == 200
    world.clock.move(hours=23)
    status, answer, headers = await world.call("POST", MULTICAST, both, X_Line_Retry_Key=KEY)
    assert (status, answer) == (409, {"message": "The retry key is already accepted"})
    assert headers["X-Line-Accepted-Request-Id"] == taken["X-Line-Request-Id"]
    assert (await world.call("GET", "v2/bot/message/quota/consumption"))[1] == {"totalUsage": 2}
    world.clock.move(hours=1)
    assert (await world.call("POST", MULTICAST, both, X_Line_Retry_Key=KEY))[0] == 200


async def test_the_phone_tells_what_it_shows_and_which_address_was_opened(world: World, desk: Page) -> None:
    friends = await friends_of(world, 20)
    for friend in friends[1:]:
        await send(world, [friend])
        await world.do(f"friends/{friend}/seen", {})
        await world.do(
            f"friends/{friend}/tap", {"message": await last_message(world, friend), "label": "去看看"}
        )
    assert (await told(world))["overview"]["uniqueImpression"] is None
    await desk.goto(f"{world.url}/simulator/?friend={friends[0]}")
    async with desk.expect_response(lambda answer: answer.url.endswith("/seen")) as seen:
        await send(world, [friends[0]])
    assert (await (await seen.value).json()) == {"counted": 1}
    async with desk.expect_response(lambda answer: answer.url.endswith("/tap")):
        await desk.get_by_role("button", name="去看看").click()
    await expect(desk.locator(".link-sheet")).to_be_visible()
    assert (await told(world))["overview"] == NOBODY | {
        "uniqueImpression": 20,
        "uniqueClick": 20,
    }
