"""Why `oaflow run` does not serve: told in one place, whatever the reason; its exit code (interface.md)."""

from __future__ import annotations

import logging
import os

from bot.cli.refusal import exit_code, in_words, tell
from bot.cli.run.reader import is_read_by_people, reader
from bot.cli.run.started_by import another_folder
from bot.cli.run.told_problems import tell_problems
from bot.model.said import ENGLISH, Refusal
from bot.playbook.syntax.folder import PlaybookNowhere
from bot.playbook.unservable import Unservable
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow")


def start_refused(error: Exception) -> int:
    """Say it: to people as every command does, else as lines of the log, in English like the rest of it."""
    code = exit_code(error)
    if not isinstance(error, Refusal | DatabaseUnavailable):
        # a bug: where it was raised, without the values that its message may repeat
        log.error("oaflow ends (exit %d): a bug", code, exc_info=error)
        return code
    if isinstance(error, Unservable):
        tell_problems(error.problems, error.sources)
    if is_read_by_people():
        tell(another_folder(error, os.environ) if isinstance(error, PlaybookNowhere) else error, reader())
    else:
        why = in_words(error, ENGLISH)
        log.error("oaflow ends (exit %d): %s", code, why, extra={"fields": {"exit": code}})
    return code
