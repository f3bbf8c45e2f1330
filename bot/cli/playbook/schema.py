"""`oaflow schema`: the language of playbooks as JSON Schema, for editors."""

from __future__ import annotations

import json
import os
import sys

from bot.cli.language import language
from bot.playbook.shape.editors import schema


def print_schema(spoken: str | None = None) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    json.dump(schema(language(spoken, os.environ)), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0
