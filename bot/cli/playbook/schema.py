"""`oaflow schema`: the language of playbooks as JSON Schema, for editors."""

from __future__ import annotations

import json
import sys

from bot.model.said import Language
from bot.playbook.shape.editors import schema


def print_schema(words: Language) -> int:
    """Print it, and nothing else; titles and descriptions in one language."""
    json.dump(schema(words), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0
