"""What `oaflow run` prints once it serves: lines of the log, or the address that a player opens."""

from __future__ import annotations

import logging
import os
import socket

from yarl import URL

from bot.app.start_options import StartOptions
from bot.cli.run.reader import is_read_by_people, reader
from bot.cli.terminal_text import write_err
from bot.model.outside import is_outside_closed
from bot.model.translatable import Translatable, tr
from bot.runtime.cluster.ownership import short
from bot.wording.command_to_paste import command_to_paste

log = logging.getLogger("oaflow")

PLAIN_RUN = tr("plain (OAFLOW_PLAIN=1): without the short cuts for webhooks, MongoDB and decisions")


def quiet(begun: StartOptions) -> None:
    """Before anything begins: that all is well would stand above the address, or below it, for who plays."""
    if begun.simulator and is_read_by_people():
        for name in ("oaflow.menus", "oaflow.broadcasts"):
            logging.getLogger(name).setLevel(logging.WARNING)


def announce(begun: StartOptions, private: socket.socket | None = None) -> None:
    """Say it: to people who play, in their language, with nothing below the address but how it ends."""
    if begun.simulator and is_read_by_people():
        _to_people(begun)
    else:
        log_shared(begun)
        introduce(begun)
        if private is not None:
            address, port = _address_of(private)
            log.info("readiness and figures: %s", address, extra={"fields": {"port": port}})
        log.info("ready")


def _to_people(begun: StartOptions) -> None:
    staff = tr("the staff's pages, to be tried in every role:  {address}", address=f"{begun.address}/admin")
    plain = [PLAIN_RUN] if begun.plain else []
    lines = [*_details(begun), *plain, staff, tr("the simulator is ready; open this address in a browser:")]
    _write("".join(f"{reader().text(line)}\n" for line in lines))
    _write(f"\n    {begun.address}/simulator/\n\n")
    end = tr(
        "what you change in {folder} holds as soon as it is saved; Ctrl-C ends it", folder=_folder(begun)
    )
    _write(f"{reader().text(end)}\n")


def _details(begun: StartOptions) -> list[Translatable]:
    """One line on all that is not as it will be with a real account; `oaflow check` tells each."""
    first = begun.first
    if not first.warnings and not first.filled:
        return []
    command = command_to_paste("check", _folder(begun))
    return [tr("all is fine for playing; what to see to before going live:  {command}", command=command)]


def _folder(begun: StartOptions) -> str:
    return str(begun.folder.resolve())


def _write(text: str) -> None:
    write_err(text)


def log_shared(begun: StartOptions) -> None:
    """What is true of all processes that serve this address, as lines of the log."""
    if begun.first.filled:
        log.info("the simulator fills what is not set: %s", ", ".join(begun.first.filled))
    if is_outside_closed():
        log.warning("%s", tr("this database is a copy for trying (staging): nothing leaves it, to nobody"))
    log.info("listening on %s", begun.address, extra={"fields": {"port": URL(begun.address).port}})
    for name in begun.first.settings.channels:
        log.info("webhook address of %s: %s/webhook/%s", name, begun.public, name)
    log.info("the staff's pages: %s/admin", begun.public)
    if begun.simulator:
        log.info("the phone: %s/simulator/", begun.address)
    if begun.plain:
        log.info("%s", PLAIN_RUN)
    if begun.develops:
        log.info("changes of the playbook are taken over at once")


def introduce(begun: StartOptions, own: socket.socket | None = None) -> None:
    """What is true of this process alone; `own` is where it is found by itself."""
    name, host = short(begun.opened.process), socket.gethostname()
    log.info("this is process %s, pid %d on %s", name, os.getpid(), host)
    if own is not None:
        address, port = _address_of(own)
        log.info("found by itself at %s", address, extra={"fields": {"port": port}})


def _address_of(listener: socket.socket) -> tuple[str, int]:
    at, port = listener.getsockname()[:2]
    return str(URL.build(scheme="http", host=at, port=port)), port
