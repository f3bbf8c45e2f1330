"""`oaflow publish`: the playbook of this folder is live from now on, also where it was replaced before."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app.database import OpenDatabase, SettingsWrong, folder_of, open_database
from bot.cli.commander import commander
from bot.cli.language import language
from bot.cli.playbook.rehearsal import rehearsal
from bot.cli.refusal import refused
from bot.model.accepted import SHORT, Accepted
from bot.model.audit import AuditRow
from bot.model.clock import SystemClock
from bot.model.problem import Problem
from bot.model.said import Refusal, Said, say
from bot.operations.acceptance import ENDS_AT_ONCE, Acceptance, PeopleInTheWay
from bot.operations.who_serves import PATIENCE, Serves, who_serves
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.scenario.folder import ScenarioMissing
from bot.store.processes import Processes
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
UNAVAILABLE = 2
STAYS = say("it is not published, and what is live goes on")


@dataclass(frozen=True, slots=True)
class Despite:
    """What is published all the same: scenarios were not played, no running process has these files."""

    untested: bool = False
    unserved: bool = False


class _Refused(Refusal):
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
        found = valid_playbook(loaded)
        if found is None:
            raise _Refused(say("{stays}; {start}", stays=STAYS, start=ENDS_AT_ONCE))
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            told = await _published(opened, playbook, found, despite)
        finally:
            await opened.close()
    except (_Refused, SettingsWrong) as error:
        return refused(error, WRONG)
    except (PlaybookMissing, ScenarioMissing, DatabaseUnavailable) as error:
        return refused(error, UNAVAILABLE)
    sys.stdout.write(f"{language(None, environment).text(told)}\n")
    return 0


async def _published(opened: OpenDatabase, playbook: Path, found: ValidPlaybook, despite: Despite) -> Said:
    """Make it live where nothing speaks against that; what came of it. Raises `_Refused`."""
    version, clock = found.playbook.version, SystemClock()
    acceptance = Acceptance(opened.stores, clock, _show)
    processes = opened.stores.processes
    live = await acceptance.playbooks.live()
    if live is not None and live.version == version:
        return await _was_live(processes, live)
    try:
        await acceptance.look(found)
    except PeopleInTheWay as error:
        _show(error.problems, error.sources)
        start = await acceptance.at_a_start(found)
        raise _Refused(say("{why}: {stays}; {start}", why=error.said, stays=STAYS, start=start)) from error
    if not despite.untested and not await asyncio.to_thread(rehearsal, playbook):
        raise _Refused(
            say(
                "a scenario fails: {stays}; {start}\n"
                "= hint: mend it, or publish all the same:  oaflow publish --untested",
                stays=STAYS,
                start=await acceptance.at_a_start(found),
            )
        )
    serves = await who_serves(processes, version, patience=0 if despite.unserved else PATIENCE)
    if serves.is_outage and not despite.unserved:
        raise _Refused(_nobody(serves, await acceptance.at_a_start(found)))
    live = await acceptance.accept(found, anew=True)
    await opened.stores.audit.add(_line(live, despite, clock))
    if live.version != version:
        raise _Refused(
            say("somebody else has published meanwhile, and that is live: {live}", live=_which(live))
        )
    return await _told(processes, live, serves)


async def _told(processes: Processes, published: Accepted, before: Serves) -> Said:
    """What is true once the processes have had the time to take it over."""
    live = _which(published)
    if not before.alive:
        return say("the playbook is live with the next start: {live}; no process runs now", live=live)
    if before.is_outage:
        return say(
            "the playbook is the one to serve: {live}; nobody is answered until a process with these"
            " files runs",
            live=live,
        )
    serves = await who_serves(processes, published.version, running=True)
    if not serves.running:
        raise _Refused(
            say(
                "the playbook is accepted, {live}, but no process has taken it over yet: their logs say why",
                live=live,
            )
        )
    served = _many(len(serves.running))
    now = say("the playbook is live now: {live}, served by {many}", live=live, many=served)
    others = len(serves.alive) - len(serves.running)
    if not others:
        return now
    return say("{now}; with other files stand aside: {others}", now=now, others=_many(others))


def _which(live: Accepted) -> Said:
    return say("number {number} ({version})", number=live.number, version=live.version[:SHORT])


def _many(processes: int) -> Said:
    return say("1 process") if processes == 1 else say("{number} processes", number=processes)


async def _was_live(processes: Processes, live: Accepted) -> Said:
    was = say("the playbook was live already: {live}", live=_which(live))
    if not Serves(live.version, await processes.alive()).is_outage:
        return was
    return say("{was}; nobody serves it: no running process has these files", was=was)


def _nobody(serves: Serves, at_a_start: Said) -> Said:
    there = "".join(f"\n  {one.where} serves {one.runs[:SHORT]}" for one in serves.alive)
    return say(
        "no running process has these files, so that nobody would be answered: {stays}; {start}\n"
        "what runs:{there}\n"
        "= hint: put these files where a process reads its own and publish again, or start one with them"
        " (oaflow run; where it stands aside, publish again); where the processes are restarted with them at"
        " once:  oaflow publish --unserved",
        stays=STAYS,
        start=at_a_start,
        there=there,
    )


def _line(live: Accepted, despite: Despite, clock: SystemClock) -> AuditRow:
    """Who made which version live when, and despite what."""
    how = [word for word, so in (("untested", despite.untested), ("unserved", despite.unserved)) if so]
    details = (str(live.number), live.version, *how)
    return AuditRow(f"published:{live.number}", clock.now(), commander(), "published", "", details=details)


def _show(problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    sys.stderr.write(render(problems, sources, language(None, os.environ)))
