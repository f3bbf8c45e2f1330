"""`--encoding`: how a table of another system is saved, where it is not to be found out."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import get_args

from bot.cli.order import CommandOrder
from bot.model.translatable import tr
from bot.operations.table_lines import read_as
from bot.playbook.csv_table import TableEncoding


def add_encoding(command: ArgumentParser) -> None:
    """The option."""
    says = "how the file is saved, where it is found out wrongly"
    command.add_argument("--encoding", choices=get_args(TableEncoding), help=says)


def note_encoding(file: Path, order: CommandOrder) -> None:
    """Tell that a file is taken for Japanese, which few are."""
    if read_as(file, order.options.encoding) == "shift-jis":
        order.note(
            tr("{file} is read as Shift-JIS (Japanese); if that is wrong:  --encoding big5", file=str(file))
        )
