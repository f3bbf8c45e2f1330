"""Secrets that were issued anew, taken over from `.env` while the process runs (requirements A11, R3)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.app.live import Live
from bot.line.reissued import BOTH_GOOD
from bot.playbook.settings_refresh import IncompleteSettings, Renewed, renewed
from bot.playbook.syntax.environment import read_dotenv

log = logging.getLogger("oaflow.secrets")

MINUTES = int(BOTH_GOOD.total_seconds() // 60)


class NewSecrets:
    """Takes new secrets from `.env` for the live playbook, whatever the other files of the folder hold.

    A `.env` that cannot be read, or with incomplete settings, changes nothing, and is logged once. Only names
    of variables are logged, never values.
    """

    def __init__(self, live: Live, folder: Path, environment: Mapping[str, str]) -> None:
        """`environment` is the process's own: it comes before the file, and cannot change."""
        self._live = live
        self._folder = folder
        self._environment = environment
        self._seen: Mapping[str, str] = read_dotenv(folder)[0]
        self._broken: tuple[str, ...] = ()
        self._left: tuple[str, ...] = ()
        self.on_renewed: Callable[[], None] = lambda: None
        """Called when new secrets have come into use."""

    async def look(self) -> None:
        """Read `.env`, and use what has changed in it."""
        values, problems = await asyncio.to_thread(read_dotenv, self._folder)
        if problems:
            self._is_broken(*(f"{one.place.file}:{one.place.line}: {one.message}" for one in problems))
            return
        try:
            found = renewed(self._live.settings, {**values, **self._environment})
        except IncompleteSettings as error:
            self._is_broken(str(error))
            return
        self._is_broken()
        self._warn_ineffective_changes(found, values)
        if found.settings != self._live.settings:
            self._live.renew(found.settings)
            self.on_renewed()
            log.info(
                "taken over from .env: %s (of a channel's secret and access token the old one is good for"
                " another %d minutes)",
                ", ".join(found.names),
                MINUTES,
            )

    def _is_broken(self, *why: str) -> None:
        """Log why `.env` is not used, once while the reasons are the same; without any, that it is good."""
        if why != self._broken:
            for reason in why:
                log.warning(".env is not taken over, and what was read before stays: %s", reason)
            if not why:
                log.info(".env is whole again")
        self._broken = why

    def _warn_ineffective_changes(self, found: Renewed, values: Mapping[str, str]) -> None:
        """Log what has changed in the file without an effect on this process."""
        if found.left and found.left != self._left:
            log.warning("%s changed in .env, and is read when oaflow starts", ", ".join(found.left))
        before, self._left, self._seen = self._seen, found.left, values
        for name in found.used & self._environment.keys() & before.keys():
            if before[name] != values.get(name):
                log.warning(
                    "%s changed in .env, but the environment of this process sets it, which comes first:"
                    " change it there, and start oaflow again",
                    name,
                )
