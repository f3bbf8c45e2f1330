"""What `oaflow run` warns of: an open `.env`, secrets in git, the age of the embedded database."""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from yarl import URL

from bot.app.start_options import StartOptions
from bot.line.objects.addresses import is_loopback
from bot.model.translatable import Translatable, tr
from bot.store.mongod.mongod_binary import support_ended
from bot.store.unavailable import DatabaseUnavailable

GROUP_AND_OTHERS, OTHERS = 0o077, 0o007


def env_warning(folder: Path) -> Translatable | None:
    """What to do about the `.env` of a playbook's folder; `None`: it is its owner's alone, or there is none.

    A file that belongs to somebody else reaches this process by its group: that much is theirs to give.
    """
    path = folder / ".env"
    try:
        found = path.stat()
    except OSError:
        return None
    ours = found.st_uid == os.geteuid()
    if not found.st_mode & (GROUP_AND_OTHERS if ours else OTHERS):
        return None
    return tr(
        "{path}, which holds secrets, is open to others on this machine (its mode is {mode}): {command}",
        path=str(path),
        mode=f"{found.st_mode & 0o777:03o}",
        command=f"chmod {'go=' if ours else 'o='} {shlex.quote(str(path))}",
    )


PATIENCE = 5.0
"""Seconds that git is waited for."""


def in_git(folder: Path, keys: Path | None) -> Iterator[str]:
    """A sentence for each of them that git has, or would take with the next `git add`.

    `keys` is the file of the key ring, if there is one. Where git is not installed, or says
    nothing of this folder, nobody would take it there, and there is nothing to tell.
    """
    for path, what in (
        (folder / ".env", "secrets"),
        (keys, "the keys of all that is sealed"),
    ):
        if path is None or not path.exists():
            continue
        if _git(path, "ls-files", "--error-unmatch") == 0:
            yield (
                f"git has {path}, which holds {what}: take it out with  git rm --cached {path.name},"
                " and change what was in it: it stays in the history"
            )
        elif _git(path, "check-ignore", "--quiet") == 1:
            yield (
                f"git would take {path}, which holds {what}:"
                f' write "{path.name}" into {path.parent / ".gitignore"}'
            )


def _git(path: Path, *arguments: str) -> int | None:
    """The exit code of a command of git on this path; `None` where there is no git."""
    command = ["git", "-C", str(path.parent), "-c", "core.fsmonitor=false", *arguments, "--", path.name]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            timeout=PATIENCE,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None


log = logging.getLogger("oaflow")


async def warn_of_database_age(begun: StartOptions, today: date) -> None:
    """One line of the log; none for a database of one's own, or a bot that only this machine reaches."""
    if begun.opened.embedded is None or begun.simulator:
        return
    if not is_reachable(begun.address, begun.public, begun.proxies):
        return
    with suppress(DatabaseUnavailable):  # its absence is reported by what watches it
        version = await begun.opened.database.version()
        level, message = age_of(version, today)
        log.log(level, "%s", message)


def is_reachable(address: str, public: str, proxies: int) -> bool:
    """Whether others than this machine reach a bot that listens at `address`, calls itself `public`, and has
    so many `proxies` in front."""
    return proxies > 0 or not all(is_loopback(URL(one).host) for one in (address, public))


def age_of(version: str, today: date) -> tuple[int, Translatable]:
    """The warning about this version, and its level of `logging`."""
    if (ended := support_ended(version, today)) is None:
        return logging.INFO, tr("the embedded database is MongoDB {version}", version=version)
    return logging.WARNING, tr(
        "the embedded database is MongoDB {version}, whose support ended on {ended}: holes found since then"
        " are not mended in it. Only this user reaches it, by a socket; a bot that the world reaches is"
        " better off with  database: mongodb://…  and a version that is supported"
        " (docs/operations/install.md)",
        version=version,
        ended=ended.isoformat(),
    )
