"""`oaflow schema`: the language of playbooks, or of scenario files, as JSON Schema, for editors."""

from __future__ import annotations

import json
import sys

from bot.model.said import Language
from bot.playbook.shape.editors import schema, schema_of
from bot.scenario.shape.scenario import SCENARIO


def print_schema(words: Language, *, scenarios: bool) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    made = schema_of(SCENARIO, words) if scenarios else schema(words)
    json.dump(made, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0
