"""What this process finds wrong with itself and its machine, for alerts: disk, clock, a refused playbook."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.app.context import AppContext
from bot.app.wiring import language_of
from bot.model.processes import OwnCheck
from bot.model.translatable import Language, tr
from bot.operations.alerts.machines import PLAYBOOK, clock_check, disk_check, playbook_refused


def own_checks(serving: AppContext) -> tuple[OwnCheck, ...]:
    """The results of all checks now; none with the simulator, which runs on somebody's own machine."""
    return () if serving.begun.simulator else tuple(_checked(serving))


def _checked(serving: AppContext) -> Iterator[OwnCheck]:
    language, machine = language_of(serving.live.playbook), socket.gethostname()
    for folder, free, total in _disks(serving):
        yield disk_check(folder, free, total, machine, language)
    yield clock_check(serving.skew.measured, machine, language)
    if not serving.begun.develops:  # each typing error would be one
        yield _playbook(serving, machine, language)


def _playbook(serving: AppContext, machine: str, language: Language) -> OwnCheck:
    why = serving.reload.versions.trouble
    if why is not None and serving.begun.published:  # with --files it is what a deployment looks like
        machine_words = tr("this process answers nobody: {where}", where=machine)
        step = tr("see what it says; then publish once more, or start it again:  oaflow publish")
        return playbook_refused(why, machine_words, step, language)
    if (refused := serving.reload.reports.why_refused) is not None:
        reason, at_a_start = refused
        goes_on = tr(
            "{goes_on}; {start}", goes_on=tr("the version before goes on answering"), start=at_a_start
        )
        return playbook_refused(reason, goes_on, _MEND, language)
    return OwnCheck(PLAYBOOK)


_MEND = tr("see it, with what to write instead, and mend it:  oaflow check")
"""What to do about a playbook with mistakes."""


def _disks(serving: AppContext) -> Iterator[tuple[str, int, int]]:
    """The disks of the embedded database and of a log file, each once: folder, free bytes, all bytes."""
    seen: set[int] = set()
    embedded = serving.begun.opened.embedded
    if embedded is not None:
        with suppress(OSError):  # nobody can say
            seen.add(os.stat(embedded.folder).st_dev)
            yield _room(embedded.folder)
    with suppress(OSError, ValueError):
        log = os.fstat(sys.stderr.fileno())
        if stat.S_ISREG(log.st_mode) and log.st_dev not in seen:
            room = os.fstatvfs(sys.stderr.fileno())
            yield "log", room.f_bavail * room.f_frsize, room.f_blocks * room.f_frsize


def _room(folder: Path) -> tuple[str, int, int]:
    usage = shutil.disk_usage(folder)
    return str(folder), usage.free, usage.total
