"""The playbook's scenarios, played one after the other: by `oaflow test`, and before it is made live."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from bot.cli.terminal_text import clear_line, write_over
from bot.model.plain_text import harmless
from bot.model.translatable import Language, Translatable, tr
from bot.playbook.load import Loaded
from bot.playbook.report import render
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, in_words, played

PATIENCE = 0.5
"""Seconds after which a terminal is shown how far it is."""


def rehearsal(playbook: Path, speech: Language, out: TextIO) -> bool:
    """Play all scenarios, write to `out` how many there are and what fails; whether all hold.

    Raises `PlaybookMissing` and `ScenarioMissing`.
    """
    files = PlaybookFiles(playbook, dict(os.environ))
    chosen = files.scenarios()
    if not chosen:
        return True
    began = time.monotonic()
    results = all_played(files, chosen, files.load(), progress(len(chosen), speech))
    show_failures(results, speech, out, out)
    seconds = f"{time.monotonic() - began:.2f}"
    found = tr("{scenarios} in {seconds} s", scenarios=counted(results), seconds=seconds)
    out.write(speech.text(found) + "\n")
    return all(result.holds for result in results)


def all_played(
    files: PlaybookFiles, chosen: Sequence[str], loaded: Loaded, tell: Callable[[int], None]
) -> list[Result]:
    """Play these scenarios one after the other; `tell` gets how many are done. Raises `ScenarioMissing`."""
    results = []
    for number, file in enumerate(chosen):
        tell(number)
        results.append(played(files, file, loaded))
    tell(len(chosen))
    return results


def progress(total: int, speech: Language) -> Callable[[int], None]:
    """Says on a terminal how far it is, once it takes long; elsewhere nothing."""
    began = time.monotonic()
    shown = 0

    def tell(done: int) -> None:
        nonlocal shown
        if not sys.stderr.isatty() or time.monotonic() - began < PATIENCE:
            return
        if done == total:
            if shown:
                clear_line()
        elif done * 100 // total != shown:
            shown = done * 100 // total
            write_over(speech.text(tr("{done} of {total} scenarios", done=done, total=total)))

    return tell


def show_failures(results: Sequence[Result], speech: Language, out: TextIO, wrong: TextIO) -> None:
    """On `wrong` what is wrong in the scenarios' files, and on `out` what did not come out as written."""
    problems = [problem for result in results for problem in result.problems]
    wrong.write(harmless(render(problems, {result.file: result.text for result in results}, speech)))
    for result in results:
        if result.failure is not None:
            out.write(harmless(in_words(result, speech)) + "\n")


def counted(results: Sequence[Result]) -> Translatable:
    """`12 scenarios, 1 failed`."""
    failed = sum(not result.holds for result in results)
    if len(results) == 1:
        return tr("1 scenario, {failed} failed", failed=failed)
    return tr("{number} scenarios, {failed} failed", number=len(results), failed=failed)
