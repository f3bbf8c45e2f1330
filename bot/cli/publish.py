"""`oaflow publish`: the playbook of this folder is live from now on, also where it was replaced before."""

from __future__ import annotations

import os
import sys
import uuid
from pathlib import Path

from bot.cli.acceptance import Acceptance, PeopleInTheWay
from bot.cli.database import SettingsWrong, folder_of, open_database
from bot.cli.language import language
from bot.cli.live import sound
from bot.model.clock import SystemClock
from bot.playbook.load import load
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
UNAVAILABLE = 2


async def publish(playbook: Path) -> int:
    """Make this folder's playbook live; the exit code of `interface.md`.

    Running processes that read the same files take it over with their next renewal; others stand aside.
    """
    environment = dict(os.environ)
    try:
        loaded = load(playbook, environment)
        if loaded.problems:
            sys.stderr.write(render(loaded.problems, loaded.sources, language(None, os.environ)))
        found = sound(loaded)
        if found is None:
            return WRONG
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            acceptance = Acceptance(opened.database, SystemClock())
            before = await acceptance.playbooks.live()
            live = await acceptance.accept(found, anew=True)
        finally:
            await opened.close()
    except PeopleInTheWay as error:
        sys.stderr.write(error.report(language(None, os.environ)))
        return _refuse(f"{error}: it is not made live", WRONG)
    except (PlaybookMissing, DatabaseUnavailable) as error:
        return _refuse(str(error), UNAVAILABLE)
    except SettingsWrong as error:
        return _refuse(str(error), WRONG)
    state = "was live already" if live == before else "is live now"
    sys.stdout.write(f"the playbook {state}: {live}\n")
    return 0


def _refuse(message: str, code: int) -> int:
    sys.stderr.write(f"oaflow: {message}\n")
    return code
