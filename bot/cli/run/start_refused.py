"""Why `oaflow run` does not serve: told in one place, whatever the reason; its exit code (interface.md)."""

from __future__ import annotations

import logging
import os

from bot.app.database import SettingsWrong
from bot.cli.refusal import in_words, refused
from bot.cli.run.reader import is_read_by_people, reader
from bot.cli.run.started_by import another_folder
from bot.cli.run.told_problems import tell_problems
from bot.model.said import ENGLISH
from bot.operations.acceptance import Unservable
from bot.playbook.syntax.folder import PlaybookMissing, PlaybookNowhere
from bot.store.unavailable import DatabaseUnavailable
from bot.web.server import PortTaken

log = logging.getLogger("oaflow")

WRONG, UNAVAILABLE = 1, 2


def start_refused(error: Exception) -> int:
    """Say it: to people as every command does, else as lines of the log, in English like the rest of it."""
    match error:
        case PlaybookMissing() | PortTaken() | DatabaseUnavailable():
            code = UNAVAILABLE
        case Unservable() | SettingsWrong():
            code = WRONG
        case _:  # a bug: where it was raised, without the values that its message may repeat
            log.error("oaflow ends (exit %d): a bug", WRONG, exc_info=error)
            return WRONG
    if isinstance(error, Unservable):
        tell_problems(error.problems, error.sources)
    if is_read_by_people():
        why = another_folder(error, os.environ) if isinstance(error, PlaybookNowhere) else error
        return refused(why, code, reader())
    log.error("oaflow ends (exit %d): %s", code, in_words(error, ENGLISH), extra={"fields": {"exit": code}})
    return code
