"""The picture of an account: asked of LINE now and then, not for each page."""

from __future__ import annotations

from bot.app.member_pages import Faces
from bot.line.client import LineClient
from bot.line.http_call import new_session
from tests.conftest import ManualClock
from tests.fakes.fake_line import Answers, FakeLine
from tests.playbooks import channel

INFO = "/v2/bot/info"
PICTURE = "https://example.com/bot.jpg"


async def test_it_is_asked_once_an_hour_and_again_after_a_minute_without_an_answer() -> None:
    clock = ManualClock()
    async with FakeLine.running() as line, new_session() as session:
        client = LineClient(channel("main"), line.url, line.url, session, clock)
        faces = Faces(lambda name: client if name == "main" else None, clock)
        assert await faces.of("nowhere") is None
        line.script(INFO, Answers(500))
        assert [await faces.of("main") for _ in range(2)] == [None, None]
        assert len(line.requests) == 1
        clock.advance(60)
        assert [await faces.of("main") for _ in range(2)] == [PICTURE, PICTURE]
        clock.advance(3600)
        line.script(INFO, Answers(500))
        assert await faces.of("main") == PICTURE, "the last one that was told"
        assert len(line.requests) == 3
        client.close()
