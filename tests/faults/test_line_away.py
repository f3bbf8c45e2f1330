"""LINE refuses, throttles, fails, talks nonsense, hangs up, hangs, is not there: nothing lost or twice."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.model.outgoing import DeadLetter
from bot.runtime.line_trouble import KIND_OF_REASON
from tests.fakes.fake_line import Answers, Garbage, Hangs, HangsUp
from tests.faults.bot_process import ACCESS_TOKEN
from tests.faults.line_api import QUOTA, RATE_LIMIT, Behaviour, Taken, TakesThen
from tests.faults.stored import looking
from tests.faults.webhooks import HOURS, PUSHED, Occurrence, person, says
from tests.faults.world import World, new_world

DENIED = Answers(401, {"message": "Authentication failed. Confirm that the access token is valid."})
FORBIDDEN = Answers(403, {"message": "Access to this API denied."})
BAD = Answers(400, {"message": "The request body has 1 error(s)", "details": [{"property": "messages[0]"}]})
PROXY_PAGE = Answers(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"})
ELSEWHERE = Answers(302, b"", {"Location": "https://example.com/"})
NONSENSE = Answers(200, b"\xff\x00 nonsense")

ANSWERED_AT_LAST: dict[str, tuple[Behaviour, ...]] = {
    "401 once": (DENIED,),
    "403 once": (FORBIDDEN,),
    "rate limit": (RATE_LIMIT,),
    "rate limit with a time": (Answers(429, RATE_LIMIT.body, {"Retry-After": "1"}),),
    "500": (Answers(500),),
    "500 three times": (Answers(500),) * 3,
    "500 after it was done": (TakesThen(Answers(500)),),
    "a proxy's page": (PROXY_PAGE,),
    "another address": (ELSEWHERE,),
    "garbage": (Garbage(),),
    "garbage after it was done": (TakesThen(Garbage()),),
    "nothing at all": (HangsUp(),),
    "nothing at all after it was done": (TakesThen(HangsUp()),),
    "half an answer": (Garbage(b"HTTP/1.1 200 OK\r\nContent-Le"),),
    "200 with nonsense": (TakesThen(NONSENSE),),
    "everything": (RATE_LIMIT, HangsUp(), Answers(500), TakesThen(Garbage()), HangsUp()),
}
GIVEN_UP = {
    "400": (BAD, "bad-request"),
    "404": (Answers(404, {"message": "Not found"}), "not-found"),
    "413": (Answers(413, b""), "too-large"),
    "monthly limit": (QUOTA, "quota"),
}
DEAD_TOKEN = Answers(400, {"message": "Invalid reply token"})


HANGS: dict[str, tuple[Behaviour, ...]] = {
    "no answer": (Hangs(),),
    "no answer after it was done": (TakesThen(Hangs()),),
}
TRIED_AGAIN = ANSWERED_AT_LAST | HANGS
REFUSED = {case: (answer,) for case, (answer, _) in GIVEN_UP.items()}


@dataclass(frozen=True)
class Case:
    """One misbehaviour, met by a reply (and the person's next event after it), and by a push to another."""

    first: Occurrence
    second: Occurrence
    pushed: Occurrence


@dataclass(frozen=True)
class Played:
    """What came of all cases, played at once against one bot."""

    world: World
    cases: dict[str, Case]
    letters: list[DeadLetter]
    answered_meanwhile: bool
    """Whether somebody was answered while LINE let others hang."""
    log: list[str]
    """What the bot's log said."""

    def reasons(self, event: Occurrence) -> list[str]:
        """Why this event's calls were given up."""
        return [letter.reason for letter in self.letters if letter.outgoing.event == event.key]

    @property
    def personal(self) -> list[str]:
        """What nobody may read: our token, and those of replies, and who they were for."""
        of_people = [
            secret
            for case in self.cases.values()
            for secret in (case.first.token, case.first.user, case.pushed.user)
        ]
        return [ACCESS_TOKEN, *of_people]

    def pushes(self, case: str) -> list[Taken]:
        """What LINE has accepted for the person of the push."""
        return [taken for taken in self.world.line.taken if taken.to == self.cases[case].pushed.user]


@pytest.fixture
async def played(fresh_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Played]:
    """Every case side by side: the waiting is done once."""
    place = tmp_path_factory.mktemp("l")
    shutil.copytree(fresh_data, place / "data")
    async with new_world(place) as world:
        bot = await world.bot().start()
        cases: dict[str, Case] = {}
        for name, script in (TRIED_AGAIN | REFUSED | {"dead token": (DEAD_TOKEN,)}).items():
            user = person()
            pushed = says(person(), PUSHED, tokened=False)
            case = cases[name] = Case(says(user, HOURS), says(user, HOURS), pushed)
            world.line.script(case.first.token, *script)
            if name != "dead token":
                world.line.script(pushed.user, *script)
        for case in cases.values():
            await world.delivered(bot, case.first, case.second, case.pushed)
        bystander = says(person(), HOURS)
        await world.delivered(bot, bystander)
        await world.line.was_asked(bystander.token)
        meanwhile = all(world.line.asked[cases[name].first.token] == 1 for name in HANGS)
        await world.all_done()
        async with looking(world.data) as stored:
            letters = await stored.dead_letters()
        log = [json.loads(line)["message"] for line in bot.log]
        yield Played(world, cases, letters, meanwhile, log)
        assert not bot.complaints()


async def a_reply_is_accepted_once(played: Played, name: str) -> None:
    """A8, F8: tried again until LINE has it, and accepted once; the person's next reply comes after it."""
    case = played.cases[name]
    await played.world.check([case.first, case.second])
    done = TRIED_AGAIN[name][-1] == TakesThen(NONSENSE)
    assert played.world.line.asked[case.first.token] == len(TRIED_AGAIN[name]) + (0 if done else 1)
    assert played.world.line.asked[case.second.token] == 1
    assert played.reasons(case.first) == []


def a_refused_reply_is_a_dead_letter(played: Played, name: str) -> None:
    """A8: what LINE will never take is listed with its reason, asked once, and holds nobody up."""
    case = played.cases[name]
    assert played.reasons(case.first) == [GIVEN_UP[name][1]]
    assert played.world.line.asked[case.first.token] == 1
    assert played.world.line.accepted(case.second.token) == 1


def a_token_that_was_never_any_good(played: Played) -> None:
    """F8: refused at the first try: certainly not sent, so it is listed as such."""
    assert played.reasons(played.cases["dead token"].first) == ["reply-token-dead"]


def a_push_counts_once(played: Played, name: str) -> None:
    """A8: a push is tried again with the same retry key; LINE's 409 says that it is done."""
    pushes = played.pushes(name)
    assert len(pushes) == 1
    done = TRIED_AGAIN[name][-1] == TakesThen(NONSENSE)
    assert played.world.line.asked[pushes[0].key] == len(TRIED_AGAIN[name]) + (0 if done else 1)
    assert played.reasons(played.cases[name].pushed) == []


def a_refused_push_is_a_dead_letter(played: Played, name: str) -> None:
    """A8: refused for good; the month's limit is no rate limit."""
    assert played.pushes(name) == []
    assert played.reasons(played.cases[name].pushed) == [GIVEN_UP[name][1]]


def nobody_waits_for_those_for_whom_line_hangs(played: Played) -> None:
    """A8: order holds within one person only."""
    assert played.answered_meanwhile


def dead_letters_tell_nothing_personal(played: Played) -> None:
    """K3: reason and detail can be shown: no token, no person, no secret."""
    told = " ".join(letter.reason + letter.detail for letter in played.letters)
    assert played.letters
    assert [secret for secret in played.personal if secret in told] == []


def the_log_tells_what_was_lost_and_each_trouble_once(played: Played) -> None:
    """K3, A8: whoever reads nothing but the log learns what broke and what it has cost, and nobody's name."""
    lost = [line for line in played.log if line.startswith("given up on main: ")]
    by_itself = [one for one in played.letters if one.reason not in KIND_OF_REASON]
    assert {one.name for one in by_itself} <= {line.rpartition(" ")[2] for line in lost}
    counted = [
        int(number) for line in played.log for number in re.findall(r"(\d+) calls? w\w+ given up", line)
    ]
    assert len(lost) + sum(counted) == len(played.letters)
    for trouble in (
        "does not answer main",
        "refuses the access token of main",
        "limits the rate of calls of main",
    ):
        assert len([line for line in played.log if f"LINE {trouble}: " in line]) == 1
    told = "\n".join(played.log)
    assert [secret for secret in played.personal if secret in told] == []


async def test_whatever_line_does_nothing_is_lost_or_twice(played: Played) -> None:
    """A8, F8, K3: one bot meets all of it at once, and what came of each case is looked at."""
    for name in TRIED_AGAIN:
        with meeting(name):
            await a_reply_is_accepted_once(played, name)
            a_push_counts_once(played, name)
    for name in GIVEN_UP:
        with meeting(name):
            a_refused_reply_is_a_dead_letter(played, name)
            a_refused_push_is_a_dead_letter(played, name)
    a_token_that_was_never_any_good(played)
    nobody_waits_for_those_for_whom_line_hangs(played)
    dead_letters_tell_nothing_personal(played)
    the_log_tells_what_was_lost_and_each_trouble_once(played)


@contextmanager
def meeting(name: str) -> Iterator[None]:
    """What fails in it says what LINE did."""
    try:
        yield
    except AssertionError as error:
        error.add_note(f"where LINE does this: {name}")
        raise


async def test_line_is_not_there_and_comes_back(world: World) -> None:
    """A8: connections refused, more people than calls at once: all are answered when LINE is back."""
    bot = await world.bot().start()
    people = [person() for _ in range(30)]
    said = [says(user, HOURS) for user in people for _ in range(3)]
    await world.line.stop()

    async def one_by_one(*events: Occurrence) -> None:
        for event in events:
            await world.delivered(bot, event)

    await asyncio.gather(one_by_one(*said[:3]), *(one_by_one(event) for event in said[3::3]))
    await world.line.start()
    await world.delivered(bot, *said[4::3], *said[5::3])
    await world.all_done()
    await world.check(said)
    assert not bot.complaints()
