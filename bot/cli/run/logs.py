"""How the log looks: JSON lines for machines, short lines on a terminal (requirement K3).

What is logged holds no personal data: no texts, names, phones, LINE ids or tokens. So nothing logs an event,
a contact, a request's body or an exception's values beyond what the code itself has written.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from copy import copy
from datetime import UTC, datetime
from types import TracebackType
from typing import TypeAlias

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError
from pymongo.errors import ConnectionFailure, OperationFailure

from bot.cli.refusal import message_of
from bot.cli.run.reader import is_read_by_people, reader
from bot.model.plain_text import harmless
from bot.model.translatable import Language, Translatable, tr

GARBAGE = (HttpProcessingError, RequestPayloadError)

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutValues(logging.Formatter):
    """Shows of an exception where it was raised, its type and number; its message may repeat words."""

    def formatException(self, ei: ExcInfo) -> str:
        _, error, trace = ei
        lines = traceback.format_tb(trace)
        while error is not None:
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}{_number(error)}\n")
            error = error.__cause__ or error.__context__
        return "".join(lines).rstrip()


def _number(error: BaseException) -> str:
    """By which MongoDB's documentation, or the system's, tells what it is."""
    if isinstance(error, OperationFailure) and error.code is not None:
        return f" (code {error.code})"
    if isinstance(error, OSError) and error.errno is not None:
        return f" (errno {error.errno})"
    return ""


class ForPeople(_WithoutValues):
    """Short lines, in the reader's language as far as it has a sentence for them; what is only news has no
    level in front; before it which process says it, where there are several."""

    def __init__(self, process: int | None = None) -> None:
        whose = "" if process is None else f"[{process}] "
        super().__init__(f"%(asctime)s {whose}%(level)s%(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        words = reader()
        localized = copy(record)
        localized.msg = words.within("log").sentence(str(record.msg))
        localized.level = _level(record, words)
        if isinstance(record.args, tuple):
            localized.args = tuple(_in_words(one, words) for one in record.args)
        return harmless(super().format(localized))


def _level(record: logging.LogRecord, words: Language) -> str:
    if record.levelno < logging.WARNING:
        return ""
    return words.text(tr("warning: ") if record.levelno < logging.ERROR else tr("error: "))


def _in_words(value: object, words: Language) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M}"  # by the clock of the line
    sentence = value if isinstance(value, Translatable) else message_of(value)
    return value if sentence is None else words.text(sentence)


class JsonLines(_WithoutValues):
    """One JSON object per line: time, level, logger, message, the `fields` that the record was given beside
    it, and the traceback of an exception; before them whose it is, where several processes say something."""

    def __init__(self, process: int | None = None) -> None:
        super().__init__()
        self._whose = {} if process is None else {"pid": process}

    def format(self, record: logging.LogRecord) -> str:
        line = {
            **self._whose,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return harmless(json.dumps(line, ensure_ascii=False))


def _not_garbage(record: logging.LogRecord) -> bool:
    """Whether this is more than a stranger who does not speak HTTP, in the head of a request or in its body:
    anybody could fill the log with those."""
    return record.exc_info is None or not isinstance(record.exc_info[1], GARBAGE)


def _not_the_database_away(record: logging.LogRecord) -> bool:
    """Whether this is more than what we say ourselves, in a line: that MongoDB does not answer."""
    return record.exc_info is None or not isinstance(record.exc_info[1], ConnectionFailure)


def _without_reprs(record: logging.LogRecord) -> bool:
    """Cut what asyncio says down to its first line: below it stand exceptions with their values."""
    record.msg, record.args = record.getMessage().split("\n", 1)[0], None
    return True


def set_up_logging(*, of_several: bool = False) -> None:
    """Log to stderr: our own from `info`, what libraries say from `warning`.

    `of_several` processes that say it at one place each says which one it is.
    """
    handler = logging.StreamHandler(sys.stderr)
    whose = os.getpid() if of_several else None
    handler.setFormatter(ForPeople(whose) if is_read_by_people() else JsonLines(whose))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("oaflow").setLevel(logging.INFO)
    logging.getLogger("aiohttp.server").addFilter(_not_garbage)
    logging.getLogger("asyncio").addFilter(_without_reprs)
    logging.getLogger("pymongo.client").addFilter(_not_the_database_away)
