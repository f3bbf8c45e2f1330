"""The playbook's scenarios, played before it is made live."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from bot.cli.playbook.test import all_played, counted, progress, show_failures
from bot.model.said import Language, say
from bot.scenario.folder import PlaybookFiles


def rehearsal(playbook: Path, said: Language) -> bool:
    """Play all scenarios, tell how many there are and what fails; whether all hold.

    Raises `PlaybookMissing` and `ScenarioMissing`.
    """
    files = PlaybookFiles(playbook, dict(os.environ))
    chosen = files.scenarios()
    if not chosen:
        return True
    began = time.monotonic()
    results = all_played(files, chosen, files.load(), progress(len(chosen), said))
    show_failures(results, said, sys.stderr)
    seconds = f"{time.monotonic() - began:.2f}"
    found = say("{scenarios} in {seconds} s", scenarios=counted(results), seconds=seconds)
    sys.stderr.write(said.text(found) + "\n")
    return all(result.holds for result in results)
