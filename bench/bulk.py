"""`make measure`: how long customers wait for their answer while much is worked off beside them.

By itself, and sooner: `python -m bench.bulk --friends 2000`. Each command runs as staff start it, beside the
bot; fifty people talk, and once a second somebody writes who was not heard of lately. Their answers are
watched just before the command, while it runs, and until all that it has ordered is done.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import orjson
import uvloop
from PIL import Image

from bench.broadcasts import TEXT, BroadcastLine, sent
from bench.journey_run import SECRETS
from bench.main import CHANNEL, SECRET, Side, ours, quantile
from bench.shop_sync import pretend_platform
from bench.world import Figures, Webhooks, user_id
from bot.app.database import OpenDatabase, open_database
from bot.engine.compiled.playbook import Playbook
from bot.model.bulk_run import SoughtPeople
from bot.model.clock import SystemClock
from bot.model.menus import MappedFace, MenuMapping
from bot.operations.bulk_runs import begin, tag_run
from bot.operations.simulated_time import now_among
from bot.playbook.load import load
from bot.simulator.shop.members import PretendMember, crowd
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.contacts.bulk_runs import HELD_FOR

FRIENDS = 20_000
"""Friends whom the account has; as many are imported, bound, and half as many erased."""
TALKING = 50
"""People who write again and again."""
PAUSE = 5.0
"""Seconds between two messages of one of them."""
OTHERS = 1.0
"""Seconds between two messages of people who were not heard of lately."""
QUIET = 20.0
"""Seconds for which answers are watched before each command."""
PATIENCE = 900.0
"""Seconds in which all of it must be done."""
MOST, TIMES = 0.150, 3.0
"""Seconds within which 99 of 100 answers come, or so many times what it was just before (issue 65)."""
LATE = 50.0
"""Seconds after which LINE takes no reply."""
SHOP = "forest"
PLAYBOOK = (
    TEXT.replace(CHANNEL, f"{CHANNEL}    shop: {SHOP}\n").replace(
        "tags: {", "tags: {VIP: {added_by: staff}, 新客: {added_by: staff}, "
    )
    + f"""\
rich_menus:
  - {{menu: vip, if: {{tag: VIP}}, image: cards/m.png, chat_bar: VIP, grid: [a], areas: {{a: {{send: on}}}}}}
  - {{menu: guest, image: cards/m.png, chat_bar: hi, grid: [a], areas: {{a: {{send: on}}}}}}
shops:
  {SHOP}: {{platform: cyberbiz, access: app_store, token: jwt, attributes: {{tier: vip_info.level_name}}}}
attributes: {{tier: {{type: text, title: 等級}}}}
"""
)
FACES = (MappedFace("vip", "vip", "richmenu-vip", "h"), MappedFace("guest", "guest", "richmenu-guest", "h"))


@dataclass(frozen=True)
class Job:
    """A command, and what it works off."""

    name: str
    number: int
    words: Sequence[str] = ()


def jobs(folder: Path, friends: int) -> Sequence[Job]:
    """The lists are written into the folder."""
    known = [user_id(number) for number in range(friends)]
    bound = (f"{user},09{number:08},2026-03-01,VIP" for number, user in enumerate(known))
    members = (f"098{number:07},VIP,{number % 28 + 1:02}/03/1990" for number in range(friends))
    lists = {
        "friends": ["line_id", *known],
        "bound": ["line_id,phone,binding,tags", *bound],
        "members": ["phone,tags,birthday", *members],
        "erased": ["line_id", *known[friends // 2 :]],
    }
    paths = {name: folder / f"{name}.csv" for name in lists}
    for name, lines in lists.items():
        paths[name].write_text("\n".join(lines) + "\n", "utf-8")
    bot, yes = str(folder), "--yes"
    members_of = ("members", "import", bot)
    return (
        Job(
            "friends import", friends, ("friends", "import", bot, str(paths["friends"]), "--no-profiles", yes)
        ),
        Job("members import, bound", friends, (*members_of, str(paths["bound"]), "--trust-bindings")),
        Job("members import", friends, (*members_of, str(paths["members"]))),
        Job("shop sync", friends, ("shop", "sync", bot, SHOP)),
        Job("menus", friends),
        Job("tag", friends),
        Job("alike", friends),
        Job("named", friends),
        Job("contact erase", friends // 2, ("contact", "erase", bot, "--list", str(paths["erased"]), yes)),
    )


def shop_members(friends: int) -> Iterator[PretendMember]:
    """The members of the shop: who is bound by the list, each with a tier that the bot does not know yet."""
    for number, member in enumerate(crowd(friends)):
        yield replace(member, phone=f"09{number:08}", tier="金卡")


class BulkLine(BroadcastLine):
    """LINE, which counts in `linked` how many people were linked to a rich menu."""

    linked = 0

    def answer(self, head: bytes, body: bytes) -> bytes:
        if b"/richmenu/bulk/link" in head:
            self.linked += len(orjson.loads(body)["userIds"])
        return super().answer(head, body)


class Talk:
    """People who talk to the bot; how long each waited for 200 and for the answer."""

    def __init__(self, line: BulkLine, side: Side, friends: int) -> None:
        self.line = line
        self.side = side
        self._friends = friends

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[Figures]:
        """As long as this lasts; it ends when all are answered, or `LATE`."""
        figures, ended = Figures(), asyncio.Event()
        talking = range(self._friends // 4, self._friends // 4 + TALKING)
        async with asyncio.TaskGroup() as group:
            for person in talking:
                group.create_task(self._talk(itertools.repeat(person), PAUSE, figures, ended))
            others = (random.randrange(self._friends // 2) for _ in itertools.count())
            group.create_task(self._talk(others, OTHERS, figures, ended))
            try:
                yield figures
            finally:
                ended.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(LATE):
                while self.line.unanswered:
                    await asyncio.sleep(0.1)

    async def _talk(
        self, people: Iterator[int], pause: float, figures: Figures, ended: asyncio.Event
    ) -> None:
        loop, side = asyncio.get_running_loop(), self.side
        _, connection = await loop.create_connection(Webhooks, "127.0.0.1", side.port)
        await asyncio.sleep(random.random() * pause)
        while not ended.is_set():
            request, tokens = self.line.webhook(side.path, side.port, 1, next(people))
            began = time.perf_counter()
            self.line.expect(tokens, began, figures)
            figures.events += 1
            status = await connection.deliver(request)
            figures.acknowledged.append(time.perf_counter() - began)
            figures.refused += status != 200
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), pause)


async def _done_by_bot(job: Job, folder: Path, data: Path, talk: Talk) -> None:
    """Order a tag, a broadcast or rich menus for everybody, as the console does, and wait for the end."""
    loaded = load(folder, SECRETS)
    assert loaded.playbook is not None
    opened = await open_database(loaded.settings, folder, {"OAFLOW_DATA": str(data)}, "")
    try:
        if job.name == "tag":
            await _tag(opened, loaded.playbook)
        elif job.name == "menus":
            await _menus(opened, talk.line, job.number)
        else:
            await sent(opened, job.name, talk.side.process)
    finally:
        await opened.close()


async def _tag(opened: OpenDatabase, playbook: Playbook) -> None:
    stores = opened.stores
    now = await now_among(stores)
    run = tag_run(playbook, "tag", "新客", SoughtPeople(channel="main"), None, "command:bench", now)
    await begin(stores, run, "", now - 2 * HELD_FOR)
    async with asyncio.timeout(PATIENCE):
        while (found := await stores.bulk_runs.one(run.id)) is None or not found.is_over:
            await asyncio.sleep(0.1)
    if found.state != "done":
        raise SystemExit(f"a tag for everybody: it is {found.state}")


async def _menus(opened: OpenDatabase, line: BulkLine, people: int) -> None:
    """As `oaflow richmenu sync` leaves it after the first time: everybody gets a menu of LINE's."""
    await RichMenuMappings(opened.database).write(MenuMapping("main", FACES, fresh=("vip", "guest")))
    async with asyncio.timeout(PATIENCE):
        while line.linked < people:
            await asyncio.sleep(0.1)


async def _carried_out(job: Job, folder: Path, data: Path, api: str, talk: Talk) -> float:
    """The seconds that it took. Raises `SystemExit` where it did not do it."""
    began = time.perf_counter()
    if not job.words:
        await _done_by_bot(job, folder, data, talk)
        return time.perf_counter() - began
    environment = {**os.environ, "BENCH_SECRET": SECRET, "BENCH_TOKEN": "t", "OAFLOW_DATA": str(data)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *job.words),
        env={**environment, "OAFLOW_LINE_API": api},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{job.name} was not done: {said.decode()}{wrong.decode()}")
    return time.perf_counter() - began


async def beside(job: Job, talk: Talk, folder: Path, data: Path, api: str) -> bool:
    """Print what people have waited before and meanwhile; whether that is as wanted."""
    async with talk.going_on() as before:
        await asyncio.sleep(QUIET)
    async with talk.going_on() as then:
        took = await _carried_out(job, folder, data, api, talk)
        await asyncio.sleep(QUIET)
    usual, slow = quantile(before.replied, 0.99), quantile(then.replied, 0.99)
    late = sum(one > LATE for one in then.replied) + then.events - len(then.replied)
    well = slow <= max(1000 * MOST, TIMES * usual) and not late and not then.refused
    p50, p90 = (quantile(then.replied, share) for share in (0.5, 0.9))
    print(f"{job.name:22} {job.number:7,} in {took:6.1f} s, {job.number / took:6,.0f} a second;", end=" ")
    print(
        f"{then.events} answers: p50 {p50:.1f}, p90 {p90:.1f}, p99 {slow:.1f} ms (before {usual:.1f}),",
        end=" ",
    )
    print(f"{late} late, {then.refused} refused:", "ok" if well else "NOT REACHED", flush=True)
    return well


async def measured(friends: int = FRIENDS) -> bool:
    """Print the figures; whether all are as wanted."""
    line = BulkLine(friends)
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary) / "bot", Path(temporary) / "data"
        (folder / "cards").mkdir(parents=True)
        Image.new("RGB", (2500, 843), "white").save(folder / "cards" / "m.png")
        (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
        shop = load(folder, SECRETS).settings.shops[SHOP]
        async with (
            pretend_platform(shop, SystemClock(), shop_members(friends)) as shops,
            ours("bulk", folder, api, PLAYBOOK, data, shop_api=shops) as side,
        ):
            talk = Talk(line, side, friends)
            well = [await beside(job, talk, folder, data, api) for job in jobs(folder, friends)]
    line.close()
    return all(well)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--friends", type=int, default=FRIENDS, help="friends of the account")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.friends)))


if __name__ == "__main__":
    sys.exit(main())
