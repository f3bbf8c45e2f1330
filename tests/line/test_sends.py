"""What is sent arrives as it was written, and every way in which it can fail has its outcome (F8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import orjson
import pytest

from bot.line.client import LineClient
from bot.line.outcome import (
    Accepted,
    CallResult,
    NotSent,
    RefusalKind,
    Refused,
    Throttled,
    Unknown,
)
from bot.line.wire import ANSWER_LIMIT
from tests.conftest import ManualClock
from tests.fakes.fake_line import (
    REQUEST_ID,
    SENT,
    Answers,
    Behaviour,
    FakeLine,
    Garbage,
    Hangs,
    HangsUp,
    nobody_listening,
)
from tests.line.conftest import ACCEPTED, ACCESS_TOKEN, CHANNEL

TO = "U0000000000000000000000000000000a"
TOKEN = "757913772c4646b784d4b7ce46d12671"
KEY = "123e4567-e89b-12d3-a456-426614174000"
SAID = "每天 11:00–21:00 😀"
TOO_MUCH = b"x" * 10_000_000
BODY = orjson.dumps({"messages": [{"type": "text", "text": SAID, "aNewProperty": [1, None]}]})

Call = Callable[[LineClient], Awaitable[CallResult]]
SENDS: dict[str, tuple[str, Call]] = {
    "reply": ("/v2/bot/message/reply", lambda client: client.reply(TOKEN, BODY)),
    "push": ("/v2/bot/message/push", lambda client: client.push(TO, BODY, KEY)),
    "multicast": ("/v2/bot/message/multicast", lambda client: client.multicast([TO, "Ub"], BODY, KEY)),
    "loading": ("/v2/bot/chat/loading/start", lambda client: client.loading(TO, 20)),
    "mark_as_read": ("/v2/bot/chat/markAsRead", lambda client: client.mark_as_read(TOKEN)),
    "leave": (f"/v2/bot/group/{TO}/leave", lambda client: client.leave("group", TO)),
    "validate": ("/v2/bot/message/validate/reply", lambda client: client.validate("reply", BODY)),
}
every_send = pytest.mark.parametrize("name", SENDS)


def secrets_in(outcome: CallResult) -> list[str]:
    return [secret for secret in (TO, TOKEN, SAID, ACCESS_TOKEN) if secret in repr(outcome)]


@every_send
async def test_a_send_is_accepted(name: str, line: FakeLine, client: LineClient) -> None:
    path, send = SENDS[name]
    assert await send(client) == (ACCEPTED if name in ("reply", "push") else Accepted(REQUEST_ID))
    (asked,) = line.requests
    assert (asked.method, asked.path) == ("POST", path)
    assert asked.headers["Authorization"] == f"Bearer {ACCESS_TOKEN}"
    assert asked.headers["Content-Type"] == "application/json"


@every_send
async def test_a_retry_key_goes_where_line_allows_it(name: str, line: FakeLine, client: LineClient) -> None:
    """Elsewhere LINE answers 400 to it."""
    await SENDS[name][1](client)
    expected = KEY if name in ("push", "multicast") else None
    assert line.requests[0].headers.get("X-Line-Retry-Key") == expected


async def test_a_retry_key_stays_with_its_call(line: FakeLine, client: LineClient) -> None:
    await client.push(TO, BODY, KEY)
    await client.reply(TOKEN, BODY)
    assert "X-Line-Retry-Key" not in line.requests[1].headers


async def test_messages_go_out_byte_for_byte(line: FakeLine, client: LineClient) -> None:
    """F8: what a card says, also in properties that we do not know, is what LINE gets."""
    await client.reply(TOKEN, BODY)
    await client.push(TO, BODY, KEY)
    await client.multicast([TO, "Ub"], BODY, KEY)
    await client.validate("push", BODY)
    assert [asked.body for asked in line.requests] == [
        b'{"replyToken":"' + TOKEN.encode() + b'",' + BODY[1:],
        b'{"to":"' + TO.encode() + b'",' + BODY[1:],
        b'{"to":["' + TO.encode() + b'","Ub"],' + BODY[1:],
        BODY,
    ]


async def test_tokens_and_ids_of_any_kind_stay_inside_of_their_place(
    line: FakeLine, client: LineClient
) -> None:
    await client.reply('"},{"', BODY)
    await client.leave("room", "../a?b#c/秘")
    assert line.requests[0].json["replyToken"] == '"},{"'
    assert line.requests[1].path == "/v2/bot/room/..%2Fa%3Fb%23c%2F%E7%A7%98/leave"


async def test_loading_says_for_whom_and_how_long(line: FakeLine, client: LineClient) -> None:
    await client.loading(TO, 20)
    assert line.requests[0].json == {"chatId": TO, "loadingSeconds": 20}


async def test_marking_as_read_says_up_to_which_message(line: FakeLine, client: LineClient) -> None:
    await client.mark_as_read(TOKEN)
    assert line.requests[0].json == {"markAsReadToken": TOKEN}


async def test_one_connection_serves_many_sends(line: FakeLine, client: LineClient) -> None:
    for _ in range(5):
        await client.reply(TOKEN, BODY)
        await client.loading(TO, 5)
    assert len({asked.port for asked in line.requests}) == 1
    client.close()
    await client.reply(TOKEN, BODY)
    assert len({asked.port for asked in line.requests}) == 2


async def test_a_connection_that_line_has_closed_is_not_used_again(
    line: FakeLine, client: LineClient
) -> None:
    line.script("/v2/bot/message/push", Answers(200, SENT, {"Connection": "close"}))
    for _ in range(2):
        assert await client.push(TO, BODY, KEY) == ACCEPTED
    assert len({asked.port for asked in line.requests}) == 2


REFUSALS: list[tuple[int, str, RefusalKind]] = [
    (400, "Invalid reply token", "invalid-reply-token"),
    (400, "The request body has 1 error(s)", "bad-request"),
    (400, "Failed to send messages", "bad-request"),
    (401, "Authentication failed due to the following reason: invalid token", "token"),
    (403, "Access to this API is not available for your account", "token"),
    (404, "Not found", "not-found"),
    (410, "Gone", "not-found"),
    (413, "Request too large", "too-large"),
    (415, "The content type, text/html, is not supported", "bad-request"),
    (429, "You have reached your monthly limit.", "quota"),
]


@every_send
@pytest.mark.parametrize(("status", "message", "kind"), REFUSALS)
async def test_a_refusal_says_why(
    name: str, status: int, message: str, kind: RefusalKind, line: FakeLine, client: LineClient
) -> None:
    path, send = SENDS[name]
    line.script(path, Answers(status, {"message": message}))
    assert await send(client) == Refused(status, message, REQUEST_ID, kind)
    assert len(line.requests) == 1


@every_send
@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), (None, None), ("soon", None), ("-1", None), ("٣", None)]
)
async def test_too_many_calls_are_throttled(
    name: str, header: str | None, seconds: float | None, line: FakeLine, client: LineClient
) -> None:
    path, send = SENDS[name]
    headers = {} if header is None else {"Retry-After": header}
    message = {"message": "The API rate limit has been exceeded. Try again later."}
    line.script(path, Answers(429, message, headers))
    assert await send(client) == Throttled(seconds, REQUEST_ID)


async def test_a_429_without_words_is_throttled(line: FakeLine, client: LineClient) -> None:
    """Only LINE's own text means the quota: giving up for good on less would lose messages."""
    line.script("/v2/bot/message/push", Answers(429, b"<html>"))
    assert await client.push(TO, BODY, KEY) == Throttled(None, REQUEST_ID)


@pytest.mark.parametrize("name", ["push", "multicast"])
async def test_a_409_is_a_success_of_before(name: str, line: FakeLine, client: LineClient) -> None:
    path, send = SENDS[name]
    told = {"message": "The retry key is already accepted", **SENT}
    line.script(path, Answers(409, told, {"X-Line-Accepted-Request-Id": "before"}), Answers(409, b""))
    assert await send(client) == Accepted("before", known_already=True)
    assert await send(client) == Accepted(REQUEST_ID, known_already=True)


async def test_a_409_without_a_retry_key_is_a_refusal(line: FakeLine, client: LineClient) -> None:
    line.script("/v2/bot/message/reply", Answers(409, {"message": "Conflict"}))
    assert await client.reply(TOKEN, BODY) == Refused(409, "Conflict", REQUEST_ID, "bad-request")


UNCLEAR: list[Behaviour] = [
    Answers(500, {"message": "Internal server error"}),
    Answers(502, b"<html>Bad Gateway</html>"),
    Answers(503),
    Answers(408),
    Answers(302, headers={"Location": "https://example.com/"}),
    Garbage(),
    Garbage(b"HTTP/1.1 OK 200\r\n\r\n"),
    Garbage(b"HTTP/1.1 200 OK\r\n"),
    HangsUp(),
]


@every_send
@pytest.mark.parametrize("behaviour", UNCLEAR, ids=repr)
async def test_what_does_not_tell_is_unknown(
    name: str, behaviour: Behaviour, line: FakeLine, client: LineClient
) -> None:
    """It may have been done; one request is made, and nothing is followed."""
    path, send = SENDS[name]
    line.script(path, behaviour)
    outcome = await send(client)
    assert isinstance(outcome, Unknown)
    assert outcome.reason
    assert not secrets_in(outcome)
    assert len(line.requests) == 1


@every_send
async def test_no_answer_in_time_is_unknown(name: str, line: FakeLine, hurried: LineClient) -> None:
    path, send = SENDS[name]
    line.script(path, Hangs())
    assert await send(hurried) == Unknown("no answer in time")


@every_send
async def test_nobody_listening_is_not_sent(
    name: str, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    with nobody_listening() as url:
        client = LineClient(CHANNEL, url, url, session, clock)
        assert await SENDS[name][1](client) == NotSent("could not connect")


async def test_no_tls_is_not_sent(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> None:
    url = line.url.replace("http:", "https:")
    client = LineClient(CHANNEL, url, url, session, clock)
    assert await client.reply(TOKEN, BODY) == NotSent("could not connect: TLS failed")
    assert line.requests == []


async def test_no_address_is_not_sent(session: aiohttp.ClientSession, clock: ManualClock) -> None:
    client = LineClient(CHANNEL, "http://line.invalid", "http://line.invalid", session, clock)
    assert await client.reply(TOKEN, BODY) == NotSent("could not connect: no address for this name")


async def test_a_profile_waits_behind_all_that_is_sent_and_not_for_long(
    line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    """F8: in a rush each newcomer needs an answer and has a name: the answer goes first."""
    line.script("/v2/bot/message/push", Hangs())
    client = LineClient(CHANNEL, line.url, line.url, session, clock, connections=1)
    pushed = client.push(TO, BODY, KEY)
    await line.asked(1)
    profile = asyncio.ensure_future(client.profile(TO))
    await asyncio.sleep(0)
    replied = client.reply(TOKEN, BODY)
    line.release()
    assert [await pushed, await replied] == [ACCEPTED, ACCEPTED]
    await asyncio.wait([profile])
    assert [asked.path.rpartition("/")[2] for asked in line.requests] == ["push", "reply", TO]


@pytest.mark.parametrize("body", [b"", b"\xff\x00 garbage", b"null", b"x" * (3 * ANSWER_LIMIT)])
async def test_a_2xx_with_garbage_in_it_is_accepted(body: bytes, line: FakeLine, client: LineClient) -> None:
    line.script("/v2/bot/message/push", Answers(200, body))
    assert await client.push(TO, BODY, KEY) == Accepted(REQUEST_ID)
    assert await client.push(TO, BODY, KEY) == ACCEPTED


@pytest.mark.parametrize(
    "told",
    [
        {"sentMessages": 5},
        {"sentMessages": ["461"]},
        {"sentMessages": [{"id": 461}, {"id": f"to {TO}"}, {"id": "1" * 31}, {"id": "４６１"}]},
        ["sentMessages"],
    ],
)
async def test_message_ids_that_are_none_are_left_out(
    told: object, line: FakeLine, client: LineClient
) -> None:
    line.script("/v2/bot/message/push", Answers(200, told))
    assert await client.push(TO, BODY, KEY) == Accepted(REQUEST_ID)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nnogzi",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_a_2xx_that_breaks_off_is_accepted(answer: bytes, line: FakeLine, client: LineClient) -> None:
    """The status line counts: LINE has taken it."""
    line.script("/v2/bot/message/push", Garbage(answer))
    assert await client.push(TO, BODY, KEY) == Accepted(None)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message":5}', b'{"details":{}}', TOO_MUCH])
async def test_a_refusal_with_garbage_in_it_is_one(body: bytes, line: FakeLine, client: LineClient) -> None:
    """What is not LINE's is not repeated, nor read beyond a limit."""
    line.script("/v2/bot/message/push", Answers(400, body))
    assert await client.push(TO, BODY, KEY) == Refused(400, "", REQUEST_ID, "bad-request")


async def test_a_refusal_names_the_properties_at_fault(line: FakeLine, client: LineClient) -> None:
    details = [
        {"message": f"must not be {SAID}", "property": "messages[0].text"},
        {"message": "Must be one of the following values", "property": "messages[1].type"},
        {"message": "no property"},
        {"property": SAID},
        {"property": f"to.{TO}"},
        "garbage",
    ]
    line.script("/v2/bot/message/push", Answers(400, {"message": "2 error(s)", "details": details}))
    outcome = await client.push(TO, BODY, KEY)
    assert outcome == Refused(
        400, "2 error(s) (messages[0].text, messages[1].type)", REQUEST_ID, "bad-request"
    )


@every_send
async def test_an_answer_that_repeats_the_request_gives_nothing_away(
    name: str, line: FakeLine, client: LineClient
) -> None:
    path, send = SENDS[name]
    echo = f"to {TO} with {TOKEN} by {ACCESS_TOKEN}\nline 2 " + "x" * 1000
    line.script(path, Answers(400, {"message": echo}))
    outcome = await send(client)
    assert isinstance(outcome, Refused)
    assert ACCESS_TOKEN not in outcome.message
    assert "\n" not in outcome.message
    assert len(outcome.message) <= 300
    assert (TOKEN if name in ("reply", "mark_as_read") else TO) not in outcome.message or name == "validate"


@pytest.mark.parametrize("request_id", ["", "x" * 101, "秘"])
async def test_a_request_id_that_is_none_is_left_out(
    request_id: str, line: FakeLine, client: LineClient
) -> None:
    line.script("/v2/bot/message/push", Answers(200, headers={"X-Line-Request-Id": request_id}))
    assert await client.push(TO, BODY, KEY) == Accepted(None)
