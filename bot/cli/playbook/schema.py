"""`oaflow schema`: the language of playbooks, or of scenario files, as JSON Schema, for editors."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser

from bot.cli.arguments import Arguments, add_language, describe
from bot.cli.exit_codes import RIGHT
from bot.model.said import Language
from bot.playbook.shape.editors import schema, schema_of
from bot.scenario.shape.scenario import SCENARIO


def arguments(command: ArgumentParser) -> None:
    """Of which kind of files, and the language of titles and descriptions."""
    says = (
        "The language of playbooks, or of scenario files, as JSON Schema, with which an editor"
        " completes and explains."
    )
    describe(command, says, example="oaflow schema --language en", run=run)
    command.add_argument("--scenarios", action="store_true", help="of scenario files, not of playbooks")
    add_language(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    made = schema_of(SCENARIO, words) if wanted.scenarios else schema(words)
    json.dump(made, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return RIGHT
