"""A LINE with rich menus for tests of a sync: the simulator's, over HTTP, with one channel and its clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.engine.compiled.card import FileAddress
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import default_menu, faces_of
from bot.line.client import LineClient
from bot.line.rich_menus import RichMenus
from bot.model.channel import Channel
from bot.model.translatable import ENGLISH
from bot.playbook.load import load
from bot.playbook.report import render
from bot.runtime.menus.menu_sync import DesiredMenus, MenuSync
from bot.simulator.simulator import Simulator
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.database.mongo import Database
from tests.conftest import NOW
from tests.pictures import png

MAIN = Channel("main", "@forest", "1234", "secret-of-main", "token-of-main", "森活選品")
BEGINNING = 'bot: 森活選品\nchannels: {main: {id: forest, channel_id: "1234", channel_secret: opaque}}\n'


class QuickClock:
    """Whoever waits by it goes on at once, and so much later it is then."""

    def __init__(self) -> None:
        self.moment = NOW
        self.waited: list[float] = []

    def now(self) -> Any:
        return self.moment

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class MenuLine:
    """What a test of a sync needs: LINE's client and its web server's session, and where the mapping lies."""

    url: str
    http: ClientSession
    client: LineClient
    mappings: RichMenuMappings
    clock: QuickClock
    folder: Path
    said: list[str] = field(default_factory=list)
    pictures: dict[str, Path] = field(default_factory=dict)

    @property
    def menus(self) -> RichMenus:
        return self.client.rich_menus

    def playbook(self, menus: str, *, size: tuple[int, int] = (800, 540)) -> Playbook:
        """A playbook with these `rich_menus` (YAML below that key) and their pictures, of this size."""
        text = BEGINNING + "tags: {VIP: {}}\nrich_menus:\n" + menus
        (self.folder / "bot.yaml").write_text(text, "utf-8")
        for name in ("a.png", "b.png", "c.png"):
            if not (self.folder / name).exists():
                (self.folder / name).write_bytes(png(*size))
        found = load(self.folder, {})
        assert found.playbook is not None, render(found.problems, found.sources, ENGLISH)
        self.pictures = dict(found.settings.files)
        return replace(found.playbook, public="https://bot.example")

    def wanted(self, menus: str) -> DesiredMenus:
        playbook = self.playbook(menus)
        return DesiredMenus(faces_of(playbook, "main", self.clock.now()), default_menu(playbook, "main"))

    async def known(self) -> None:
        """Others have read the mapping."""
        self.said.append("known")

    def sync(self, *, may_bulk: bool = False, menus: Any = None) -> MenuSync:
        """A sync as a new process would make it."""
        return MenuSync(
            menus or self.menus,
            self.mappings,
            "main",
            self.clock,
            self._picture,
            lambda step: self.said.append(str(step)),
            until_known=self.known,
            may_bulk=may_bulk,
        )

    def _picture(self, address: FileAddress) -> bytes:
        return self.pictures[address.path].read_bytes()

    async def friend(self, name: str = "小美") -> str:
        added = await self.do("friends", {"channel": "main", "name": name})
        await self.do(f"friends/{added['id']}/follow", {})
        return str(added["id"])

    async def do(self, path: str, body: dict[str, Any]) -> Any:
        async with self.http.post(f"{self.url}/simulator/api/{path}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def shown(self) -> dict[str, Any]:
        """What LINE has, by name: the menus as the simulator's page reads them."""
        async with self.http.get(f"{self.url}/simulator/api/menus?channel=main") as response:
            return {menu["name"]: menu for menu in (await response.json())["menus"]}

    async def sees(self, friend: str) -> str | None:
        """The label of the menu that a friend sees."""
        async with self.http.get(f"{self.url}/simulator/api/state") as response:
            (one,) = [f for f in (await response.json())["friends"] if f["id"] == friend]
        names = {menu["id"]: name for name, menu in (await self.shown()).items()}
        return None if one["menu"] is None else names[one["menu"]].split(" ")[1]


class Breaking:
    """LINE's menus, of which one call breaks so many times: before it is made, or when it was `done`."""

    def __init__(
        self, menus: RichMenus, call: str, error: BaseException, done: bool, *, times: int = 1
    ) -> None:
        self._menus = menus
        self._call = call
        self._error = error
        self._done = done
        self._left = times
        self.calls: list[str] = []
        self.keys: list[str] = []
        self.phases: list[str] = []
        """What `progress` says first."""

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any) -> Any:
            self.calls.append(name)
            if name == "move":
                self.keys.append(given[1])
            if name == "progress" and self.phases:
                return self.phases.pop(0)
            breaks = name == self._call and self._left > 0
            self._left -= breaks
            if breaks and not self._done:
                raise self._error
            answer = await getattr(self._menus, name)(*given)
            if breaks:
                raise self._error
            return answer

        return call


@asynccontextmanager
async def menu_line(database: Database, folder: Path) -> AsyncIterator[MenuLine]:
    """LINE, as long as this lasts."""
    clock = QuickClock()
    simulator = Simulator([MAIN], clock, wait=clock.wait)
    app = web.Application()
    app.add_routes(simulator.routes())
    app.on_shutdown.append(_stopping(simulator))
    server = TestServer(app, port=0)
    await server.start_server()
    url = str(server.make_url("")).rstrip("/")
    await simulator.start(url)
    async with ClientSession() as http:
        line = f"{url}/simulator/line"
        client = LineClient(MAIN, line, line, http, clock)
        yield MenuLine(url, http, client, RichMenuMappings(database), clock, folder)
        client.close()
    await server.close()


def _stopping(simulator: Simulator) -> Callable[[web.Application], Any]:
    async def stop(app: web.Application) -> None:
        await simulator.stop()

    return stop
