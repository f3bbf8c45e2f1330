"""`oaflow keys`: the keys that seal personal data."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from bot.cli.arguments import Arguments, describe
from bot.cli.exit_codes import RIGHT
from bot.model.said import Language
from bot.store.sealing.keyring import generate


def arguments(command: ArgumentParser) -> None:
    """What is done."""
    says = "The keys that seal personal data in the database."
    describe(command, says, example='export OAFLOW_KEYS="$(oaflow keys new)"', run=run)
    command.add_argument("action", choices=["new"], help="new: print a new key ring for OAFLOW_KEYS")


def run(wanted: Arguments, words: Language) -> int:
    """Print a new key ring."""
    sys.stdout.write(f"{generate()}\n")
    return RIGHT
