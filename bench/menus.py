"""`make measure`: from a tag to the rich menu, for one person and for a hundred thousand.

By itself, and sooner: `python -m bench.menus --people 10000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import uvloop
from PIL import Image

from bench.main import CHANNEL, SECRET, Side, ours, quantile
from bench.world import Webhooks, World, ok
from bot.app.database import OpenDatabase, open_database
from bot.model.contact import Contact, Identity, Tag
from bot.model.menus import MappedFace, MenuMapping
from bot.model.processes import part_of
from bot.playbook.load import load
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.codec.contact_changes import changes
from bot.store.sealing.seal import Seal

PEOPLE = 100_000
_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
PROBES = 300
TURNS = 151
"""People who take turns; an odd number, so that each is told the other thing the next time."""
SOON = 100.0
"""Milliseconds from a webhook to the link, 99 of 100 times."""
DECIDED = 60.0
"""Seconds for everybody whose menu is another one."""
PATIENCE = 600.0
BATCH = 10_000
SECRETS = {"BENCH_SECRET": SECRET, "BENCH_TOKEN": "t"}
FACES = (MappedFace("vip", "vip", "richmenu-vip", "h"), MappedFace("guest", "guest", "richmenu-guest", "h"))
PLAYBOOK = (
    CHANNEL
    + """\
tags: {VIP: }
rich_menus:
  - {menu: vip, if: {tag: VIP}, image: cards/m.png, chat_bar: VIP, grid: [a], areas: {a: {send: on}}}
  - {menu: guest, image: cards/m.png, chat_bar: hi, grid: [a], areas: {a: {send: on}}}
rules:
  - {when: {text: "on"}, add_tags: [VIP]}
  - {when: {text: "off"}, remove_tags: [VIP]}
"""
)


class MenuLine(World):
    """LINE: who was linked to which menu, one by one and in bulk."""

    def __init__(self) -> None:
        super().__init__(SECRET, TURNS, ["on", "off"])
        self.linked = asyncio.Event()
        self.in_bulk: list[str] = []
        self.calls = 0
        self.last = 0.0

    def answer(self, head: bytes, body: bytes) -> bytes:
        """200 to everything."""
        if b"/message/quota" in head:
            return ok(b'{"type":"none","totalUsage":0}')
        if b"/richmenu/bulk/" in head:
            self.in_bulk += orjson.loads(body)["userIds"]
            self.calls += 1
            self.last = time.perf_counter()
        elif b"/richmenu/richmenu-" in head:
            self.linked.set()
        return super().answer(head, body) if b"/profile/" in head else ok()


async def one_by_one(line: MenuLine, side: Side) -> bool:
    """A tag is put on and taken off again and again; whether the menu follows soon."""
    _, connection = await asyncio.get_running_loop().create_connection(Webhooks, "127.0.0.1", side.port)
    took = []
    for _ in range(PROBES):
        request, _ = line.webhook(side.path, side.port, 1)
        line.linked.clear()
        began = time.perf_counter()
        if await connection.deliver(request) != 200:
            raise SystemExit("the bot refused a webhook")
        async with asyncio.timeout(30):
            await line.linked.wait()
        took.append(time.perf_counter() - began)
    p50, p99 = quantile(took, 0.5), quantile(took, 0.99)
    print(f"tag to rich menu          p50 {p50:6.1f} ms   p99 {p99:6.1f} ms (wanted < {SOON:.0f})")
    return p99 < SOON


async def everybody(line: MenuLine, opened: OpenDatabase, mapping: MenuMapping, people: int) -> bool:
    """All are recorded with the same menu, and half of them are to see another one."""
    contacts, stored = opened.database.collection("contacts"), _stored(opened.seal, people)
    while some := list(islice(stored, BATCH)):
        await contacts.insert_many(some, ordered=False)
    line.in_bulk, line.calls = [], 0
    began = line.last = time.perf_counter()
    await RichMenuMappings(opened.database).write(mapping)
    while len(line.in_bulk) < people // 2 and time.perf_counter() - began < PATIENCE:
        await asyncio.sleep(0.1)
    await asyncio.sleep(3.0)  # nobody comes after them
    took, told = line.last - began, len(line.in_bulk)
    well = took < DECIDED and told == len(set(line.in_bulk)) == people // 2
    print(
        f"a sync, {people} people   {took:6.1f} s (wanted < {DECIDED:.0f}); {told} of them in {line.calls} "
        f"calls (wanted {people // 2} and nobody twice)"
    )
    return well


def _stored(seal: Seal, people: int) -> Iterator[dict[str, Any]]:
    for number in range(people):
        user = f"W{number:032x}"
        contact = Contact(f"main:{user}", identities=(Identity("main", user, menu="guest"),))
        if number % 2:
            contact.tags = (Tag("VIP", _MOMENT, "bench"),)
        fields, _ = changes(Contact(contact.id), contact, seal, born=True)
        yield {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": [], **fields}


async def measured(people: int = PEOPLE) -> bool:
    """Print the figures; whether each is as wanted."""
    line = MenuLine()
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary) / "bot", Path(temporary) / "data"
        (folder / "cards").mkdir(parents=True)
        Image.new("RGB", (2500, 843), "white").save(folder / "cards" / "m.png")
        (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
        settings = load(folder, SECRETS).settings
        opened = await open_database(settings, folder, {"OAFLOW_DATA": str(data)}, "")
        try:
            mappings = RichMenuMappings(opened.database)
            await mappings.write(MenuMapping("main", FACES))
            async with ours("menus", folder, api, PLAYBOOK, data) as side:
                well = await one_by_one(line, side)
                return await everybody(line, opened, await mappings.of("main"), people) and well
        finally:
            await opened.close()
            line.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="who see a menu")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.people)))


if __name__ == "__main__":
    sys.exit(main())
