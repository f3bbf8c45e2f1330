"""`oaflow test`: the playbook's scenarios, played in this process, without database and network."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from bot.cli.arguments import Arguments, add_json, add_language, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.playbook.check import checked
from bot.model.said import Language, Said, say
from bot.playbook.formats import as_json as as_json_of_problems
from bot.playbook.load import Loaded
from bot.playbook.report import render
from bot.playbook.syntax.folder import BOT_YAML
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, as_json, in_words, played

PATIENCE = 0.5
"""Seconds after which a terminal is shown how far it is."""


def arguments(command: ArgumentParser) -> None:
    """A playbook and some of its scenarios."""
    says = "Play the playbook's scenarios (tests/scenarios/*.yaml), without database and network."
    describe(command, says, example="oaflow test my-shop first_binding", run=run)
    command.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    command.add_argument(
        "scenario", nargs="*", metavar="SCENARIO", help="a file, or its name without .yaml (all of them)"
    )
    add_json(command, "the results for programs")
    add_language(command)


def run(wanted: Arguments, words: Language) -> int:
    """Play scenarios: the first word may be the playbook, the others name scenarios. The exit code."""
    written = [wanted.playbook, *wanted.scenario] if wanted.playbook is not None else []
    path, named = _playbook_and_names(written)
    files = PlaybookFiles(path, dict(os.environ))
    loaded = files.load()
    chosen = files.named(named)
    if loaded.playbook is None:
        if wanted.json:
            sys.stdout.write(as_json_of_problems(loaded.problems, words))
        else:
            sys.stderr.write(render(loaded.problems, loaded.sources, words))
            sys.stderr.write(words.text(checked(files.folder)) + "\n")
        return WRONG
    began = time.monotonic()
    results = all_played(files, chosen, loaded, progress(len(chosen), words))
    seconds = time.monotonic() - began
    if wanted.json:
        _print_json(results, seconds, words)
    else:
        _print(results, seconds, files.folder, words)
    return RIGHT if all(result.holds for result in results) else WRONG


def _playbook_and_names(words: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """The playbook's folder (the current one where none is named), and the rest."""
    if not words:
        return Path(), ()
    first = Path(words[0])
    if first.is_dir() or first.name == BOT_YAML:
        return first, words[1:]
    if first.is_file() and not Path(BOT_YAML).exists():
        for folder in first.resolve().parents:
            if (folder / BOT_YAML).exists():
                return folder, [str(Path(word).resolve()) for word in words]
    return Path(), words


def all_played(
    files: PlaybookFiles, chosen: Sequence[str], loaded: Loaded, tell: Callable[[int], None]
) -> list[Result]:
    """Play these scenarios one after the other; `tell` hears how many are done. Raises `ScenarioMissing`."""
    results = []
    for number, file in enumerate(chosen):
        tell(number)
        results.append(played(files, file, loaded))
    tell(len(chosen))
    return results


def progress(total: int, said: Language) -> Callable[[int], None]:
    """Says on a terminal how far it is, once it takes long; elsewhere nothing."""
    began = time.monotonic()
    shown = 0

    def tell(done: int) -> None:
        nonlocal shown
        if not sys.stderr.isatty() or time.monotonic() - began < PATIENCE:
            return
        if done == total:
            sys.stderr.write("\r\033[K" if shown else "")
        elif done * 100 // total != shown:
            shown = done * 100 // total
            sys.stderr.write("\r" + said.text(say("{done} of {total} scenarios", done=done, total=total)))
        sys.stderr.flush()

    return tell


def _print(results: Sequence[Result], seconds: float, folder: Path, said: Language) -> None:
    show_failures(results, said, sys.stdout)
    if any(result.failure is not None for result in results):
        meant = say(
            "changed on purpose? write into the scenario what the bot says now, or record it anew;"
            " else put the playbook back"
        )
        sys.stdout.write(f"{said.text(meant)}\n\n")
    found = say("{scenarios} in {seconds} s", scenarios=counted(results), seconds=f"{seconds:.2f}")
    tested = say("tested: {folder}", folder=str(folder.resolve()))
    sys.stdout.write(f"{said.text(found)}\n{said.text(tested)}\n")


def show_failures(results: Sequence[Result], said: Language, out: TextIO) -> None:
    """What is wrong in the scenarios' files on stderr, and on `out` what did not come out as written."""
    problems = [problem for result in results for problem in result.problems]
    sys.stderr.write(render(problems, {result.file: result.text for result in results}, said))
    for result in results:
        if result.failure is not None:
            out.write(in_words(result, said) + "\n")


def counted(results: Sequence[Result]) -> Said:
    """`12 scenarios, 1 failed`."""
    failed = sum(not result.holds for result in results)
    if len(results) == 1:
        return say("1 scenario, {failed} failed", failed=failed)
    return say("{number} scenarios, {failed} failed", number=len(results), failed=failed)


def _print_json(results: Sequence[Result], seconds: float, said: Language) -> None:
    answer = {
        "scenarios": [as_json(result, said) for result in results],
        "failed": sum(not result.holds for result in results),
        "seconds": round(seconds, 3),
    }
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
