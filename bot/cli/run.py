"""`oaflow run`: everything wired together, started, and stopped in order."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import os
import secrets
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web
from yarl import URL

from bot.cli.database import OpenDatabase, SettingsWrong, folder_of, open_database
from bot.cli.live import Live, Sound, sound
from bot.cli.logs import set_up_logging
from bot.cli.not_yet import not_carried_out
from bot.cli.playbook_files import read_at_rest
from bot.cli.reload import Reload
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.webhook import read_event
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.runtime.process import Runtime
from bot.runtime.versions import accept
from bot.store.playbooks import Playbooks
from bot.store.unavailable import DatabaseUnavailable
from bot.web.health import HealthPages
from bot.web.media import MediaPages
from bot.web.server import PortTaken, application, listen, serve
from bot.web.webhook import WebhookHandler

log = logging.getLogger("oaflow")

WRONG = 1
UNAVAILABLE = 2
LINE_API = "https://api.line.me"
LINE_DATA_API = "https://api-data.line.me"
EMBEDDED = "embedded"
CONNECTIONS = 200
"""Calls to LINE side by side."""


async def run(playbook: Path, host: str, port: int, *, simulator: bool, reload: bool) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    set_up_logging()
    environment = dict(os.environ)
    stand_in = cache(_stand_in) if simulator else None  # the same again when the files are read again

    def read() -> Loaded:
        return read_at_rest(folder_of(playbook), lambda: load(playbook, environment, stand_in))

    try:
        loaded = read()
    except PlaybookMissing as error:
        return _refuse(str(error), UNAVAILABLE)
    if loaded.problems:
        sys.stderr.write(render(loaded.problems, loaded.sources))
    first = sound(loaded)
    del loaded  # its syntax tree is large
    if first is None:
        return WRONG
    if simulator and not _is_loopback(host):
        return _refuse("--simulator has no sign-in, so it listens on this machine only", UNAVAILABLE)
    if simulator and first.settings.database != EMBEDDED:
        return _refuse("--simulator plays with pretend people: it needs  database: embedded", WRONG)
    try:
        listener = listen(host, port)
        stopping = _signals()
        process = uuid.uuid4().hex
        opened = await open_database(first.settings, folder_of(playbook), environment, process)
    except (PortTaken, DatabaseUnavailable) as error:
        return _refuse(str(error), UNAVAILABLE)
    except SettingsWrong as error:
        return _refuse(str(error), WRONG)
    try:
        watched = folder_of(playbook) if simulator or reload else None
        begun = Begun(read, first, opened, environment, simulator, watched)
        await _serve(begun, listener, host, stopping)
    except DatabaseUnavailable as error:
        return _refuse(str(error), UNAVAILABLE)
    return 0


@dataclass(frozen=True)
class Begun:
    """What a run begins with: the playbook as first read, its database, how it was asked for.

    `watched` is the folder whose changes are taken over at once, `None` where nobody develops it.
    """

    read: Callable[[], Loaded]
    first: Sound
    opened: OpenDatabase
    environment: Mapping[str, str]
    simulator: bool
    watched: Path | None


async def _serve(begun: Begun, listener: socket.socket, host: str, stopping: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(begun.opened.close)
        address = str(URL.build(scheme="http", host=host, port=listener.getsockname()[1]))
        service = await stack.enter_async_context(_service(begun, address))
        runner = await serve(service, listener)
        stack.push_async_callback(runner.cleanup)
        _announce(begun, address)
        rest_the_collector()
        await stopping.wait()
        log.info("stopping")


@asynccontextmanager
async def _service(begun: Begun, address: str) -> AsyncIterator[web.Application]:
    clock = SystemClock()
    opened = begun.opened
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session(CONNECTIONS))
        api, data_api = _line_addresses(begun.environment, address, simulator=begun.simulator)

        def account(channel: Channel) -> LineClient:
            return LineClient(channel, api, data_api, session, clock, connections=CONNECTIONS)

        live = Live(begun.first, _public(begun, address), account)
        stack.callback(live.close)
        playbooks = Playbooks(opened.database)
        await accept(playbooks, begun.first.playbook.version, clock, anew=begun.watched is not None)
        reload = Reload(begun.read, live, playbooks, clock)
        runtime = Runtime(
            lambda: live.playbook,
            opened.stores,
            live.account,
            read_event,
            clock,
            opened.process,
            opened.gone,
            reload.versions.may_decide,
        )
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        more: Iterable[web.AbstractRouteDef] = ()
        pretend = None
        if begun.simulator:
            from bot.simulator.simulator import Simulator

            pretend = Simulator(live.shown_channels(), clock)
            live.on_channels = pretend.meet
            await pretend.start(address)
            more = pretend.routes()
        if begun.watched is not None:
            following = asyncio.create_task(_following(reload, begun.watched), name="reload")
            stack.push_async_callback(_cancelled, following)
        webhook = WebhookHandler(
            lambda: live.settings.channels, runtime.receiver.store, clock, runtime.metrics
        )

        async def trouble() -> str | None:
            if runtime.trouble is None:
                try:
                    async with asyncio.timeout(1.0):
                        await opened.stores.health.ping()
                except (DatabaseUnavailable, TimeoutError):
                    return "the database is away"
            return runtime.trouble or reload.versions.trouble

        media = MediaPages(lambda: live.settings.files)
        app = application(webhook, HealthPages(trouble, runtime.metrics), [*media.routes(), *more])
        if pretend is not None:
            app.on_shutdown.append(lambda _: pretend.stop())  # its open streams would hold the server up
        yield app


async def _following(reload: Reload, folder: Path) -> None:
    try:
        await reload.follow(folder)
    except Exception:  # only a bug comes here, and nobody else would tell
        log.exception("changes of the playbook are not taken over any more: start oaflow again")


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _line_addresses(environment: Mapping[str, str], address: str, *, simulator: bool) -> tuple[str, str]:
    if simulator:  # which makes no call to any other machine
        return f"{address}/simulator/line", f"{address}/simulator/line"
    api = environment.get("OAFLOW_LINE_API")
    return api or LINE_API, environment.get("OAFLOW_LINE_DATA_API") or api or LINE_DATA_API


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _stand_in(name: str) -> str:
    """The simulator's own value for an unset `${NAME}`; new at every start, so it opens nothing else."""
    return f"simulated-{name.lower()}-{secrets.token_hex(12)}"


def _signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def _public(begun: Begun, address: str) -> str:
    """Our own address, as the world reaches it."""
    return begun.environment.get("OAFLOW_PUBLIC_URL", address).rstrip("/")


def _announce(begun: Begun, address: str) -> None:
    public = _public(begun, address)
    if begun.first.filled:
        log.info("the simulator fills what is not set: %s", ", ".join(begun.first.filled))
    if (later := not_carried_out(begun.first.playbook, begun.first.settings)) is not None:
        log.warning("%s", later)
    for name in begun.first.settings.channels:
        log.info("webhook address of %s: %s/webhook/%s", name, public, name)
    if begun.simulator:
        log.info("the phone: %s/simulator/", address)
    if begun.watched is not None:
        log.info("changes of the playbook are taken over at once")
    log.info("ready")


def rest_the_collector() -> None:
    """Collect less often: a turn makes hundreds of short-lived objects, and hardly ever a cycle."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return code
