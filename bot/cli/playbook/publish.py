"""`oaflow publish`: the playbook of this folder is live from now on, also where it was replaced before."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from bot.app.database import SettingsWrong, folder_of, open_database
from bot.cli.commander import commander
from bot.cli.playbook.rehearsal import rehearsal
from bot.cli.refusal import refused
from bot.model.problem import Problem
from bot.model.said import Language, Refusal, Said, say
from bot.operations.publishing import (
    Despite,
    LosesPeople,
    NobodyServes,
    Published,
    PublishRefused,
    ScenarioFails,
    to_publish,
    which,
)
from bot.operations.publishing import publish as make_live
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.folder import ScenarioMissing
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
UNAVAILABLE = 2


async def publish(playbook: Path, despite: Despite, words: Language) -> int:
    """Make this folder's playbook live; the exit code of `interface.md`.

    Its scenarios are played first. Running processes that read the same files take it over with their next
    renewal; others stand aside: where there are only such, it is refused.
    """
    environment, show = dict(os.environ), partial(_show, words)
    try:
        loaded = load(playbook, environment)
        if loaded.problems:
            show(loaded.problems, loaded.sources)
        found = to_publish(loaded)
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            told = await make_live(
                opened.stores,
                found,
                despite,
                commander(),
                rehearse=partial(asyncio.to_thread, rehearsal, playbook, words),
                tell=show,
            )
        finally:
            await opened.close()
    except LosesPeople as error:
        show(error.problems, error.sources)
        return refused(error, WRONG, words)
    except PublishRefused as error:
        return refused(_with_hint(error), WRONG, words)
    except SettingsWrong as error:
        return refused(error, WRONG, words)
    except (PlaybookMissing, ScenarioMissing, DatabaseUnavailable) as error:
        return refused(error, UNAVAILABLE, words)
    sys.stdout.write(f"{words.text(_told(told))}\n")
    return 0


def _told(published: Published) -> Said:
    live = which(published.live)
    match published.served:
        case "with-next-start":
            return say("the playbook is live with the next start: {live}; no process runs now", live=live)
        case "unserved":
            return say(
                "the playbook is the one to serve: {live}; nobody is answered until a process with these"
                " files runs",
                live=live,
            )
        case "was-live":
            return say("the playbook was live already: {live}", live=live)
        case "was-live-unserved":
            was = say("the playbook was live already: {live}", live=live)
            return say("{was}; nobody serves it: no running process has these files", was=was)
        case "served":
            served = _many(published.running)
            now = say("the playbook is live now: {live}, served by {many}", live=live, many=served)
            if not published.others:
                return now
            others = _many(published.others)
            return say("{now}; with other files stand aside: {others}", now=now, others=others)


def _many(processes: int) -> Said:
    return say("1 process") if processes == 1 else say("{number} processes", number=processes)


def _with_hint(error: Refusal) -> Said:
    """Why it is refused, and what to write where it shall be published all the same."""
    match error:
        case ScenarioFails():
            return say(
                "{why}\n= hint: mend it, or publish all the same:  oaflow publish --untested", why=error.said
            )
        case NobodyServes():
            return say(
                "{why}\n"
                "= hint: put these files where a process reads its own and publish again, or start one with"
                " them (oaflow run; where it stands aside, publish again); where the processes are restarted"
                " with them at once:  oaflow publish --unserved",
                why=error.said,
            )
        case _:
            return error.said


def _show(words: Language, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
    sys.stderr.write(render(problems, sources, words))
