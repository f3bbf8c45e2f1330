"""`make measure`, one part: a broadcast to 100,000 people, alike for all, and a personal one to fewer.

By itself, and sooner: `python -m bench.broadcasts --people 20000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psutil
import uvloop

from bench.journey_run import SECRETS
from bench.journey_world import CountingLine, put_in, user_of
from bench.journeys import Live, now, told
from bench.main import CHANNEL, ours
from bench.world import ok
from bot.app.database import OpenDatabase, open_database
from bot.model.broadcast import Sending
from bot.model.contact import Contact, Identity
from bot.model.processes import part_of
from bot.playbook.load import load
from bot.store.broadcasts.sendings import sending_id
from bot.store.codec.contact_changes import changes
from bot.store.sealing.seal import Seal

PEOPLE, PERSONAL = 100_000, 20_000
WITHIN = 30.0
"""Seconds for all people, with all that it leaves on them."""
MOST = {b"/message/multicast": 200, b"/message/push": 2_000}
"""Calls that LINE takes in any second."""
MEMORY = 100
"""MB by which the process may grow."""
BEGINS = 3.0
"""Seconds of looks: until it is seen, until all are found, until its end is seen."""
PATIENCE = 600.0
QUIET = 5.0

TEXT = (
    CHANNEL
    + """\
limits: {pushes_per_person: 300 per 7d}
tags: {送過: {added_by: staff}}
broadcasts:
  alike: {to: everyone, push: [早安, 輸入「停止推播」就不再收到], add_tags: [送過]}
  named: {to: everyone, push: ['{{ contact.name }} 早安', 輸入「停止推播」就不再收到], add_tags: [送過]}
rules:
"""
    + "".join(f"  - when: {{text: keyword {n}}}\n    reply: answer {n}\n" for n in range(10))
)


class BroadcastLine(CountingLine):
    """LINE: counts what each person got, by multicast, too, and how many calls came in each second."""

    def __init__(self, people: int) -> None:
        super().__init__(SECRETS["BENCH_SECRET"], people)
        self.reached: Counter[str] = Counter()
        self.most: Counter[bytes] = Counter()
        """The most calls within a second."""
        self._calls: dict[bytes, deque[float]] = {kind: deque() for kind in MOST}
        self._known: set[bytes] = set()

    def answer(self, head: bytes, body: bytes) -> bytes:
        """A send counts each of its people; what else there is is `CountingLine`'s."""
        kind = next((one for one in MOST if one in head), None)
        if kind is None:
            return super().answer(head, body)
        self._clocked(kind)
        start = head.lower().index(b"x-line-retry-key:")
        key = head[start:].split(b"\r\n", 1)[0]
        if key in self._known:
            raise SystemExit("a retry key was used twice, though LINE answers at once")
        self._known.add(key)
        to = orjson.loads(body)["to"]
        self.reached.update([to] if isinstance(to, str) else to)
        return ok()

    def _clocked(self, kind: bytes) -> None:
        calls, moment = self._calls[kind], time.perf_counter()
        calls.append(moment)
        while moment - calls[0] > 1:
            calls.popleft()
        self.most[kind] = max(self.most[kind], len(calls))


def people_in(seal: Seal, number: int) -> Iterator[dict[str, Any]]:
    """So many friends, as they are stored."""
    for one in range(number):
        user = user_of(one)
        friend = Identity("main", user, friend=True, since=now(), seen=now())
        contact = Contact(f"main:{user}", identities=(friend,), name=f"小美{one}")
        contact.turned, contact.seed = now(), one
        fields, _ = changes(Contact(contact.id), contact, seal, born=True)
        yield {
            **fields,
            "_id": contact.id,
            "part": part_of(contact.id),
            "rev": 1,
            "fence": 0,
            "open": [],
        }


@dataclass
class Sent:
    """What one broadcast took, in seconds: until who gets it was fixed, and until all of it was over."""

    fixed: float
    whole: float
    growth: float


async def sent(opened: OpenDatabase, broadcast: str, process: psutil.Process) -> Sent:
    """Order it, and wait for its end."""
    moment, sendings = now(), opened.stores.sendings
    sending = Sending(sending_id(broadcast, moment), broadcast, "main", moment, moment, by="bench")
    before, most, began, fixed = process.memory_info().rss, 0, time.perf_counter(), 0.0
    await sendings.add(sending)
    async with asyncio.timeout(PATIENCE):
        while (found := await sendings.one(sending.id)) is None or not found.is_over:
            most = max(most, process.memory_info().rss)
            if not fixed and found is not None and found.fixed is not None:
                fixed = time.perf_counter() - began
            await asyncio.sleep(0.05)
    if found.state != "done":
        raise SystemExit(f"it is {found.state}: {found.why}")
    return Sent(fixed, time.perf_counter() - began, (most - before) / 1e6)


async def measured(people: int = PEOPLE, personal: int = PERSONAL) -> bool:
    """Print all figures; whether each is as wanted."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        (place / "same").mkdir()
        (place / "same" / "bot.yaml").write_text(TEXT, "utf-8")
        loaded = load(place / "same", SECRETS)
        environment = {"OAFLOW_DATA": str(place / "data")}
        opened = await open_database(loaded.settings, place / "same", environment, "")
        try:
            return await _both(opened, place, people, personal)
        finally:
            await opened.close()


async def _both(opened: OpenDatabase, place: Path, people: int, personal: int) -> bool:
    contacts = opened.database.collection("contacts")
    well = True
    for name, number in (("named", personal), ("alike", people)):
        await contacts.delete_many({})
        await put_in(opened.database, people_in(opened.seal, number))
        line = BroadcastLine(1_000)
        api = await line.serve()
        async with ours(name, place / name, api, TEXT, place / "data") as side:
            live = Live(line, side)
            async with live.going_on():
                await asyncio.sleep(QUIET)
            quiet, used = live.p99(), _cpu(side.process)
            async with live.going_on():
                took = await sent(opened, name, side.process)
            bot, database = (after - before for before, after in zip(used, _cpu(side.process), strict=True))
        line.close()
        wrong = sum(line.reached[user_of(one)] != 1 for one in range(number))
        marked = {"tags.n": "送過", "pushes.0": {"$exists": True}}
        if wrong or await contacts.count_documents(marked) != line.reached.total():
            raise SystemExit(f"{wrong} people did not get it once, or some have not what it leaves")
        limit = WITHIN if name == "alike" else BEGINS + number / 1_000
        print(
            f"{name}: {number / took.whole:,.0f} people a second, {took.fixed:.1f} s to fix who gets it; "
            f"CPU: bot {bot:.1f} s, mongod {database:.1f} s; calls in a second at most {dict(line.most)}"
        )
        print(f"  p99 of the 200 of live webhooks meanwhile (before): {live.p99():.1f} ms ({quiet:.1f} ms)")
        figure = f"{took.whole:.1f} s (wanted <= {limit:g} s)"
        well = told(f"a broadcast to {number:,} people, {name}", figure, took.whole <= limit) and well
        figure = f"{took.growth:.0f} MB (wanted < {MEMORY} MB)"
        well = told("  the process grows by", figure, took.growth < MEMORY) and well
        below = all(line.most[kind] <= most for kind, most in MOST.items())
        well = told("  LINE's rates are kept", str(below), below) and well
    return well


def _cpu(process: psutil.Process) -> tuple[float, float]:
    """Seconds of CPU that the bot and the database have used."""
    own = process.cpu_times()
    mongod = sum(
        one.cpu_times().user + one.cpu_times().system
        for one in psutil.process_iter(["name"])
        if one.info["name"] == "mongod" and _is_ours(one)
    )
    return own.user + own.system, mongod


def _is_ours(mongod: psutil.Process) -> bool:
    try:
        return str(tempfile.gettempdir()) in " ".join(mongod.cmdline())
    except psutil.Error:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--personal", type=int, default=PERSONAL)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.people, wanted.personal)))


if __name__ == "__main__":
    raise SystemExit(main())
