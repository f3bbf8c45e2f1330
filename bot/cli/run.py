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
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aiohttp import web
from yarl import URL

from bot.cli.database import OpenDatabase, SettingsWrong, open_database
from bot.cli.logs import set_up_logging
from bot.engine.playbook import Playbook
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.webhook import read_event
from bot.model.clock import SystemClock
from bot.model.settings import Settings
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.runtime.process import Runtime
from bot.store.unavailable import DatabaseUnavailable
from bot.web.health import HealthPages
from bot.web.server import PortTaken, application, listen, serve
from bot.web.webhook import WebhookHandler

log = logging.getLogger("oaflow")

WRONG = 1
UNAVAILABLE = 2
LINE_API = "https://api.line.me"
LINE_DATA_API = "https://api-data.line.me"
CONNECTIONS = 200
"""Calls to LINE side by side."""


async def run(playbook: Path, host: str, port: int, *, simulator: bool) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    set_up_logging()
    environment = dict(os.environ)
    try:
        loaded = load(playbook, environment, _stand_in if simulator else None)
    except PlaybookMissing as error:
        return _refuse(str(error), UNAVAILABLE)
    if loaded.problems:
        sys.stderr.write(render(loaded.problems, loaded.sources))
    if loaded.playbook is None:
        return WRONG
    if simulator and not _is_loopback(host):
        return _refuse("--simulator has no sign-in, so it listens on this machine only", UNAVAILABLE)
    try:
        listener = listen(host, port)
        found, stopping = loaded.playbook, _signals()
        process = uuid.uuid4().hex
        opened = await open_database(loaded.settings, _folder(playbook), environment, process)
    except (PortTaken, DatabaseUnavailable) as error:
        return _refuse(str(error), UNAVAILABLE)
    except SettingsWrong as error:
        return _refuse(str(error), WRONG)
    try:
        await _serve(loaded, found, opened, listener, environment, host, stopping, simulator=simulator)
    except DatabaseUnavailable as error:
        return _refuse(str(error), UNAVAILABLE)
    return 0


async def _serve(
    loaded: Loaded,
    playbook: Playbook,
    opened: OpenDatabase,
    listener: socket.socket,
    environment: Mapping[str, str],
    host: str,
    stopping: asyncio.Event,
    *,
    simulator: bool,
) -> None:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(opened.close)
        address = str(URL.build(scheme="http", host=host, port=listener.getsockname()[1]))
        service = await stack.enter_async_context(
            _service(playbook, loaded.settings, opened, environment, address, simulator=simulator)
        )
        runner = await serve(service, listener)
        stack.push_async_callback(runner.cleanup)
        _announce(loaded, address, environment, simulator=simulator)
        _rest_the_collector()
        await stopping.wait()
        log.info("stopping")


@asynccontextmanager
async def _service(
    playbook: Playbook,
    settings: Settings,
    opened: OpenDatabase,
    environment: Mapping[str, str],
    address: str,
    *,
    simulator: bool,
) -> AsyncIterator[web.Application]:
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(new_session(CONNECTIONS))
        api, data_api = _line_addresses(environment, address, simulator=simulator)
        accounts = {
            name: LineClient(channel, api, data_api, session, clock, connections=CONNECTIONS)
            for name, channel in settings.channels.items()
        }
        for client in accounts.values():
            stack.callback(client.close)
        runtime = Runtime(
            lambda: playbook, opened.stores, accounts.get, read_event, clock, opened.process, opened.gone
        )
        await runtime.start()
        stack.push_async_callback(runtime.stop)
        more: Iterable[web.AbstractRouteDef] = ()
        pretend = None
        if simulator:
            from bot.simulator.simulator import Simulator

            shown = [replace(c, app_name=c.app_name or playbook.bot) for c in settings.channels.values()]
            pretend = Simulator(shown, clock)
            await pretend.start(address)
            more = pretend.routes()
        webhook = WebhookHandler(lambda: settings.channels, runtime.receiver.store, clock, runtime.metrics)

        async def trouble() -> str | None:
            if runtime.trouble is None:
                try:
                    async with asyncio.timeout(1.0):
                        await opened.stores.health.ping()
                except (DatabaseUnavailable, TimeoutError):
                    return "the database is away"
            return runtime.trouble

        app = application(webhook, HealthPages(trouble, runtime.metrics), more)
        if pretend is not None:
            app.on_shutdown.append(lambda _: pretend.stop())  # its open streams would hold the server up
        yield app


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


def _folder(playbook: Path) -> Path:
    return playbook.parent if playbook.is_file() else playbook


def _stand_in(name: str) -> str:
    """The simulator's own value for an unset `${NAME}`; new at every start, so it opens nothing else."""
    return f"simulated-{name.lower()}-{secrets.token_hex(12)}"


def _signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def _announce(
    loaded: Loaded,
    address: str,
    environment: Mapping[str, str],
    *,
    simulator: bool,
) -> None:
    public = environment.get("OAFLOW_PUBLIC_URL", address).rstrip("/")
    if loaded.filled:
        log.info("the simulator fills what is not set: %s", ", ".join(loaded.filled))
    for name in loaded.settings.channels:
        log.info("webhook address of %s: %s/webhook/%s", name, public, name)
    if simulator:
        log.info("the phone: %s/simulator/", address)
    log.info("ready")


def _rest_the_collector() -> None:
    """Collect less often: a turn makes hundreds of short-lived objects, and hardly ever a cycle."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return code
