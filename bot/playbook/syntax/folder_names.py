"""What the file and the folders of a playbook are called (language, section 2)."""

from __future__ import annotations

from bot.model.place import Place

BOT_YAML = "bot.yaml"
FOLDERS = ("cards", "flows", "rules")
"""The folders beside `bot.yaml` whose YAML files belong to the playbook, at any depth."""
SCENARIOS = "tests/scenarios"
"""Where the scenarios of a playbook lie, which are tests, and no part of it."""


def section_place(section: str) -> Place:
    """The place of what a section lacks: the begin of `bot.yaml`."""
    return Place(BOT_YAML, 1, 1, section)
