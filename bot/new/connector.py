"""Writes the files of a new connector from templates: a provider of SMS, or a shop platform."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from bot.new.templates_filled import BOT, filled, tidied, written_files

LISTED_IN = {"shops": "platforms.py", "sms": "providers.py"}
NAME = re.compile(r"[a-z][a-z0-9_]*")


def arguments(asked: ArgumentParser) -> None:
    """The options."""
    asked.add_argument("kind", choices=LISTED_IN)
    asked.add_argument("name", help="what the playbook calls it: pigeon")
    asked.add_argument("--title", help="what people call it: 'Pigeon post'")


def wrong(options: Namespace) -> str | None:
    """What its tests would refuse."""
    is_name = NAME.fullmatch(options.name) is not None
    return None if is_name else "NAME is of small letters, digits and _, beginning with a letter: pigeon"


def write(options: Namespace) -> str:
    """The folder with its test, and the line that lists it; what is next."""
    kind, name = options.kind, options.name
    if (BOT / "connectors" / kind / name).exists():
        raise SystemExit(f"it is there already: bot/connectors/{kind}/{name}")
    words = name.split("_")
    values = {
        "name": name,
        "host": name.replace("_", "-"),
        "title": options.title or " ".join(words).title(),
        "type": "".join(map(str.capitalize, words)),
        "upper": name.upper(),
    }
    listed = _listed(kind, name)
    changed = tidied([*written_files(kind, **values), listed])
    return filled(f"{kind}/next", **values, changed="\n  ".join(changed))


def _listed(kind: str, name: str) -> Path:
    """The file with the tuple of all folders of the kind, with one more. Raises `SystemExit` without one."""
    file = BOT / "connectors" / kind / LISTED_IN[kind]
    text, found = re.subn(r"\), (\w+Manifest\))", rf', "{name}"), \1', file.read_text("utf-8"), count=1)
    if not found:
        raise SystemExit(f"it has no tuple of folders to add to: bot/connectors/{kind}/{file.name}")
    file.write_text(text, "utf-8")
    return file
