"""`oaflow contact show`: beside what its operation says, a conversation, and files that somebody sent."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import mkstemp
from typing import IO

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.cli.arguments import Arguments, Run
from bot.cli.operation_context import contact_named
from bot.cli.operation_run import carried
from bot.cli.order import CommandOrder, carried_out
from bot.cli.own_address import SIMULATED, as_they_know_it, simulator_of
from bot.cli.refusal import UsageWrong
from bot.model.translatable import Language, Refusal, Translatable, Unavailable, tr
from bot.operations.declared.conversation_looks import show_conversation
from bot.operations.find_contacts import LocatedContact
from bot.operations.sent_files import LineFiles, OpenedFile, opened_file, sent_message
from bot.operations.simulated_time import now_among
from bot.playbook.syntax.source import file_trouble_as


class NotSaved(Refusal):
    """The file cannot be written; the sentence says why."""


class AnotherSimulator(Unavailable):
    """The environment names a simulator, which does not have what a real person sent."""


async def save_file(order: CommandOrder) -> None:
    """Write the file that is asked for; over no other file. Raises what `opened_file` does, `NotSaved`."""
    found = await contact_named(order, order.name or "", unproven=True)
    now = await now_among(found.stores)

    simulated = await _simulated(order, found) if found.simulated else None

    def line() -> LineFiles:
        if simulated is not None:
            return simulated
        here = order.opened.environment
        asks = LineFiles(order.served.settings.channels, line_api(here), line_data_api(here))
        if URL(asks.data_api).path.rstrip("/").endswith(SIMULATED):
            raise AnotherSimulator(
                tr("OAFLOW_LINE_API names a simulator, and none of its friends sent this: unset it")
            )
        return asks

    folder: Path = order.options.into or Path()
    _may_lie_in(folder)
    sent = await sent_message(found, order.options.save)
    opened = await opened_file(found, sent, line, order.by, now)
    path = folder / opened.name
    await _write(opened.pieces(), path)
    payload = {
        "contact": found.contact.id,
        "simulator": found.simulated,
        "message": opened.message.id,
        "kind": opened.message.kind,
        "file": str(path),
        "type": opened.type.media,
        "bytes": opened.size,
        "fetched": opened.fetched,
    }
    order.show(payload, _saved(opened, path))


def _saved(opened: OpenedFile, path: Path) -> Translatable:
    size = f"{opened.size:,}"
    if opened.fetched:
        return tr("{file}: {size} bytes, fetched from LINE, and kept from now on", file=str(path), size=size)
    return tr("{file}: {size} bytes, as they were kept", file=str(path), size=size)


async def _simulated(order: CommandOrder, found: LocatedContact) -> LineFiles:
    """The LINE of the simulator whose friend has sent it."""
    simulator = await simulator_of(found.stores)
    known = await as_they_know_it(order.opened, order.served, found.stores)
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
        raise NotSaved(tr("{file} is there already: move it away, or name another folder", file=str(path)))
    with _saving_in(path.parent):
        handle, beside = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 600
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            os.rename(beside, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise


def _may_lie_in(folder: Path) -> None:
    """Raise `NotSaved` where this is no folder: before anybody is asked for anything."""
    with _saving_in(folder):
        os.scandir(folder).close()


def _saving_in(folder: Path) -> AbstractContextManager[None]:
    return file_trouble_as(
        lambda reason: NotSaved(tr("{folder}: {reason}", folder=str(folder), reason=reason))
    )


save = carried_out()(save_file)
converse = carried_out()(partial(carried, show_conversation))


def shown_by(shows: Run) -> Run:
    """What `contact show` does: what its operation `shows`, a conversation, or a file that is written."""

    def run(options: Arguments, speech: Language) -> int:
        if options.save is not None:
            return save(options, speech)
        if options.into is not None:
            raise UsageWrong(tr("--into says where --save writes a file: name its message with  --save ID"))
        return converse(options, speech) if options.conversation else shows(options, speech)

    return run
