"""By which settings the database of a folder is opened, also where its files hold a mistake by now."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.app.playbook_environment import environment_of, folder_of
from bot.app.stored_playbooks import ReadingContext
from bot.model.settings import EnvironmentValue, Settings
from bot.playbook.load import KEY_RING, Loaded, load
from bot.playbook.syntax.environment import filled, read_dotenv
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.syntax.nodes import Scalar
from bot.playbook.valid import PlaybookWrong

_OF_DATABASE = {"database": "embedded", "keys": KEY_RING}
"""What opens it, and what holds where it is not written."""
_PLAIN_LINE = re.compile(
    r"""[a-z]+:[ ]+(?:(?P<quote>["'])(?P<quoted>[^"'\\]*)(?P=quote)|(?P<plain>[^\s"'\[{|>&*!%@`][^\s]*))"""
    r"""[ \t]*(?:\s#.*)?"""
)
"""`key: value`, with a comment."""


def load_settings(folder: Path) -> Loaded:
    """The files of a folder, and with mistakes, too, the settings that open its database; what is not set
    here is set where it runs.

    Raises `PlaybookMissing`, and `PlaybookWrong` where the files leave open which database is meant.
    """
    loaded = load(folder, dict(os.environ), unset="warning", examined=False)
    return replace(loaded, settings=settings_to_open(loaded, os.environ))


def settings_to_open(loaded: Loaded, environment: Mapping[str, str]) -> Settings:
    """The settings of a playbook whose `database` and `keys` are good, whatever mistakes it has.

    Of a `bot.yaml` that is no YAML these two lines are read by themselves. Raises `PlaybookWrong` where they
    leave open which database is meant.
    """
    if loaded.playbook is not None:
        return loaded.settings
    variables = {**read_dotenv(loaded.document.folder)[0], **environment}
    refused = {section for section, name in loaded.document.refused if not name}
    if not _is_first_broken(loaded):
        nodes = [loaded.document.root.get(key) for key in _OF_DATABASE]
        texts = [node.raw or node.value for node in nodes if isinstance(node, Scalar)]
        if any(filled(text, variables) is None for text in texts) or refused & _OF_DATABASE.keys():
            raise PlaybookWrong(loaded.problems, loaded.sources)
        return loaded.settings
    source = loaded.document.files.get(loaded.document.first)
    found = {}
    for key, default in _OF_DATABASE.items():
        text = _on_its_line(key, source.text if source is not None else "", default)
        value = None if text is None else filled(text, variables)
        if text is None or not value:
            raise PlaybookWrong(loaded.problems, loaded.sources)
        found[key] = EnvironmentValue(text, value)
    written = {path: one for path, one in loaded.settings.written.items() if path[0] not in _OF_DATABASE}
    written |= {(key,): one for key, one in found.items()}
    return replace(
        loaded.settings, database=found["database"].value, keys=found["keys"].value, written=written
    )


def _is_first_broken(loaded: Loaded) -> bool:
    wrong = any(one.level == "error" and one.place.file == BOT_YAML for one in loaded.problems)
    return wrong and bool(loaded.document.lost)


def _on_its_line(key: str, text: str, default: str) -> str | None:
    """The plain or quoted value of a top-level key on one line; `None` where it may be meant otherwise."""
    lines = [line for line in text.splitlines() if re.search(rf"(?<![\w#]){key}\s*:", line.partition("#")[0])]
    if not lines:
        return default
    if len(lines) > 1 or (found := _PLAIN_LINE.fullmatch(lines[0])) is None:
        return None
    return found["quoted"] or found["plain"]


def read_with(folder: Path, loaded: Loaded) -> ReadingContext:
    """What a playbook from the database is read with here, to be made live: once for all processes it is
    examined as any that is published."""
    return ReadingContext(
        folder_of(folder), environment_of(folder, os.environ), loaded.settings, examined=True
    )
