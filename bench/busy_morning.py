"""A busy morning at the chats: three of staff, forty customers, an hour: `python -m bench.busy_morning`.

The hour is the simulator's, and passes as fast as it can; the console is the real one, by HTTP, as browsers
ask it. Who comes when, and how long everybody takes, follows from `--seed`. Staff see lists that are some
seconds old, as people do, so two of them reach for the same customer now and then.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, TCPConnector

from bench.main import free_port, quantile
from bench.morning_desk import Desk, Figures, Hour
from bench.pages import ROOT, ready

HOUR = 3_600
AFTER = 900
"""Seconds in which what is begun is brought to its end; nobody new comes."""
ROLES = ("admin", "supervisor", "agent")
SLOW, SLOW_DEED = 200.0, 500.0
"""Milliseconds at p95 that a page may take, and what is done with its turn and LINE's answer; of the server
and this program on one machine."""
DEEDS = ("answer", "take", "give", "back")
PLAYBOOK = """\
bot: 早晨
channels: {main: {id: "@morning", channel_id: "1", channel_secret: x, access_token: t, staff: console}}
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 客服}, do: [{reply: 請稍候，客服馬上來}, {hand_over: 想問一件事}]}
"""
HANDED = "handed on"
"""In place of who has written: from here on a colleague has it."""
QUESTIONS = ("訂單到哪裡了？", "可以改地址嗎？", "這個還有貨嗎？", "發票要怎麼開？", "退貨要幾天？")


@dataclass
class Customer:
    """Somebody who asks for staff. `said` are what was written on either side, by whom, in order."""

    number: int
    comes: float
    dice: random.Random
    id: str = ""
    asked: int | None = None
    answered: int | None = None
    said: list[tuple[str, str]] = field(default_factory=list)
    left: int = 0

    @property
    def name(self) -> str:
        return f"客人{self.number:02}"


class Morning:
    """All of it, played by one seed."""

    def __init__(self, http: ClientSession, customers: int, seed: int) -> None:
        dice = random.Random(seed)
        self.http = http
        self.hour = Hour(http)
        self.figures = Figures()
        self.customers = [
            Customer(number, dice.triangular(10, HOUR, 900), random.Random(f"{seed} {number}"))
            for number in range(customers)
        ]
        self.by_name = {one.name: one for one in self.customers}
        self._dice = [random.Random(f"{seed} {role}") for role in ROLES]
        self.desks: list[Desk] = []
        self.texts = itertools.count(1)

    # -- customers

    async def customer(self, one: Customer) -> None:
        """Comes, asks for staff, says what it is about, and answers what staff write, a few times."""
        await self.hour.sleep(one.comes)
        added = await self._do("friends", {"channel": "main", "name": one.name})
        one.id = str(added["id"])
        await self._do(f"friends/{one.id}/follow", {})
        await self._says(one, "客服")
        one.asked = self.hour.now
        await self.hour.sleep(one.dice.uniform(3, 20))
        await self._says(one, one.dice.choice(QUESTIONS))
        heard, replies = 0, one.dice.choice((0, 1, 1, 2, 3))
        while self.hour.now < HOUR + AFTER and replies:
            await self.hour.sleep(one.dice.uniform(15, 90))
            if len(one.said) > heard and one.said[-1][0] not in (one.name, HANDED):
                heard, replies = len(one.said) + 1, replies - 1
                await self._says(one, one.dice.choice(("好的，謝謝", "還有一個問題", "什麼時候會到？")))

    async def _says(self, one: Customer, text: str) -> None:
        one.said.append((one.name, text))
        self.figures.said_at = time.perf_counter()
        await self._do(f"friends/{one.id}/say", {"text": text})

    async def _do(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self.http.post(f"/simulator/api/{path}", json=body) as response:
            response.raise_for_status()
            answer: dict[str, Any] = await response.json()
            return answer

    # -- staff

    async def clerk(self, desk: Desk, dice: random.Random) -> None:
        """Answers who has written to them, else whoever waits longest; finishes what has gone quiet."""
        quiet: dict[str, int] = {}
        while self.hour.now < HOUR + AFTER:
            await self.hour.sleep(dice.uniform(2, 8))
            mine = await desk.listed("mine")
            unread = [row for row in mine if row.unread]
            if unread:
                await self._answer(desk, dice, unread[0].part, unread[0].name)
                quiet.pop(unread[0].part, None)
                continue
            for row in mine:
                quiet.setdefault(row.part, self.hour.now)
            over = [row.part for row in mine if self.hour.now - quiet[row.part] > 150]
            if over:
                await self._finish(desk, over[0])
                quiet.pop(over[0], None)
            elif len(mine) < 4 and (waiting := await desk.listed("waits")):
                free = [row for row in waiting if not row.is_looked_at]
                if free:
                    await self.hour.sleep(dice.uniform(1, 4))  # as old as a list is that one looks at
                    await self._take(desk, dice, free[0].part, free[0].name)
            elif self.hour.now > HOUR and not mine:
                return

    async def _take(self, desk: Desk, dice: random.Random, part: str, name: str) -> None:
        talk = await desk.opened(part)
        await desk.signs(part, "looks")
        await self.hour.sleep(dice.uniform(2, 10))
        if dice.random() < 0.5:  # others answer at once, which takes it, too
            why = await desk.deed("take", talk)
            self.figures.counts["taken" if not why else f"not taken: {why}"] += 1
            if why:
                return
        if await self._answer(desk, dice, part, name) and dice.random() < 0.15:
            colleague = dice.choice([one for one in self.desks if one is not desk])
            talk = await desk.opened(part, whole=False)
            why = await desk.deed("give", talk, to=f"console:{colleague.name}")
            self.figures.counts["handed on" if not why else f"not handed on: {why}"] += 1
            self.by_name[name].said.append((HANDED, ""))

    async def _answer(self, desk: Desk, dice: random.Random, part: str, name: str) -> bool:
        await desk.opened(part, whole=False)
        for _ in range(3):
            await self.hour.sleep(dice.uniform(5, 15))
            await desk.signs(part, "types")
        talk = await desk.opened(part, whole=False)  # as the stream has it renewed
        if talk.by:
            self.figures.counts["seen in time that a colleague has it"] += 1
            return False
        text = f"回覆 {next(self.texts)}：幫您查好了"
        why = await desk.deed("answer", talk, text=text, may_cost=talk.costs)
        customer = self.by_name[name]
        if why:
            self.figures.counts[f"not answered: {why}"] += 1
            return False
        self.figures.counts["answered free" if talk.costs == "0" else "answered by push"] += 1
        customer.said.append((desk.name, text))
        if customer.answered is None:
            customer.answered = self.hour.now
        return True

    async def _finish(self, desk: Desk, part: str) -> None:
        why = await desk.deed("back", await desk.opened(part, whole=False))
        self.figures.counts["finished" if not why else f"not finished: {why}"] += 1

    # -- the end

    async def play(self, desks: Sequence[Desk]) -> None:
        self.desks = list(desks)
        for one in desks:
            await one.sign_in()
        staff = [self.clerk(desk, dice) for desk, dice in zip(desks, self._dice, strict=True)]
        await self.hour.play([*staff, *(self.customer(one) for one in self.customers)])

    async def got(self, one: Customer) -> list[str]:
        """The texts of staff that have come to this customer's phone."""
        async with self.http.get(f"/simulator/api/friends/{one.id}/messages") as response:
            messages = (await response.json())["messages"]
        texts = [str(each["content"].get("text", "")) for each in messages if each["author"] == "bot"]
        return [text for text in texts if text.startswith("回覆 ")]


@dataclass
class Ends:
    """What was wrong at the end: answers that came twice, or never, or from two of staff; who got none."""

    doubled: int = 0
    lost: int = 0
    by_two: int = 0
    unanswered: int = 0


async def ends(morning: Morning) -> Ends:
    """As the customers' phones have it."""
    found = Ends()
    for one in morning.customers:
        got = Counter(await morning.got(one))
        sent = [text for who, text in one.said if who.startswith("try-")]
        found.doubled += sum(number - 1 for number in got.values())
        found.lost += sum(text not in got for text in sent)
        found.unanswered += not sent
        pairs = itertools.pairwise(who for who, _ in one.said)
        found.by_two += sum(pair[0] != pair[1] and {one.name, HANDED}.isdisjoint(pair) for pair in pairs)
    return found


def shown(morning: Morning, found: Ends) -> bool:
    """Print all figures; whether nothing is wrong."""
    figures = morning.figures
    waits = [
        (one.answered - one.asked) / 1e3
        for one in morning.customers
        if one.answered is not None and one.asked is not None
    ]
    spans = f"{quantile(waits, 0.5):.0f} / {quantile(waits, 0.95):.0f} / {max(waits) * 1e3:.0f}"
    print(f"  until the first answer: p50 / p95 / longest {spans} s of the hour")
    print(f"  answers that came twice {found.doubled}, that never came {found.lost},", end=" ")
    print(f"of two of staff to one question {found.by_two}; nobody answered {found.unanswered}")
    for what, number in sorted(figures.counts.items()):
        if number:
            print(f"  {what:56} {number:4}")
    if figures.heard:
        spans = f"{quantile(figures.heard, 0.5):.0f} / {quantile(figures.heard, 0.95):.0f}"
        print(f"  from a customer's message to the first console: p50 / p95 {spans} ms")
    slow = False
    for what, took in sorted(figures.took.items()):
        high = quantile(took, 0.95)
        slow |= high > (SLOW_DEED if what in DEEDS else SLOW)
        print(f"  {what:24} {len(took):5} x   p50 / p95 {quantile(took, 0.5):6.1f} / {high:6.1f} ms")
    failed = sum(number for what, number in figures.counts.items() if what.startswith("status"))
    return not (found.doubled or found.lost or found.unanswered or failed or slow)


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The simulator with a playbook whose staff answer in the console; its address."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bot.yaml").write_text(PLAYBOOK, "utf-8")
        address = f"http://127.0.0.1:{(port := free_port())}"
        command = [sys.executable, "-m", "bot", "run", folder, "--simulator", "--port", str(port)]
        process = await asyncio.create_subprocess_exec(*command, stderr=subprocess.DEVNULL, cwd=ROOT)
        try:
            yield address
        finally:
            process.terminate()
            await process.wait()


def _session(address: str) -> ClientSession:
    return ClientSession(address, connector=TCPConnector(limit=0), cookie_jar=CookieJar(unsafe=True))


async def measured(customers: int = 40, seed: int = 1) -> bool:
    """Play a morning, and print what came of it; whether nobody was forgotten, or answered twice."""
    print(f"an hour at the chats: {len(ROLES)} of staff, {customers} customers, seed {seed}:")
    async with served() as address, _session(address) as http:
        await ready(http)
        morning, began = Morning(http, customers, seed), time.perf_counter()
        desks = [Desk(_session(address), role, morning.figures) for role in ROLES]
        try:
            await morning.play(desks)
            found = await ends(morning)
        finally:
            for one in desks:
                await one.leave()
        well = shown(morning, found)
        print(f"  played in {time.perf_counter() - began:.0f} s: {'ok' if well else 'NOT REACHED'}")
        return well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    return int(not asyncio.run(measured(wanted.customers, wanted.seed)))


if __name__ == "__main__":
    sys.exit(main())
