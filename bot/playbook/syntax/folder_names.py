"""What the file and the folders of a playbook are called (language, section 2)."""

from __future__ import annotations

BOT_YAML = "bot.yaml"
FOLDERS = ("cards", "flows", "rules")
"""The folders beside `bot.yaml` whose YAML files belong to the playbook, at any depth."""
SCENARIOS = "tests/scenarios"
"""Where the scenarios of a playbook lie, which are tests, and no part of it."""
