"""How soon the console's pages come among a million people, while consoles listen and customers write.

`python -m bench.console_pages`; sooner: `--people 100000`. With `--at FOLDER` the people stay there for the
next run, and are those of `bench.search`. The bot is a process of its own, so are consoles and customers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import uvloop
from aiohttp import ClientSession, CookieJar

from bench import search_crowd as crowd
from bench.console_load import PROBE, Heard, Load, webhook
from bench.main import free_port, quantile
from bench.pages import ROOT
from bench.search import PEOPLE
from bench.world import Webhooks, World
from bot.model.admin import AdminAccount
from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.schema import stored_schema
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.web.admin.cookies import NAME, proof
from bot.web.admin.live import MOST
from bot.web.admin.table import ROUTES

CONSOLES, MESSAGES = 200, 50
WANTED, WANTED_LIVE = 200.0, 500.0
"""Milliseconds at p99: a page; an event after its webhook."""
SPAN = 20.0
"""Seconds of each measurement of the load alone."""
IDLE, IDLE_WITHIN = 0.1, 600.0
"""Cores that bot and database use when their start is over, with all menus; seconds for that."""
LONGEST = 900.0
"""Seconds that the load goes on for at most, while pages are asked for."""
NO_PAGES = frozenset(
    {
        "/admin/live",
        "/admin/me/second-factor/code.svg",
        *("/admin/chat/file", "/admin/binding/code", "/admin/clerk", "/admin/clerk/code"),
        "/admin/clerks/sheet/page",
    }
)
"""What needs more than its address, or lasts."""
STAFF, ASKS = "staff: console", "客服"


@dataclass(frozen=True)
class Page:
    """A page: what it is called here, and how it is asked for."""

    name: str
    ask: Callable[[ClientSession], Awaitable[int]]


@dataclass(frozen=True)
class Bot:
    """The bot as it runs, with the sessions of its staff."""

    port: int
    process: psutil.Process
    mongod: psutil.Process
    secrets: Sequence[str]

    def spent(self) -> tuple[float, float]:
        """Seconds of CPU that it and its database have used."""
        ours, its = self.process.cpu_times(), self.mongod.cpu_times()
        return ours.user + ours.system, its.user + its.system


def playbook_text() -> str:
    """That of `bench.search`, with staff who answer in the console."""
    text = crowd.playbook_text().replace("access_token: t}", f"access_token: t, {STAFF}}}")
    assert STAFF in text
    return f"{text}  - {{when: {{text: {ASKS}}}, do: [{{hand_over: 想問一件事}}]}}\n"


async def signed_in(stores: Stores, consoles: int) -> list[str]:
    """So many sessions, of as many accounts as it takes."""
    clock, secrets = SystemClock(), list[str]()
    sessions = SignedSessions(stores, clock)
    for number in range(-(-consoles // (MOST - 1)) + 1):
        account = AdminAccount(f"bench{number}", "admin", clock.now(), f"e{time.time_ns()}")
        if not await stores.admins.add(account):
            there = await stores.admins.of(account.name)
            assert there is not None
            account = there
        secrets += [await sessions.begin(account, "signed_in", "bench") for _ in range(MOST - 1)]
    return secrets


async def started(folder: Path, api: str, port: int, log: Path) -> psutil.Process:
    """The bot on this folder, once it is ready."""
    environment = {
        **os.environ,
        "OAFLOW_DATA": str(folder / "data"),
        "OAFLOW_KEYS": (folder / "keys").read_text("utf-8").strip(),
        "OAFLOW_LINE_API": api,
    }
    command = [sys.executable, "-m", "bot", "run", str(folder), "--port", str(port)]
    with log.open("wb") as told:
        process = await asyncio.create_subprocess_exec(*command, stderr=told, cwd=ROOT, env=environment)
    async with asyncio.timeout(120), ClientSession() as http:
        while True:
            if process.returncode is not None:
                raise SystemExit(f"the bot has ended: {log.read_text('utf-8')[-2000:]}")
            try:
                async with http.get(f"http://127.0.0.1:{port}/readyz") as response:
                    if response.status == 200:
                        return psutil.Process(process.pid)
            except OSError:
                pass
            await asyncio.sleep(0.1)


async def until_idle(bot: Bot) -> None:
    """Wait until what the start begins is done: a figure beside it would be that of the start."""
    began = time.perf_counter()
    while time.perf_counter() - began < IDLE_WITHIN:
        before = sum(bot.spent())
        await asyncio.sleep(3)
        if sum(bot.spent()) - before < IDLE * 3:
            print(f"the start's own work took {time.perf_counter() - began:.0f} s", flush=True)
            return
    raise SystemExit(f"bot and database are still busy after {IDLE_WITHIN:.0f} s")


def getting(path: str, name: str = "") -> Page:
    """A page that is opened."""

    async def ask(http: ClientSession) -> int:
        async with http.get(path, allow_redirects=False) as response:
            await response.read()
            return response.status

    return Page(name or path, ask)


def seeking(who: str, name: str, secret: str) -> Page:
    """A search of customers, as one types."""

    async def ask(http: ClientSession) -> int:
        fields = {"proof": proof(secret), "who": who}
        async with http.post("/admin/contacts", data=fields, allow_redirects=False) as response:
            await response.read()
            return response.status

    return Page(name, ask)


async def pages(http: ClientSession, secret: str) -> tuple[list[Page], str]:
    """All pages that an admin may open, one customer, one chat; and the part that names the probe's chat."""
    found = [
        getting(row.path)
        for row in ROUTES
        if (row.method, row.at) == ("GET", "signed_in")
        and "admin" in row.roles
        and "{" not in row.path
        and row.path not in NO_PAGES
    ]
    async with http.get("/admin/chat/part?of=list&list=waits") as response:
        parts = re.findall(r'data-chat="([^"]+)"', await response.text())
    async with http.get("/admin/contacts") as response:
        contact = re.search(r'href="(/admin/contacts/[\w-]+)"', await response.text())
    if not parts or contact is None:
        raise SystemExit("nobody is listed")
    lists = [
        getting(f"/admin/chat?list={one}", f"/admin/chat, {one}") for one in ("mine", "has", "all", "done")
    ]
    more = [
        getting(f"/admin/chat?list=waits&chat={parts[0]}", "/admin/chat, one conversation"),
        getting(f"/admin/chat/part?of=talk&chat={parts[0]}", "/admin/chat/part, what was said"),
        getting(contact[1], "/admin/contacts, one customer"),
        getting(f"/admin/coupons/one?coupon={crowd.COUPONS[0]}", "/admin/coupons/one, a year in 30 stores"),
        getting("/admin/contacts?tag=半數", "/admin/contacts, a tag of half"),
        getting("/admin/contacts?audience=gold", "/admin/contacts, an audience of a tenth"),
        seeking("陳小", "/admin/contacts, a name", secret),
        seeking("0912345678", "/admin/contacts, a phone", secret),
    ]
    return [*found, *lists, *more], parts[0]


async def under(bot: Bot, part: str, people: int, consoles: int, messages: int, *, renew: bool) -> None:
    """Print what the load alone costs: CPU, and how soon the probe's console hears."""
    secrets = [*bot.secrets[-1:], *bot.secrets][:consoles]  # the part is that account's
    began, before = time.perf_counter(), bot.spent()
    heard = await _heard(await _begun(Load(bot.port, secrets, part, people, messages, SPAN, renew)))
    after, lasted = bot.spent(), time.perf_counter() - began
    cores = [(now - then) / lasted for now, then in zip(after, before, strict=True)]
    lists = f", {len(heard.lists) / SPAN:.0f} lists a second" if renew else ""
    print(f"  {consoles:4} consoles{lists}, {messages} messages/s: bot {cores[0]:.2f} cores,", end=" ")
    print(f"mongod {cores[1]:.2f}; {heard.events / SPAN:.0f} events/s", end="")
    if heard.waits:
        spans = [f"{quantile(heard.waits, share):.0f}" for share in (0.5, 0.99)]
        print(f"; webhook to event p50 / p99 {' / '.join(spans)} ms", end="")
    print(f"; {heard.refused} refused" if heard.refused else "", flush=True)


async def _begun(load: Load) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", "bench.console_load"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(asdict(load)).encode())
    process.stdin.close()
    return process


async def _heard(process: asyncio.subprocess.Process) -> Heard:
    assert process.stdout is not None
    said = await process.stdout.read()
    if await process.wait():
        raise SystemExit("the load has ended")
    return Heard(**json.loads(said))


async def timed(http: ClientSession, found: Sequence[Page], rounds: int) -> bool:
    """Ask for each page so often, one after the other, and print how long each took; whether all are well."""
    took: Mapping[str, list[float]] = {page.name: [] for page in found}
    wrong: dict[str, int] = {}
    for _ in range(rounds):
        for page in found:
            began = time.perf_counter()
            status = await page.ask(http)
            took[page.name].append(time.perf_counter() - began)
            if status >= 400:
                wrong[page.name] = status
    well = not wrong
    for name, each in took.items():
        middle, high = quantile(each, 0.5), quantile(each, 0.99)
        well &= high < WANTED
        fault = f" status {wrong[name]}" if name in wrong else ""
        print(f"  {name:44} {middle:7.1f} / {high:7.1f} ms {'ok' if high < WANTED else 'NOT REACHED'}{fault}")
    return well


async def measure(folder: Path, wanted: argparse.Namespace) -> bool:
    """Print all figures; whether each is as wanted."""
    people = wanted.people
    (folder / "bot.yaml").write_text(playbook_text(), "utf-8")
    keys = folder / "keys"
    if not keys.exists():
        keys.write_text(generate(), "utf-8")
        keys.chmod(0o600)
    seal, embedded = Seal(parse(keys.read_text("utf-8"))), EmbeddedDatabase(folder / "data", initiate)
    await embedded.start_or_join()
    database = Database(embedded.uri)
    line = World("x", people, ["客服"])
    bot: Bot | None = None
    try:
        await embedded.until_it_answers(database.ready)
        await stored_schema(database)
        await database.prepare()
        if not await database.collection("contacts").estimated_document_count():
            await crowd.put_in(database, seal, people)
        secrets = await signed_in(stores_of(database, seal), wanted.consoles + 1)
        port = free_port()
        process = await started(folder, await line.serve(), port, folder / "log")
        mongod = psutil.Process(int((folder / "data" / "db" / "mongod.lock").read_text()))
        bot = Bot(port, process, mongod, secrets)
        return await _measured(bot, wanted)
    finally:
        if bot is not None:
            bot.process.terminate()
            await asyncio.to_thread(bot.process.wait)
        line.close()
        database.close()
        await embedded.leave()


async def _measured(bot: Bot, wanted: argparse.Namespace) -> bool:
    people, consoles, messages = wanted.people, wanted.consoles, wanted.messages
    secret = bot.secrets[-1]
    jar = CookieJar(unsafe=True)
    async with ClientSession(f"http://127.0.0.1:{bot.port}", cookie_jar=jar) as http:
        jar.update_cookies({NAME: secret})
        http.headers["Cookie"] = f"{NAME}={secret}"
        _, connection = await asyncio.get_running_loop().create_connection(Webhooks, "127.0.0.1", bot.port)
        await connection.deliver(webhook(bot.port, PROBE, ASKS))
        await asyncio.sleep(2)
        found, part = await pages(http, secret)
        await until_idle(bot)
        print("what live updates cost:")
        await under(bot, part, people, 0, messages, renew=False)
        await under(bot, part, people, consoles, messages, renew=False)
        await under(bot, part, people, consoles, messages, renew=True)
        print(f"pages, p50 / p99 of {wanted.rounds} (wanted < {WANTED:.0f} ms), while nothing else is done:")
        await timed(http, found, wanted.rounds)
        print(f"the same with {consoles} consoles and {messages} messages a second:")
        load = Load(bot.port, bot.secrets[:consoles], part, people, messages, LONGEST, renew=False)
        process = await _begun(load)
        try:
            await asyncio.sleep(3)
            return await timed(http, found, wanted.rounds)
        finally:
            process.terminate()
            await process.wait()


async def measured(wanted: argparse.Namespace) -> bool:
    """As `measure`, in a folder that is removed, or `at` one that stays."""
    print(f"the console among {wanted.people:,} people")
    if wanted.at is not None:
        wanted.at.mkdir(exist_ok=True, parents=True)
        return await measure(wanted.at, wanted)
    with tempfile.TemporaryDirectory() as folder:
        return await measure(Path(folder), wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--at", type=Path, help="where the people stay for the next run")
    parser.add_argument("--consoles", type=int, default=CONSOLES)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--rounds", type=int, default=100)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted)))


if __name__ == "__main__":
    sys.exit(main())
