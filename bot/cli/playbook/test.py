"""`oaflow test`: the playbook's scenarios, played in this process, without database and network."""

from __future__ import annotations

import json
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from bot.cli.arguments import Arguments, add_json, describe
from bot.cli.exit_codes import RIGHT, WRONG
from bot.cli.playbook.check import checked
from bot.cli.rehearsal import all_played, counted, progress, show_failures
from bot.cli.terminal_text import write_err, write_out
from bot.model.translatable import Language, tr
from bot.playbook.report import as_json as as_json_of_problems
from bot.playbook.report import render
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import Result, as_json


def arguments(command: ArgumentParser) -> None:
    """A playbook and some of its scenarios."""
    says = "Play the playbook's scenarios (tests/scenarios/*.yaml), without database and network."
    describe(command, says, example="oaflow test my-shop first_binding", run=run)
    command.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    command.add_argument(
        "scenario", nargs="*", metavar="SCENARIO", help="a file, or its name without .yaml (all of them)"
    )
    add_json(command, "the results for programs")


def run(wanted: Arguments, words: Language) -> int:
    """Play scenarios: the first word may be the playbook, the others name scenarios. The exit code."""
    written = [wanted.playbook, *wanted.scenario] if wanted.playbook is not None else []
    path, named = _playbook_and_names(written)
    files = PlaybookFiles(path, dict(os.environ))
    loaded = files.load()
    chosen = files.named(named)
    if loaded.playbook is None:
        if wanted.json:
            write_out(as_json_of_problems(loaded.problems, words))
        else:
            write_err(render(loaded.problems, loaded.sources, words))
            write_err(words.text(checked(files.folder)) + "\n")
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


def _print(results: Sequence[Result], seconds: float, folder: Path, speech: Language) -> None:
    show_failures(results, speech, sys.stdout, sys.stderr)
    if any(result.failure is not None for result in results):
        meant = tr(
            "changed on purpose? write into the scenario what the bot says now, or record it anew;"
            " else put the playbook back"
        )
        write_out(f"{speech.text(meant)}\n\n")
    found = tr("{scenarios} in {seconds} s", scenarios=counted(results), seconds=f"{seconds:.2f}")
    tested = tr("tested: {folder}", folder=str(folder.resolve()))
    write_out(f"{speech.text(found)}\n{speech.text(tested)}\n")


def _print_json(results: Sequence[Result], seconds: float, speech: Language) -> None:
    answer = {
        "scenarios": [as_json(result, speech) for result in results],
        "failed": sum(not result.holds for result in results),
        "seconds": round(seconds, 3),
    }
    write_out(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
