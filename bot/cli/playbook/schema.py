"""`oaflow schema`: the language as JSON Schema, for editors; the events from outside, as OpenAPI."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser

from bot.cli.arguments import Arguments, add_playbook, describe
from bot.cli.exit_codes import RIGHT
from bot.cli.terminal_text import write_file_out
from bot.model.translatable import Language
from bot.playbook.shape.editors import schema, schema_of


def arguments(command: ArgumentParser) -> None:
    """Of which kind of files, or of whose events; and the language of titles and descriptions."""
    says = (
        "The language of playbooks, or of scenario files, as JSON Schema, with which an editor"
        " completes and explains; or what other systems may tell of a playbook, as OpenAPI."
    )
    describe(command, says, example="oaflow schema --language en", run=run)
    what = command.add_mutually_exclusive_group()
    what.add_argument("--scenarios", action="store_true", help="of scenario files, not of playbooks")
    what.add_argument("--events", action="store_true", help="of  POST /api/events  of PLAYBOOK, as OpenAPI")
    add_playbook(command)


def run(wanted: Arguments, words: Language) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    write_file_out(json.dumps(_made(wanted, words), ensure_ascii=False, indent=2) + "\n")
    return RIGHT


def _made(wanted: Arguments, words: Language) -> object:
    if wanted.scenarios:
        from bot.scenario.shape.scenario import SCENARIO

        return schema_of(SCENARIO, words)
    if wanted.events:
        from bot.app.addresses import public_address
        from bot.app.playbook_environment import environment_of
        from bot.cli.valid_files import read_valid_playbook
        from bot.connectors.shops.platforms import BY_EVENTS
        from bot.web.outside_events_openapi import openapi

        valid = read_valid_playbook(wanted.playbook)
        shops = [name for name, one in valid.settings.shops.items() if one.platform in BY_EVENTS]
        return openapi(valid.playbook, public_address(environment_of(wanted.playbook, os.environ)), shops)
    return schema(words)
