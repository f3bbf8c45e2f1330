"""With the simulator, LINE's rich menus follow the playbook by themselves: nobody has to sync."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.engine.compiled.card import FileAddress
from bot.model.clock import PatientClock
from bot.model.translatable import Refusal, Translatable, tr
from bot.runtime.menus.menu_sync import DesiredMenus, MenuSync, SyncFailed
from bot.runtime.pause import pause
from bot.store.unavailable import DatabaseUnavailable


class PictureChanged(Refusal):
    """A file is not what it was when the playbook was read; the text says how."""


def pictures_in(files: Callable[[], Mapping[str, Path]]) -> Callable[[FileAddress], bytes]:
    """Reads pictures; `files` are those of the playbook, by the path of their address.

    What it gives raises `PictureChanged`.
    """

    def read(address: FileAddress) -> bytes:
        path = files().get(address.path)
        try:
            content = b"" if path is None else path.read_bytes()
        except OSError as error:
            why = error.strerror or str(error)
            raise PictureChanged(tr("{file}: {why}", file=address.file, why=why)) from error
        if hashlib.sha256(content).hexdigest() != address.sha256:
            raise PictureChanged(tr("{file} was changed just now", file=address.file))
        return content

    return read


log = logging.getLogger("oaflow.menus")

AGAIN = timedelta(minutes=1)
"""Until the next try after one that has failed."""
A_DAY = timedelta(days=1)


@dataclass(eq=False, repr=False)
class MenuKeeping:
    """Syncs all channels: at the start, after each `look`, and when a limit of LINE's lets it go on."""

    _channels: Callable[[], Iterable[str]]
    _sync: Callable[[str], MenuSync | None]
    _wanted: Callable[[str], DesiredMenus]
    _clock: PatientClock
    _news: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _logged: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)

    def look(self) -> None:
        """Sync soon: the playbook, or the stored mapping of LINE's menus, may have changed."""
        self._news.set()

    async def run(self) -> None:
        """Sync all channels, for ever."""
        while True:
            self._news.clear()
            ends = [await self._sync_channel(channel) for channel in self._channels()]
            again = min((end for end in ends if end is not None), default=self._clock.now() + A_DAY)
            await pause(self._clock, max(1.0, (again - self._clock.now()).total_seconds()), self._news)

    async def _sync_channel(self, channel: str) -> datetime | None:
        """Sync one channel; when to do it again, if it is not as it should be."""
        sync = self._sync(channel)
        if sync is None:
            return None  # taken out of the playbook just now
        try:
            synced = await sync.run(self._wanted(channel))
        except (SyncFailed, PictureChanged, DatabaseUnavailable) as error:
            self._log_once(channel, error)
            return self._clock.now() + AGAIN
        self._log_once(channel, *synced.waiting)
        return synced.again

    def _log_once(self, channel: str, *troubles: Translatable | Exception) -> None:
        """Once, until there are others or none; a sync that goes well is no news."""
        texts = tuple(map(str, troubles))
        if texts == self._logged.get(channel, ()):
            return
        self._logged[channel] = texts
        for trouble in troubles:
            log.warning("the rich menus of %s are not what they are to be: %s", channel, trouble)
        if not troubles:
            log.info("LINE has the rich menus of %s as they are in the playbook", channel)
