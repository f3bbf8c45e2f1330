"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import orjson

from bot.cli.database import SettingsWrong, folder_of, open_database
from bot.cli.language import language
from bot.engine.playbook import Playbook
from bot.model.accepted import SHORT
from bot.model.journal import TimelineRow, TraceRow
from bot.model.place import Place
from bot.playbook.report import render
from bot.playbook.similar import shown
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import Why
from bot.scenario.result import why_as_json
from bot.store.indexes import TRACE_DAYS
from bot.store.journal import Journal
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
COULD_NOT = 2


async def explain_event(playbook: Path, event: str, *, json_wanted: bool) -> int:
    """Print the steps of the turn in which this event was decided; the exit code.

    `event` is `channel:webhookEventId`, or the `webhookEventId` alone.
    """
    environment = dict(os.environ)
    try:
        loaded = PlaybookFiles(playbook, environment).load()
        if loaded.playbook is None:
            sys.stderr.write(render(loaded.problems, loaded.sources, language(None, os.environ)))
            return WRONG
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            journals = [Journal(database, opened.seal) for database in await opened.databases()]
            row, trace = await _found(journals, loaded.playbook, event)
        finally:
            await opened.close()
    except (PlaybookMissing, DatabaseUnavailable, SettingsWrong) as error:
        return _refuse(str(error))
    if row is None:
        return _refuse(f"no turn is stored of an event {shown(event)}; its id stands in LINE's webhook")
    if trace is None:
        return _refuse(f"why is kept for {TRACE_DAYS} days only; of {row.id} is known: {row.what}")
    if json_wanted:
        sys.stdout.write(json.dumps(_as_json(row, trace), ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(row, trace, loaded.playbook)) + "\n")
    return 0


async def _found(
    journals: Sequence[Journal], playbook: Playbook, event: str
) -> tuple[TimelineRow | None, TraceRow | None]:
    names = (event, *(f"{channel}:{event}" for channel in playbook.channels))
    for journal, name in product(journals, names):
        row = await journal.row_of(name)
        if row is not None:
            return row, await journal.trace_of(name)
    return None, None


def _steps(trace: TraceRow) -> list[Why]:
    return [Why(_place(where), *told) for where, *told in orjson.loads(trace.steps)]


def _place(where: str | None) -> Place | None:
    """`file:line:column`, as a trace keeps it."""
    if where is None:
        return None
    file, line, column = where.rsplit(":", 2)
    return Place(file, int(line), int(column), "")


def _lines(row: TimelineRow, trace: TraceRow, playbook: Playbook) -> Iterator[str]:
    yield f"  event  {row.id}"
    yield f"     at  {row.at.astimezone(playbook.zone):%Y-%m-%d %H:%M:%S}"
    yield f"   what  {row.what}"
    if trace.version != playbook.version:
        yield f"         (decided by the playbook {trace.version[:SHORT]}, lines are of that one)"
    yield ""
    yield "why:"
    yield from (f"  {step}" for step in _steps(trace))


def _as_json(row: TimelineRow, trace: TraceRow) -> dict[str, Any]:
    return {
        "event": row.id,
        "contact": row.contact,
        "at": row.at.isoformat(),
        "what": row.what,
        "version": trace.version,
        "why": [why_as_json(step) for step in _steps(trace)],
    }


def _refuse(message: str) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return COULD_NOT
