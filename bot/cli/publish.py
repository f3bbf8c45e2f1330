"""`oaflow publish`: the playbook of this folder is live from now on, also where it was replaced before."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.acceptance import ENDS_AT_ONCE, Acceptance, PeopleInTheWay
from bot.cli.contact import commander
from bot.cli.database import OpenDatabase, SettingsWrong, folder_of, open_database
from bot.cli.language import language
from bot.cli.live import Sound, sound
from bot.cli.refusal import refused
from bot.cli.rehearsal import rehearsal
from bot.cli.who_serves import PATIENCE, Serves, who_serves
from bot.model.accepted import Accepted
from bot.model.audit import AuditRow
from bot.model.clock import SystemClock
from bot.model.problem import Problem
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.folder import ScenarioMissing
from bot.store.audit import AuditLog
from bot.store.processes import Processes
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
UNAVAILABLE = 2
STAYS = "it is not published, and what is live goes on"


@dataclass(frozen=True, slots=True)
class Despite:
    """What is published all the same: scenarios were not played, no running process has these files."""

    untested: bool = False
    unserved: bool = False


class _Refused(Exception):
    """It is not made live; the text says why, and what to do."""


async def publish(playbook: Path, despite: Despite) -> int:
    """Make this folder's playbook live; the exit code of `interface.md`.

    Its scenarios are played first. Running processes that read the same files take it over with their next
    renewal; others stand aside: where there are only such, it is refused.
    """
    environment = dict(os.environ)
    try:
        loaded = load(playbook, environment)
        if loaded.problems:
            _show(loaded.problems, loaded.sources)
        found = sound(loaded)
        if found is None:
            raise _Refused(f"{STAYS}; {ENDS_AT_ONCE}")
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            told = await _published(opened, playbook, found, despite)
        finally:
            await opened.close()
    except (_Refused, SettingsWrong) as error:
        return refused(error, WRONG)
    except (PlaybookMissing, ScenarioMissing, DatabaseUnavailable) as error:
        return refused(error, UNAVAILABLE)
    sys.stdout.write(f"the playbook {told}\n")
    return 0


async def _published(opened: OpenDatabase, playbook: Path, found: Sound, despite: Despite) -> str:
    """Make it live where nothing speaks against that; what came of it. Raises `_Refused`."""
    version, clock = found.playbook.version, SystemClock()
    acceptance = Acceptance(opened.database, clock, _show)
    processes = Processes(opened.database, opened.gone)
    live = await acceptance.playbooks.live()
    if live is not None and live.version == version:
        return f"was live already: {live}{await _whether_served(processes, version)}"
    try:
        await acceptance.look(found)
    except PeopleInTheWay as error:
        _show(error.problems, error.sources)
        raise _Refused(f"{error}: {STAYS}; {await acceptance.at_a_start(found)}") from error
    if not despite.untested and not await asyncio.to_thread(rehearsal, playbook):
        raise _Refused(
            f"a scenario fails: {STAYS}; {await acceptance.at_a_start(found)}\n"
            "= hint: mend it, or publish all the same:  oaflow publish --untested"
        )
    serves = await who_serves(processes, version, patience=0 if despite.unserved else PATIENCE)
    if serves.is_outage and not despite.unserved:
        raise _Refused(_nobody(serves, await acceptance.at_a_start(found)))
    live = await acceptance.accept(found, anew=True)
    await AuditLog(opened.database, opened.seal).add(_line(live, despite, clock))
    if live.version != version:
        raise _Refused(f"somebody else has published meanwhile, and that is live: {live}")
    return await _told(processes, live, serves)


async def _told(processes: Processes, live: Accepted, before: Serves) -> str:
    """What is true once the processes have had the time to take it over."""
    if not before.alive:
        return f"is live with the next start: {live}; no process runs now"
    if before.is_outage:
        return f"is the one to serve: {live}; nobody is answered until a process with these files runs"
    serves = await who_serves(processes, live.version, running=True)
    if not serves.running:
        raise _Refused(
            f"the playbook is accepted, {live}, but no process has taken it over yet: their logs say why"
        )
    others = len(serves.alive) - len(serves.running)
    aside = f"; {others} with other files {'stands' if others == 1 else 'stand'} aside" if others else ""
    many = f"{len(serves.running)} process" + ("es" if len(serves.running) > 1 else "")
    return f"is live now: {live}, served by {many}{aside}"


async def _whether_served(processes: Processes, version: str) -> str:
    serves = Serves(version, await processes.alive())
    return "; nobody serves it: no running process has these files" if serves.is_outage else ""


def _nobody(serves: Serves, at_a_start: str) -> str:
    there = "".join(f"\n  {one.where} serves {one.runs[:12]}" for one in serves.alive)
    return (
        f"no running process has these files, so that nobody would be answered: {STAYS}; {at_a_start}\n"
        f"what runs:{there}\n"
        "= hint: put these files where a process reads its own and publish again, or start one with them"
        " (oaflow run; where it stands aside, publish again); where the processes are restarted with them at"
        " once:  oaflow publish --unserved"
    )


def _line(live: Accepted, despite: Despite, clock: SystemClock) -> AuditRow:
    """Who made which version live when, and despite what."""
    how = [word for word, so in (("untested", despite.untested), ("unserved", despite.unserved)) if so]
    details = (str(live.number), live.version, *how)
    return AuditRow(f"published:{live.number}", clock.now(), commander(), "published", "", details=details)


def _show(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    sys.stderr.write(render(problems, sources, language(None, os.environ)))
