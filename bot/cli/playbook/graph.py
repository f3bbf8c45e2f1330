"""`oaflow graph`: a flow as a picture, or the names of all flows."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from bot.cli.arguments import Arguments, add_days, describe
from bot.cli.exit_codes import RIGHT
from bot.cli.terminal_text import write_file_out, write_out
from bot.cli.valid_files import read_valid_playbook
from bot.model.money import prices_of
from bot.model.translatable import Language
from bot.operations.resolve_name import flow_of
from bot.playbook.drawing.mermaid import chart
from bot.playbook.drawing.sketch import Sketch, in_words, sketch
from bot.playbook.syntax.folder_names import BOT_YAML

GraphFormat: TypeAlias = Literal["mermaid", "svg"]


def arguments(command: ArgumentParser) -> None:
    """A playbook and a flow, and how it is drawn."""
    says = "A flow as a picture; without FLOW, the names of all flows."
    describe(command, says, example="oaflow graph my-shop skin_quiz --format svg", run=run)
    command.add_argument("playbook", nargs="?", metavar="PLAYBOOK", help="folder with bot.yaml (.)")
    command.add_argument("flow", nargs="?", metavar="FLOW", help="name of a flow")
    command.add_argument("--format", choices=["mermaid", "svg"], help="kind of picture (mermaid)")
    command.add_argument("--live", action="store_true", help="with what was counted, from the database")
    add_days(command, "count the last N days, with today (%(default)s)")


def run(wanted: Arguments, words: Language) -> int:
    """Print a flow's picture, with the figures of the last days if wanted, or which flows there are."""
    folder, name = _folder_and_flow([word for word in (wanted.playbook, wanted.flow) if word is not None])
    if wanted.live:
        from bot.cli.playbook.people import graph_live  # not above: the others need no database

        return graph_live(folder, name, wanted.days, lambda drawn: _show(drawn, wanted.format, words), words)
    valid = read_valid_playbook(folder)
    playbook = valid.playbook
    if name is None and wanted.format is None:
        write_out("".join(f"{name}  {flow.title}\n" for name, flow in playbook.flows.items()))
    else:
        found = sketch(playbook, flow_of(playbook, name), words, prices_of(valid.settings))
        drawn = in_words(found, playbook, words)
        _show(drawn, wanted.format, words)
    return RIGHT


def _show(drawn: Sketch, form: GraphFormat | None, words: Language) -> None:
    """Print a sketch in this form; as Mermaid where none is asked for."""
    if form == "svg":
        from bot.playbook.drawing.svg import picture  # not above: others need no layout

        write_file_out(picture(drawn, words))
    else:
        write_file_out(chart(drawn, words))


def _folder_and_flow(words: Sequence[str]) -> tuple[Path, str | None]:
    """Folder and flow: of one word alone, a folder with a playbook is the folder, all else the flow."""
    match words:
        case [folder, flow]:
            return Path(folder), flow
        case [word] if (Path(word) / BOT_YAML).is_file() or Path(word).suffix == ".yaml":
            return Path(word), None
        case [word] if os.sep not in word:
            return Path(), word
        case [word]:
            return Path(word), None
        case _:
            return Path(), None
