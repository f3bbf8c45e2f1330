"""By which settings the database of a folder is opened, also where its files hold a mistake by now."""

from __future__ import annotations

import os
from pathlib import Path

from bot.app.database import folder_of
from bot.app.kept_playbooks import ReadWith
from bot.playbook.load import Loaded, load
from bot.playbook.syntax.folder import BOT_YAML
from bot.playbook.unservable import PlaybookWrong

_OF_DATABASE = frozenset({"database", "keys"})


def loaded_here(folder: Path) -> Loaded:
    """The files of a folder; what is not set here is set where it runs.

    With mistakes they are good for opening the database, if nobody has to guess which: that stands in
    `bot.yaml`. Raises `PlaybookMissing`, and `PlaybookWrong` where somebody would have to.
    """
    loaded = load(folder, dict(os.environ), unset="warning", examined=False)
    refused = {section for section, name in loaded.document.refused if not name}
    if loaded.playbook is None and (_is_first_broken(loaded) or refused & _OF_DATABASE):
        raise PlaybookWrong(loaded.problems, loaded.sources)
    return loaded


def _is_first_broken(loaded: Loaded) -> bool:
    wrong = any(one.level == "error" and one.place.file == BOT_YAML for one in loaded.problems)
    return loaded.document.broken and wrong


def read_with(folder: Path, loaded: Loaded) -> ReadWith:
    """What a playbook from the database is read with here, to be made live: once for all processes it is
    examined as any that is published."""
    return ReadWith(folder_of(folder), dict(os.environ), loaded.settings, examined=True)
