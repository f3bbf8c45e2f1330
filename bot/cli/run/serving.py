"""A process that serves: what is asked for is looked at, then served until it is told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import secrets
import signal
import socket
import sys
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from yarl import URL

from bot.app.database import EMBEDDED, SettingsWrong, data_folder, folder_of, open_database
from bot.app.member_pages import trusted_proxies
from bot.app.playbook_files import read_at_rest, stamps
from bot.app.service import service
from bot.app.start_options import StartOptions
from bot.cli.commander import commander
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.run.announced import announce, introduce, quiet, tell_of_all
from bot.cli.run.garbage import look_seldom_for_garbage
from bot.cli.run.logs import set_up_logging
from bot.cli.run.out_of_git import in_git
from bot.cli.run.reader import is_read_by_people, of_page
from bot.cli.run.start_refused import start_refused
from bot.cli.run.started_by import asking_for_port
from bot.cli.run.told_problems import tell_problems
from bot.cli.run.worker import Worker, as_worker
from bot.model.said import say
from bot.playbook.load import Loaded, load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.web.server import PortTaken, listen, serve
from bot.web.shared_server import SharedServer

log = logging.getLogger("oaflow")

GIVES_WAY = 0.001
"""Seconds after which a thread that encodes for the database lets the event loop go on, in place of 0.005."""


def served(playbook: Path, host: str, port: int, *, simulator: bool, reload: bool) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    worker = as_worker(os.environ)
    set_up_logging(of_several=worker is not None)
    try:
        on_event_loop(_run(playbook, host, port, worker, simulator=simulator, reload=reload))
    except Exception as error:  # each reason is told in one place, also that it is a bug
        return start_refused(error)
    return RIGHT


async def _run(
    playbook: Path, host: str, port: int, worker: Worker | None, *, simulator: bool, reload: bool
) -> None:
    environment = dict(os.environ)
    stand_ins: dict[str, str] = {}  # the same again when the files are read again
    stand_in = partial(_stand_in, stand_ins) if simulator else None
    folder = folder_of(playbook)
    develops = simulator or reload

    def read() -> Loaded:
        now = datetime.now(UTC) if develops else None  # whoever edits is told which dates are past
        return read_at_rest(folder, lambda: load(playbook, environment, stand_in, now=now))

    seen = stamps(folder)
    is_told = worker is not None and not worker.tells
    first = _soundly(read(), summed_up=is_told or (simulator and is_read_by_people()))
    if simulator and not _is_loopback(host):
        raise PortTaken(say("--simulator has no sign-in, so it listens on this machine only"))
    if simulator and first.settings.database != EMBEDDED:
        raise SettingsWrong(say("--simulator plays with pretend people: it needs  database: embedded"))
    proxies = trusted_proxies(environment)
    with worker.listener if worker else listen(host, port, asking_for_port(environment)) as listener:
        stopping = _signals()
        process = uuid.uuid4().hex
        opened = await open_database(
            first.settings, folder, environment, process, pretend=simulator, by=commander()
        )
        address = str(URL.build(scheme="http", host=host, port=listener.getsockname()[1]))
        begun = StartOptions(
            read=read,
            first=first,
            opened=opened,
            environment=environment,
            simulator=simulator,
            folder=folder,
            seen=seen,
            develops=develops,
            proxies=proxies,
            address=address,
            tell=tell_problems,
            page_language=of_page(),
            by=commander(),
            shared_port=worker.shared_port if worker is not None else None,
            siblings=worker.siblings if worker is not None else None,
            stand_ins=stand_ins,
        )
        if worker is None:
            await _serve(begun, listener, stopping)
        else:
            await _serve_with_others(begun, worker, stopping)


def _soundly(loaded: Loaded, *, summed_up: bool) -> ValidPlaybook:
    """What can be served, its warnings told unless `announce` sums them up. Raises `PlaybookWrong`."""
    first = valid_playbook(loaded)
    if not summed_up:
        tell_problems(loaded.problems, loaded.sources)
    return first  # and no more: the syntax tree is large


async def _serve(begun: StartOptions, listener: socket.socket, stopping: asyncio.Event) -> None:
    quiet(begun)
    async with AsyncExitStack() as last, AsyncExitStack() as stack:
        last.push_async_callback(begun.opened.close)
        runner = await serve(await stack.enter_async_context(service(begun)), listener)
        # with the simulator LINE is on this server, too: it answers as long as the service may ask
        (last if begun.simulator else stack).push_async_callback(runner.cleanup)
        await asyncio.to_thread(_warn_of_git, begun)
        announce(begun)
        _settle()
        await stopping.wait()
        log.info("stopping")


async def _serve_with_others(begun: StartOptions, worker: Worker, stopping: asyncio.Event) -> None:
    leaving = asyncio.Event()
    worker.hear(leaving, stopping)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(begun.opened.close)
        app = await stack.enter_async_context(service(begun))
        server = await SharedServer.begun(app, worker.listener, worker.own)
        stack.push_async_callback(server.cleanup)
        if worker.tells:
            await asyncio.to_thread(_warn_of_git, begun)
            tell_of_all(begun)
        introduce(begun, worker.own)
        _settle()
        worker.ready()
        await stopping.wait()
        log.info("stopping")
        if leaving.is_set():
            await server.leave()


def _settle() -> None:
    look_seldom_for_garbage()
    sys.setswitchinterval(GIVES_WAY)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _stand_in(known: dict[str, str], name: str) -> str:
    """The simulator's own value for an unset `${NAME}`; new at every start, so it opens nothing else."""
    return known.setdefault(name, f"simulated-{name.lower()}-{secrets.token_hex(12)}")


def _signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping


def _warn_of_git(begun: StartOptions) -> None:
    is_embedded = begun.opened.embedded is not None
    data = data_folder(begun.folder, begun.environment) if is_embedded else None
    for warning in in_git(begun.folder, data):
        log.warning("%s", warning)
