"""Faults of a shop: how often it is asked again, when it is given up, and by what name."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.connectors.shops.shop_request import Platform, RateLimit
from bot.model.shop_failure import (
    CredentialsRefused,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    ShopAway,
    ShopFailed,
)
from tests.connectors.shops.conftest import MEILING, SECRET, STORE, MovingClock, World, somebody


@pytest.mark.parametrize("fault", ["500", "429"])
async def test_a_shop_that_is_away_is_given_up_after_20_seconds(world: World, fault: str) -> None:
    await world.put("forest/faults", {"answer": fault})
    began = world.clock.now()
    with pytest.raises(ShopAway, match=fault):
        await world.members(SECRET).by_phone(MEILING)
    assert timedelta(seconds=10) < world.clock.now() - began <= timedelta(seconds=20)
    assert world.clock.waits[:4] == [0.5, 1, 2, 4]


async def test_a_shop_that_comes_back_is_asked_again(world: World) -> None:
    await world.put("forest/faults", {"answer": "500"})

    class Comes(MovingClock):
        async def wait(self, seconds: float) -> None:
            await super().wait(seconds)
            world.clock.moment = self.moment  # the shop's clock, by which it looks at the signature
            await world.put("forest/faults", {})

    assert (await somebody(world.members(SECRET, Comes()).by_phone(MEILING))).member_no == "5001"


@pytest.mark.parametrize(
    ("fault", "named"), [("credentials", CredentialsRefused), ("not-json", NotUnderstood)]
)
async def test_what_does_not_get_better_is_not_asked_again(
    world: World, fault: str, named: type[ShopFailed]
) -> None:
    await world.put("forest/faults", {"answer": fault})
    with pytest.raises(named):
        await world.members(SECRET).by_phone(MEILING)
    assert world.clock.waits == []


async def test_two_processes_together_are_too_fast_and_both_get_their_answer(world: World) -> None:
    both = [world.members(STORE) for _ in range(2)]
    found = await asyncio.gather(*(one.by_phone(MEILING) for one in both for _ in range(3)))
    assert [one.member_no for one in found if one is not None] == ["5001"] * 6
    assert 0.5 in world.clock.waits, "the shop has refused none"


async def test_a_slow_shop_answers_late(world: World) -> None:
    await world.put("forest/faults", {"slow": 3})
    assert await world.members(SECRET).by_phone(MEILING) is not None
    assert set(world.waited) == {3}


async def test_no_call_is_made_more_often_than_the_platform_allows() -> None:
    clock, made = MovingClock(), list[datetime]()
    pace = RateLimit(5, clock)

    async def call() -> None:
        assert await pace.turn(pace.place(), clock.now() + timedelta(minutes=1))
        made.append(clock.now())

    for _ in range(23):
        await call()
    for first, sixth in zip(made, made[5:], strict=False):
        assert sixth - first >= timedelta(seconds=1)
    assert made[-1] - made[0] == timedelta(seconds=4)


async def test_who_would_wait_too_long_is_told_at_once_and_takes_nobodys_turn() -> None:
    clock = MovingClock()
    pace = RateLimit(1, clock)
    soon = clock.now() + timedelta(milliseconds=500)
    assert await pace.turn(pace.place(), soon)
    assert not await pace.turn(pace.place(), soon)
    assert not await pace.turn(pace.place(), soon)
    assert clock.waits == []
    assert await pace.turn(pace.place(), clock.now() + timedelta(seconds=2))
    assert clock.waits == [1]


async def shop_requests(
    pace: RateLimit, clock: MovingClock, count: int, *, behind: bool = False
) -> list[float | None]:
    """So many begin at once, with four calls each and 20 s: after which second each is done, if it is."""
    began = clock.now()

    async def shop_request() -> float | None:
        place = pace.place(behind=behind)
        for _ in range(4):
            if not await pace.turn(place, began + timedelta(seconds=20)):
                return None
        return (clock.now() - began).total_seconds()

    return await asyncio.gather(*(shop_request() for _ in range(count)))


async def test_in_a_crowd_as_many_are_served_as_the_platform_allows() -> None:
    """100 calls in 20 s are 25 errands of four, and the first is done in the first second."""
    clock = MovingClock()
    done = await shop_requests(RateLimit(5, clock), clock, 64)
    served = [at for at in done if at is not None]
    assert 25 <= len(served) <= 26
    assert served == sorted(served)
    assert served[0] == 0
    assert done == [*served, *[None] * (64 - len(served))], "those who came first"


async def test_those_behind_go_when_nobody_else_waits() -> None:
    clock = MovingClock()
    pace = RateLimit(5, clock)
    behind = asyncio.ensure_future(shop_requests(pace, clock, 10, behind=True))
    before = asyncio.ensure_future(shop_requests(pace, clock, 5))
    (*_, last), others = await before, await behind
    assert last is not None
    assert last <= 5
    assert all(at is not None and at > last for at in others[5:])


async def test_who_goes_away_takes_nobodys_turn() -> None:
    clock = MovingClock()
    pace = RateLimit(1, clock)
    soon = clock.now() + timedelta(seconds=10)
    assert await pace.turn(pace.place(), soon)
    gone, last = [asyncio.ensure_future(pace.turn(pace.place(), soon)) for _ in range(2)]
    await asyncio.sleep(0)
    gone.cancel()
    assert await last
    assert clock.waits == [1]


class Stub:
    """A server that says what it is told to, in order; the last stays."""

    def __init__(self, *answers: web.Response | None) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        await self.may_answer.wait()
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if answer is not None:
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)
        assert request.transport is not None
        request.transport.close()  # it breaks off without a word
        return web.Response()


async def asked(stub: Stub, clock: MovingClock, *, answer_seconds: float = 5) -> object:
    """The body that the stub's answers come to."""
    application = web.Application()
    application.router.add_get("/v1/x", stub.answer)
    async with TestServer(application) as server, ClientSession() as session:
        try:
            return await asked_at(URL(str(server.make_url("/"))), session, clock, answer_seconds)
        finally:
            stub.may_answer.set()


async def asked_at(
    base: URL, session: ClientSession, clock: MovingClock, answer_seconds: float = 5
) -> object:
    platform = Platform(base, lambda *_: {}, RateLimit(5, clock), session, clock, answer_seconds)
    return (await platform.shop_request().get("/v1/x")).body


@pytest.mark.parametrize(
    ("status", "named"),
    [(400, RequestRefused), (401, CredentialsRefused), (403, NotPermitted), (302, NotUnderstood)],
)
async def test_each_refusal_has_its_name(status: int, named: type[ShopFailed]) -> None:
    stub = Stub(web.Response(status=status, headers={"Location": "/v1/y"}))
    with pytest.raises(named):
        await asked(stub, MovingClock())
    assert stub.asked == 1


async def test_the_seconds_that_the_shop_names_are_waited() -> None:
    clock = MovingClock()
    stub = Stub(web.Response(status=429, headers={"Retry-After": "7"}), web.Response(body=b"[]"))
    assert await asked(stub, clock) == []
    assert clock.waits == [7]
    with pytest.raises(ShopAway):
        await asked(Stub(web.Response(status=429, headers={"Retry-After": "60"})), clock)
    assert clock.waits == [7], "who is told to wait longer than anybody can does not wait at all"


async def test_a_connection_that_breaks_is_tried_again() -> None:
    stub = Stub(None, web.Response(body=b"{}"))
    assert await asked(stub, MovingClock()) == {}
    assert stub.asked >= 2


class BreaksOff(Stub):
    """Says in its first answer a status alone, and breaks off within the body."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if self.asked:
            return await super().answer(request)
        self.asked += 1
        response = web.StreamResponse(status=503, headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b"abc")
        assert request.transport is not None
        request.transport.close()
        return response


async def test_a_refusal_counts_whose_body_breaks_off() -> None:
    """It is no answer that is too long, and it is asked for again."""
    stub, clock = BreaksOff(web.Response(body=b"{}")), MovingClock()
    assert await asked(stub, clock) == {}
    assert clock.waits == [0.5]


async def test_nobody_is_there() -> None:
    async with TestServer(web.Application()) as server:
        gone = URL(str(server.make_url("/")))
    async with ClientSession() as session:
        with pytest.raises(ShopAway, match="could not connect"):
            await asked_at(gone, session, MovingClock())


async def test_an_answer_that_does_not_come_ends_in_time() -> None:
    silent = Stub(web.Response())
    silent.may_answer.clear()
    with pytest.raises(ShopAway, match="no answer in time"):
        await asked(silent, MovingClock(), answer_seconds=0.05)


async def test_an_answer_without_end_is_not_read() -> None:
    with pytest.raises(NotUnderstood, match="bytes"):
        await asked(Stub(web.Response(body=b'"' + b"x" * 3_000_000 + b'"')), MovingClock())


async def test_who_has_little_patience_stands_in_nobodys_way(world: World) -> None:
    """A hundred pages are opened at once: those who prove a phone meanwhile are not told that it is busy."""
    members = world.members(STORE)
    patience = timedelta(seconds=2)
    opened = [asyncio.ensure_future(members.by_line(f"U{n}", patience)) for n in range(100)]
    await asyncio.sleep(0)  # each has asked for its turn
    began = world.clock.now()
    await somebody(members.by_phone(MEILING))
    assert world.clock.now() - began <= timedelta(seconds=6)
    came = await asyncio.gather(*opened, return_exceptions=True)
    assert ShopAway in {type(one) for one in came}


async def test_a_clock_that_is_set_back_makes_nobody_wait_for_it() -> None:
    clock = MovingClock()
    pace = RateLimit(2, clock)
    for _ in range(2):
        assert await pace.turn(pace.place(), clock.now() + timedelta(seconds=20))
    clock.moment -= timedelta(hours=5)
    began = clock.now()
    assert await pace.turn(pace.place(), clock.now() + timedelta(seconds=20))
    assert clock.now() - began <= timedelta(seconds=1)
