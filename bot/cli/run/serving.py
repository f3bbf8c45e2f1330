"""A process that serves: the options and files are checked, then served until it is stopped."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from io import StringIO
from pathlib import Path

from yarl import URL

from bot.app.addresses import line_api
from bot.app.database import EMBEDDED, OpenDatabase, open_database
from bot.app.environment import SettingsWrong, connection_limit_from
from bot.app.git_commit import commit_of
from bot.app.member_pages import trusted_proxies
from bot.app.playbook_environment import environment_of, folder_of
from bot.app.playbook_files import read_at_rest, stamps
from bot.app.published import published
from bot.app.service import service
from bot.app.start_options import StartOptions, console_sms_refused
from bot.app.stored_playbooks import ReadingContext, UnpackedPlaybooks, folder_for_a_while
from bot.app.trial_process import TrialOrder, as_trial
from bot.cli.database_settings import settings_to_open
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.operator import commander
from bot.cli.rehearsal import rehearsal
from bot.cli.run.activated_socket import activated_socket
from bot.cli.run.announced import announce, introduce, log_shared, quiet
from bot.cli.run.garbage import look_seldom_for_garbage
from bot.cli.run.logs import set_up_logging
from bot.cli.run.other_playbook import OtherPlaybook
from bot.cli.run.private_address import ASKED_FOR, PrivateAddress
from bot.cli.run.reader import is_read_by_people, of_page, reader
from bot.cli.run.start_refused import asking_for_port, log_problems, start_refused
from bot.cli.run.warnings import env_warning, in_git, warn_of_database_age
from bot.cli.run.worker import Worker, as_worker
from bot.line.objects.addresses import is_loopback
from bot.model.problem import Problem
from bot.model.published_version import AcceptedPlaybook
from bot.model.settings import STAND_IN, Settings
from bot.model.translatable import ENGLISH, tr
from bot.operations.acceptance import TellProblems
from bot.operations.publishing import ScenarioFails, publish_first
from bot.playbook.load import Loaded, load
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
from bot.web.server import PortTaken, listen, private_application, serve
from bot.web.shared_server import SharedServer

log = logging.getLogger("oaflow")

GIVES_WAY = 0.001
"""Seconds after which a thread that encodes for the database lets the event loop go on, in place of 0.005."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What is asked for on the command line. `files`: the folder's are served, not what is published."""

    playbook: Path
    host: str
    port: int
    simulator: bool
    reload: bool
    files: bool
    private: PrivateAddress = field(default_factory=PrivateAddress)

    @property
    def develops(self) -> bool:
        """Whether each edit that is saved is live at once."""
        return self.simulator or self.reload

    @property
    def published(self) -> bool:
        """Whether only what is published is served."""
        return not (self.develops or self.files)


def served(asked: RunOptions) -> int:
    """Serve until SIGTERM or SIGINT; the exit code of `interface.md`."""
    worker = as_worker(os.environ)
    set_up_logging(of_several=worker is not None)
    other = OtherPlaybook()
    try:
        trial = as_trial(os.environ)
        while True:
            on_event_loop(_run(asked, worker, trial, other))
            if (following := other.following) is None:
                if trial is not None:
                    trial.leave(os.environ)
                return RIGHT
            following.introduce(os.environ)
            port = following.listener.getsockname()[1]
            asked, other = (
                replace(asked, playbook=following.folder, port=port),
                OtherPlaybook(following.listener),
            )
    except Exception as error:  # each reason is reported in one place, bugs too
        return start_refused(error)


async def _run(
    asked: RunOptions, worker: Worker | None, trial: TrialOrder | None, other: OtherPlaybook
) -> None:
    environment = environment_of(asked.playbook, os.environ, simulator=asked.simulator)
    stand_ins: dict[str, str] = {}  # the same again when the files are read again
    stand_in = partial(_stand_in, stand_ins) if asked.simulator else None
    folder = folder_of(asked.playbook)

    def read() -> Loaded:
        now = datetime.now(UTC) if asked.develops else None  # editors get a note of dates that are past
        return read_at_rest(folder, lambda: load(asked.playbook, environment, stand_in, now=now))

    seen = stamps(folder)
    is_notified = worker is not None and not worker.tells
    tell = _ignore if is_notified or (asked.simulator and is_read_by_people()) else log_problems
    loaded = read()
    own = _own(loaded, tell)
    if isinstance(own, PlaybookWrong) and not asked.published:
        raise own
    settings = settings_to_open(loaded, environment)
    if trial is not None:
        settings = trial.settings(settings)
    if not asked.published and not asked.simulator:
        _check_sms(loaded.settings, environment)
    del loaded  # the syntax tree is large
    if asked.simulator and not is_loopback(asked.host):
        raise PortTaken(tr("--simulator has no sign-in, so it listens on this machine only"))
    if asked.simulator and settings.database != EMBEDDED:
        raise SettingsWrong(tr("--simulator plays with pretend people: it needs  database: embedded"))
    proxies, connections = trusted_proxies(environment), connection_limit_from(environment)
    port = asking_for_port(environment)
    with ExitStack() as listening:
        given = worker.listener if worker else other.given or activated_socket(environment)
        listener = listening.enter_context(given or listen(asked.host, asked.port, port))
        private = None
        if worker is None and asked.private.port is not None:
            private = listening.enter_context(
                listen(asked.private.host, asked.private.port, ASKED_FOR.format)
            )
        stopping = _signals(other)
        other.listener = listener
        process = uuid.uuid4().hex
        if trial is not None:
            trial.hear(stopping)
        opened = await open_database(
            *(settings, folder, environment, process),
            pretend=asked.simulator,
            by=commander(),
            ends_with_us=trial is not None,
        )
        unpacked = UnpackedPlaybooks(opened.stores.playbooks, folder_for_a_while(opened, folder, environment))
        try:
            first = own
            if asked.published:
                by = ReadingContext(folder, environment, settings)
                first_time = partial(_publish_first, opened, asked.playbook, environment)
                first = await published(opened, unpacked, by, own, first_time, tell)
                _check_sms(first.settings, environment)
            assert isinstance(first, ValidPlaybook)
        except BaseException:
            unpacked.close()
            await opened.close()
            raise
        address = str(URL.build(scheme="http", host=asked.host, port=listener.getsockname()[1]))
        begun = StartOptions(
            read=read,
            first=first,
            own=own,
            published=asked.published,
            opened=opened,
            unpacked=unpacked,
            environment=environment,
            simulator=asked.simulator,
            folder=folder,
            seen=seen,
            develops=asked.develops,
            proxies=proxies,
            connections=connections,
            address=address,
            tell=log_problems,
            page_language=of_page(),
            by=commander(),
            open_other=other.open if asked.simulator and worker is None and trial is None else None,
            private=asked.private.port is not None,
            shared_port=worker.shared_port if worker is not None else None,
            siblings=worker.siblings if worker is not None else None,
            stand_ins=stand_ins,
        )
        if worker is None:
            await _serve(begun, listener, private, stopping, trial)
        else:
            await _serve_with_others(begun, worker, stopping)


def _own(loaded: Loaded, tell: TellProblems) -> ValidPlaybook | PlaybookWrong:
    """The playbook of the folder, with its warnings shown; or its mistakes, shown where they matter."""
    try:
        found = valid_playbook(loaded)
    except PlaybookWrong as error:
        return error
    tell(loaded.problems, loaded.sources)
    return found


def _ignore(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    """Another process tells them, or `announce` sums them up."""


def _check_sms(settings: Settings, environment: Mapping[str, str]) -> None:
    """Raises `SettingsWrong` where real people's codes would stand in the log."""
    if (why := console_sms_refused(settings, line_api(environment))) is not None:
        raise SettingsWrong(why)


async def _publish_first(
    opened: OpenDatabase, playbook: Path, environment: Mapping[str, str], found: ValidPlaybook
) -> AcceptedPlaybook:
    """Publish what the folder holds, for nothing was yet. Raises what `publish_first` does."""
    _check_sms(found.settings, environment)
    try:
        return await publish_first(
            opened.stores,
            found,
            commander(),
            rehearse=partial(asyncio.to_thread, _rehearsed, playbook),
            tell=log_problems,
            commit=partial(commit_of, folder_of(playbook)),
        )
    except ScenarioFails as error:
        why = tr(
            "{why}\n= hint: mend it, or publish all the same:  oaflow publish --untested", why=error.message
        )
        raise ScenarioFails(why) from error


def _rehearsed(playbook: Path) -> bool:
    """Play the scenarios: shown to people as `publish` does, else as a line of the log."""
    if is_read_by_people():
        return rehearsal(playbook, reader(), sys.stderr)
    output = StringIO()
    holds = rehearsal(playbook, ENGLISH, output)
    if text := output.getvalue().strip():
        log.log(logging.INFO if holds else logging.ERROR, "%s", text)
    return holds


async def _serve(
    begun: StartOptions,
    listener: socket.socket,
    private: socket.socket | None,
    stopping: asyncio.Event,
    trial: TrialOrder | None,
) -> None:
    quiet(begun)
    async with AsyncExitStack() as last, AsyncExitStack() as stack:
        last.push_async_callback(begun.opened.close)
        last.callback(begun.unpacked.close)
        app = await stack.enter_async_context(service(begun))
        if trial is not None:
            app.middlewares.append(trial.guard)
        if private is not None:
            last.push_async_callback((await serve(private_application(app), private)).cleanup)
        runner = await serve(app, listener)
        # with the simulator LINE is on this server, too: it answers as long as the service may ask
        (last if begun.simulator else stack).push_async_callback(runner.cleanup)
        await _warn(begun)
        announce(begun, private)
        if trial is not None:
            trial.ready(listener.getsockname()[1])
        _settle()
        await stopping.wait()
        log.info("stopping")
        if begun.proxies:  # it asks another process meanwhile, where there is one
            await runner.leave()


async def _serve_with_others(begun: StartOptions, worker: Worker, stopping: asyncio.Event) -> None:
    leaving = asyncio.Event()
    worker.hear(leaving, stopping)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(begun.opened.close)
        stack.callback(begun.unpacked.close)
        app = await stack.enter_async_context(service(begun))
        server = await SharedServer.begun(app, worker.listener, worker.own, private=begun.private)
        stack.push_async_callback(server.cleanup)
        if worker.tells:
            await _warn(begun)
            log_shared(begun)
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


def _stand_in(known: dict[str, str], name: str) -> str:
    """The simulator's own value for an unset `${NAME}`; new at every start, so it opens nothing else."""
    return known.setdefault(name, f"{STAND_IN}{name.lower()}-{secrets.token_hex(12)}")


def _signals(other: OtherPlaybook) -> asyncio.Event:
    """What ends this run: SIGTERM, SIGINT, after which no `other` begins, or another playbook."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, other.stop)
    return other.stopping


async def _warn(begun: StartOptions) -> None:
    await asyncio.to_thread(_warn_of_files, begun)
    await warn_of_database_age(begun, datetime.now(UTC).date())


def _warn_of_files(begun: StartOptions) -> None:
    for warning in (*in_git(begun.folder, begun.opened.keys_file), env_warning(begun.folder)):
        if warning is not None:
            log.warning("%s", warning)
