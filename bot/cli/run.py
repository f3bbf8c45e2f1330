"""`oaflow run`: what is asked for is looked at, then served until it is told to stop."""

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
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path

from yarl import URL

from bot.cli.acceptance import PeopleInTheWay
from bot.cli.begun import Begun
from bot.cli.database import SettingsWrong, folder_of, open_database
from bot.cli.language import language
from bot.cli.live import sound
from bot.cli.logs import set_up_logging
from bot.cli.member_pages import trusted_proxies
from bot.cli.not_yet import not_carried_out
from bot.cli.playbook_files import read_at_rest
from bot.cli.service import service
from bot.playbook.load import Loaded, load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.store.unavailable import DatabaseUnavailable
from bot.web.server import PortTaken, listen, serve

log = logging.getLogger("oaflow")

WRONG = 1
UNAVAILABLE = 2
EMBEDDED = "embedded"
GIVES_WAY = 0.001
"""Seconds after which a thread that encodes for the database lets the event loop go on, in place of 0.005."""


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
        sys.stderr.write(render(loaded.problems, loaded.sources, language(None, os.environ)))
    first = sound(loaded)
    del loaded  # its syntax tree is large
    if first is None:
        return WRONG
    if simulator and not _is_loopback(host):
        return _refuse("--simulator has no sign-in, so it listens on this machine only", UNAVAILABLE)
    if simulator and first.settings.database != EMBEDDED:
        return _refuse("--simulator plays with pretend people: it needs  database: embedded", WRONG)
    try:
        proxies = trusted_proxies(environment)
        listener = listen(host, port)
        stopping = _signals()
        process = uuid.uuid4().hex
        folder = folder_of(playbook)
        opened = await open_database(first.settings, folder, environment, process, pretend=simulator)
    except (PortTaken, DatabaseUnavailable) as error:
        return _refuse(str(error), UNAVAILABLE)
    except SettingsWrong as error:
        return _refuse(str(error), WRONG)
    try:
        watched = folder if simulator or reload else None
        address = str(URL.build(scheme="http", host=host, port=listener.getsockname()[1]))
        begun = Begun(read, first, opened, environment, simulator, watched, proxies, address)
        await _serve(begun, listener, stopping)
    except PeopleInTheWay as error:
        sys.stderr.write(error.report(language(None, os.environ)))
        return _refuse(f"{error}: it is not made live", WRONG)
    except DatabaseUnavailable as error:
        return _refuse(str(error), UNAVAILABLE)
    return 0


async def _serve(begun: Begun, listener: socket.socket, stopping: asyncio.Event) -> None:
    async with AsyncExitStack() as stack:
        stack.push_async_callback(begun.opened.close)
        runner = await serve(await stack.enter_async_context(service(begun)), listener)
        stack.push_async_callback(runner.cleanup)
        _announce(begun)
        rest_the_collector()
        sys.setswitchinterval(GIVES_WAY)
        await stopping.wait()
        log.info("stopping")


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


def _announce(begun: Begun) -> None:
    if begun.first.filled:
        log.info("the simulator fills what is not set: %s", ", ".join(begun.first.filled))
    if (later := not_carried_out(begun.first.playbook, begun.first.settings)) is not None:
        log.warning("%s", later)
    for name in begun.first.settings.channels:
        log.info("webhook address of %s: %s/webhook/%s", name, begun.public, name)
    if begun.simulator:
        log.info("the phone: %s/simulator/", begun.address)
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
