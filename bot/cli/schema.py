"""`oaflow schema`: the language of playbooks as JSON Schema, for editors."""

from __future__ import annotations

import json
import sys

from bot.playbook.shape.editors import schema


def print_schema() -> int:
    """Print it, and nothing else."""
    json.dump(schema(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0
