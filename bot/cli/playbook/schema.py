"""`oaflow schema`: the language of playbooks as JSON Schema, for editors."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser

from bot.cli.arguments import Arguments, add_language, describe
from bot.cli.exit_codes import RIGHT
from bot.model.said import Language
from bot.playbook.shape.editors import schema


def arguments(command: ArgumentParser) -> None:
    """The language of titles and descriptions."""
    says = "The language of playbooks as JSON Schema, with which an editor completes and explains."
    describe(command, says, example="oaflow schema --language en", run=run)
    add_language(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    json.dump(schema(words), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return RIGHT
