"""Who is signed in from an address that has failed too often (facts, one-time password): the honest are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.line.id_token import RefusedToken, TokenVerdict, Verified
from bot.web.liff.sign_in import Sessions, SignedIn, SignIn, SigningIn, TooManyTries
from tests.conftest import NOW, ManualClock

WAIT = 900


@dataclass
class Line:
    """Vouches for tokens that begin with `U`, when it is let; `most` were asked about side by side."""

    now: int = 0
    most: int = 0

    def __post_init__(self) -> None:
        self.asked, self.answers = asyncio.Event(), asyncio.Event()

    async def verify(self, token: str, login_channel: str) -> TokenVerdict:
        self.now += 1
        self.most = max(self.most, self.now)
        self.asked.set()
        try:
            await self.answers.wait()
        finally:
            self.now -= 1
        return Verified(token, NOW) if token.startswith("U") else RefusedToken()


@dataclass(frozen=True)
class Failed:
    """An address that has to wait so many seconds."""

    seconds: int

    async def wait(self, address: str, now: datetime) -> int:
        return self.seconds

    async def failed(self, address: str, attempt: str, now: datetime) -> int:
        return self.seconds


def sign_in(line: Line, seconds: int = WAIT, patience: float = 10) -> SignIn:
    clock = ManualClock()
    return SignIn(line, Failed(seconds), Sessions([b"k" * 32], clock), clock, patience)


async def all_at_once(desk: SignIn, line: Line, *tokens: str) -> list[SigningIn]:
    asked = [asyncio.create_task(desk.session("main", "5", token, "203.0.113.7")) for token in tokens]
    await line.asked.wait()
    line.answers.set()
    return await asyncio.gather(*asked)


async def test_behind_an_address_that_has_failed_line_tells_the_honest_apart() -> None:
    line = Line()
    came = await all_at_once(sign_in(line), line, "forged", "U1", "forged", "U2")
    assert [type(one) for one in came] == [TooManyTries, SignedIn, TooManyTries, SignedIn]
    assert came[0] == TooManyTries(WAIT)
    assert line.most == 1, "who forges without end must not have LINE refuse us all"


async def test_other_addresses_are_asked_about_side_by_side() -> None:
    line = Line()
    came = await all_at_once(sign_in(line, 0), line, "U1", "forged", "U2")
    assert [type(one) for one in came] == [SignedIn, RefusedToken, SignedIn]
    assert line.most == 3


async def test_whose_turn_does_not_come_is_told_to_wait() -> None:
    line = Line()
    desk = sign_in(line, patience=0.01)
    assert await desk.session("main", "5", "U1", "203.0.113.7") == TooManyTries(WAIT)
    line.answers.set()
    assert isinstance(await desk.session("main", "5", "U1", "203.0.113.7"), SignedIn)
