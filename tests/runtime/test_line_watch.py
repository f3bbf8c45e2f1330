"""A8, K3: LINE fails, and the log says so: once that it begins, each call that is lost, once that it is over.

The whole runtime, on the real database, with a LINE on loopback; only the time is ours.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.outcome import Accepted, Unknown
from bot.model.channel import Channel
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.trouble import CALM
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.fakes.fake_line import REQUEST_ID, Answers, Behaviour, FakeLine, HangsUp, nobody_listening
from tests.runtime.answers import next_answer, time_passes, until
from tests.runtime.harness import Bot, said

REPLY = "/v2/bot/message/reply"
TOKEN = "long-lived-token-of-main"
DENIED = Answers(401, {"message": f"Authentication failed. {TOKEN} is no access token."})
BAD = Answers(400, {"message": "The request body has 1 error(s)", "details": [{"property": "messages[0]"}]})
PEOPLE = [f"U{n:032x}" for n in range(12)]
ABOUT_A_MINUTE = r"(5\d s|1 min \d s)"
"""Some steps of the clock more or less."""
LOST = "12 calls were given up:  oaflow deadletters list"
COST = f"the trouble took {ABOUT_A_MINUTE}, 108 attempts have failed, {LOST}"
ASKED = f"(X-Line-Request-Id {REQUEST_ID})"


@pytest.fixture(autouse=True)
def all_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "oaflow")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_session() as session:
        yield session


class Heeded:
    """A client of LINE's API of which one knows whether a call is under way."""

    def __init__(self, client: LineClient) -> None:
        self._client = client
        self.under_way = 0

    def __getattr__(self, name: str) -> Any:
        made = getattr(self._client, name)

        async def call(*given: Any) -> Any:
            self.under_way += 1
            try:
                return await made(*given)
            finally:
                self.under_way -= 1

        return call


class Service:
    """A bot that answers through a client of LINE's API, and the time in which it does."""

    def __init__(self, database: Database, seal: Seal, clock: ManualClock, client: LineClient) -> None:
        account: Any = Heeded(client)
        self.line = account
        self.bot = Bot(database, seal, clock, account)
        self.clock = clock
        self._database = database

    async def all_say(self, people: list[str]) -> None:
        await self.bot.hear(*[said("營業時間", user, self.clock) for user in people])

    async def asked_for_replies(self, line: FakeLine, number: int) -> None:
        """Wait for these, while the clock stands still."""
        await until(self._database, lambda: len(line.of(REPLY)) >= number)

    async def passes(self, seconds: float) -> None:
        """Let time pass from moment to moment; it stands still while LINE or the database is asked."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (left := (end - self.clock.now()).total_seconds()) > 0:
            await time_passes(self.clock, self._database, min(0.1, left), min(5, left))
            while self.line.under_way:
                await next_answer(self._database)

    async def settles(self) -> None:
        """Wait until everything is sent and written down."""
        async with asyncio.timeout(PATIENCE):
            while not (self.bot.runtime.is_at_rest and not self.bot.runtime.sender.lines):
                await self.passes(0.01)

    @property
    def on_readyz(self) -> dict[str, str]:
        return {channel: str(what) for channel, what in self.bot.runtime.line.trouble().items()}

    @property
    def measured(self) -> str:
        text = self.bot.runtime.metrics.text().decode()
        [found] = re.findall(r'^oaflow_line_trouble_seconds\{channel="main"\} (\S+)$', text, re.M)
        return str(found)


@pytest.fixture
async def service(
    database: Database, seal: Seal, clock: ManualClock, line: FakeLine, session: aiohttp.ClientSession
) -> AsyncIterator[Service]:
    client = LineClient(_channel(), line.url, line.url, session, clock)
    service = Service(database, seal, clock, client)
    await service.bot.start()
    yield service
    await service.bot.crash()
    client.close()


def _channel() -> Channel:
    return Channel("main", "@forest", "1234567890", "channel-secret-of-main", TOKEN)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged since the last look; dead letters without their names."""
    found = [record.getMessage() for record in caplog.records if record.name.startswith("oaflow")]
    caplog.clear()
    for text in found:
        assert TOKEN not in text
        assert not re.search(r"U[0-9a-f]{32}|token-\d|營業", text)
    return [re.sub(r"--event [0-9a-f]{12}$", "--event NAME", text) for text in found]


def letter(reason: str) -> str:
    return f"given up on main: a call of the kind reply, {reason} {ASKED}; see  oaflow explain --event NAME"


async def trouble_of_a_minute(service: Service, line: FakeLine, behaviour: Behaviour) -> None:
    """Twelve people say something at once, LINE behaves so for a minute; then one more, and all is well."""
    line.always(REPLY, behaviour)
    await service.all_say(PEOPLE)
    await service.asked_for_replies(line, len(PEOPLE))
    await service.passes(60)
    line.always(REPLY, None)
    await service.all_say(PEOPLE[:1])
    await service.settles()


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_minute_of_500(service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture) -> None:
    """Twelve lanes at once: one line when it begins, one when it is over, with how many replies are lost."""
    await trouble_of_a_minute(service, line, Answers(500))
    [began] = lines(caplog)
    assert began.startswith(f"LINE does not answer main: status 500 {ASKED}; ")
    assert len(await service.bot.dead_letters()) == 12
    assert list(service.on_readyz) == ["main"]
    assert re.fullmatch(r"LINE does not answer, for (5\d s|1 min \d+ s)", service.on_readyz["main"])
    assert float(service.measured) > 55
    await service.passes(CALM.total_seconds() + 1)
    [over] = lines(caplog)
    assert re.fullmatch(rf"LINE answers main again: {COST}", over)
    assert (service.on_readyz, service.measured) == ({}, "0.0")


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_minute_of_401(service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture) -> None:
    """LINE's words are told, but for the token, which it repeats here."""
    await trouble_of_a_minute(service, line, DENIED)
    [began] = lines(caplog)
    why = "Authentication failed. … is no access token."
    assert began.startswith(f"LINE refuses the access token of main: status 401: {why} {ASKED}; ")
    assert len(await service.bot.dead_letters()) == 12
    await service.passes(CALM.total_seconds() + 1)
    [over] = lines(caplog)
    assert re.fullmatch(rf"LINE takes the access token of main again: {COST}", over)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_minute_of_400(service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture) -> None:
    """What LINE refuses of a message is no trouble of the channel: each lost reply has its line."""
    await trouble_of_a_minute(service, line, BAD)
    await service.passes(CALM.total_seconds() + 1)
    assert lines(caplog) == [letter("bad-request: The request body has 1 error(s) (messages[0])")] * 12
    assert (service.on_readyz, service.measured) == ({}, "0.0")


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_one_after_the_other(
    service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture
) -> None:
    """500 for a while, then 401, then 400: each trouble has its beginning and its end, in this order."""
    for behaviour in (Answers(500), DENIED, BAD):
        line.always(REPLY, behaviour)
        asked = len(line.of(REPLY))
        await service.all_say(PEOPLE[:1])
        await service.asked_for_replies(line, asked + 1)
        await service.passes(60)
    told = [text.partition(" main")[0] for text in lines(caplog)]
    assert told == [
        "LINE does not answer",
        "LINE refuses the access token of",
        "LINE answers",
        "given up on",
        "LINE takes the access token of",
    ]


async def test_what_is_tried_again_and_sent_is_told_as_a_trouble_without_losses(
    service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture
) -> None:
    line.script(REPLY, HangsUp(), HangsUp())
    await service.all_say(PEOPLE[:1])
    await service.settles()
    await service.passes(CALM.total_seconds() + 1)
    began, over = lines(caplog)
    assert began.startswith("LINE does not answer main: the connection was closed; ")
    assert (
        over == "LINE answers main again: the trouble took 1 s, 2 attempts have failed, 0 calls were given up"
    )


async def test_who_stops_in_a_trouble_says_so(
    service: Service, line: FakeLine, caplog: pytest.LogCaptureFixture
) -> None:
    """The process that starts next knows nothing of it."""
    line.always(REPLY, Answers(503))
    await service.all_say(PEOPLE[:1])
    await service.asked_for_replies(line, 1)
    await service.passes(2)
    stopping = asyncio.ensure_future(service.bot.runtime.stop())
    while not stopping.done():
        await service.passes(0.5)
    await stopping
    began, *_, stopped = lines(caplog)
    assert began.startswith("LINE does not answer main: status 503 ")
    assert re.fullmatch(
        r"stopped in the trouble of main: LINE does not answer, for .*\d+ s, \d+ attempts have failed, .*",
        stopped,
    )


async def test_line_is_not_there_at_the_start(
    database: Database,
    seal: Seal,
    clock: ManualClock,
    session: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with nobody_listening() as address:
        client = LineClient(_channel(), address, address, session, clock)
        service = Service(database, seal, clock, client)
        await service.bot.start()
        await service.all_say(PEOPLE)
        async with asyncio.timeout(PATIENCE):
            while not caplog.records:
                await service.passes(0.1)
        await service.passes(3)
        [began] = lines(caplog)
        assert began.startswith("LINE does not answer main: could not connect; ")
        await service.bot.crash()


async def test_a_quiet_recovery_is_told_without_any_further_call(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """At night one reply fails and then succeeds: whoever was woken need not wait for the next customer."""
    watch = LineWatch(lambda: ["main", "outlet"], clock)
    watch.on_call_end("main", Unknown("status 500"), NOW)
    clock.advance(1)
    watch.on_call_end("main", Accepted(), clock.now())
    watch.on_call_end("outlet", Accepted(), clock.now())
    await clock.waited_for()
    clock.advance(CALM.total_seconds() - 0.1)
    await asyncio.sleep(0)
    assert len(caplog.records) == 1
    clock.advance(0.1)
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(caplog.records) == 2
    watch.on_call_end(
        "main", Unknown("status 500"), clock.now()
    )  # a new one is told, and ends like the first
    watch.on_call_end("main", Accepted(), clock.now())
    await clock.waited_for()
    clock.advance(CALM.total_seconds())
    for _ in range(3):
        await asyncio.sleep(0)
    assert [record.getMessage().partition(" main")[0] for record in caplog.records] == [
        "LINE does not answer",
        "LINE answers",
    ] * 2
    await watch.stop()
    assert len(caplog.records) == 4
