"""`oaflow contact show --save`: a picture or file that somebody sent, written into a folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import IO

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.cli.answer import show_answer
from bot.cli.commander import commander
from bot.cli.contact.order import ContactOrder
from bot.cli.own_address import as_they_know_it
from bot.cli.simulator_here import SIMULATED, simulator_of
from bot.model.said import Refusal, Said, Unavailable, say
from bot.operations.find_contacts import FoundContact
from bot.operations.now_among import now_among
from bot.operations.sent_files import LineFiles, OpenedFile, opened_file
from bot.playbook.file_trouble import file_trouble


class NotSaved(Refusal):
    """The file cannot be written; the sentence says why."""


class AnotherSimulator(Unavailable):
    """The environment names a simulator, which does not have what a real person sent."""


async def save_file(asked: ContactOrder) -> None:
    """Write the file that is asked for; over no other file. Raises what `opened_file` does, `NotSaved`."""
    found = await asked.one(unproven=True)
    now = await now_among(found.stores)

    simulated = await _simulated(asked, found) if found.simulated else None

    def line() -> LineFiles:
        if simulated is not None:
            return simulated
        asks = LineFiles(asked.served.settings.channels, line_api(os.environ), line_data_api(os.environ))
        if URL(asks.data_api).path.rstrip("/").endswith(SIMULATED):
            raise AnotherSimulator(
                say("OAFLOW_LINE_API names a simulator, and none of its friends sent this: unset it")
            )
        return asks

    folder: Path = asked.options.into or Path()
    _may_lie_in(folder)
    opened = await opened_file(found, asked.options.save, line, commander(), now)
    path = folder / opened.name
    await _write(opened.pieces, path)
    told = {
        "contact": found.contact.id,
        "simulator": found.simulated,
        "message": opened.message.id,
        "kind": opened.message.kind,
        "file": str(path),
        "type": opened.type.media,
        "bytes": opened.size,
        "fetched": opened.fetched,
    }
    show_answer(told, [asked.speech.text(_said(opened, path))], for_programs=asked.options.json)


def _said(opened: OpenedFile, path: Path) -> Said:
    size = f"{opened.size:,}"
    if opened.fetched:
        return say("{file}: {size} bytes, fetched from LINE, and kept from now on", file=str(path), size=size)
    return say("{file}: {size} bytes, as they were kept", file=str(path), size=size)


async def _simulated(asked: ContactOrder, found: FoundContact) -> LineFiles:
    """The LINE of the simulator whose friend has sent it."""
    simulator = await simulator_of(found.stores)
    known = await as_they_know_it(asked.opened, asked.served, found.stores)
    return LineFiles(known.settings.channels, simulator.line, simulator.line)


async def _write(pieces: AsyncIterator[bytes], path: Path) -> None:
    """Whole or not at all, for nobody but who asked, and not to be run. Raises `NotSaved`."""
    with _taking(path) as file:
        async for piece in pieces:
            file.write(piece)


@contextmanager
def _taking(path: Path) -> Iterator[IO[bytes]]:
    """A file that has this name once all is in it. Raises `NotSaved`."""
    if os.path.lexists(path):
        raise NotSaved(say("{file} is there already: move it away, or name another folder", file=str(path)))
    try:
        handle, beside = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            os.rename(beside, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise
    except OSError as error:
        raise _trouble(path.parent, error) from error


def _may_lie_in(folder: Path) -> None:
    """Raise `NotSaved` where this is no folder: before anybody is asked for anything."""
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise _trouble(folder, error) from error


def _trouble(folder: Path, error: OSError) -> NotSaved:
    return NotSaved(say("{folder}: {reason}", folder=str(folder), reason=file_trouble(error)))
