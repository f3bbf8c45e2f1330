"""K3: what is logged of an exception holds nothing of what it was about."""

from __future__ import annotations

import io
import json
import logging

import pytest
from aiohttp.http_exceptions import BadStatusLine
from aiohttp.web import RequestPayloadError
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError

from bot.cli.run.logs import ForPeople, JsonLines, _not_garbage, _not_the_database_away, _without_reprs
from bot.cli.run.reader import begin
from bot.model.translatable import ENGLISH, Language
from bot.translations.chinese import CHINESE

PERSONAL = ("小美的祕密", "U1234567890")


def test_an_exception_is_logged_without_its_message() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("oaflow.test_logs")
    log.addHandler(handler)
    said, by = PERSONAL
    try:
        try:
            raise ValueError(said)
        except ValueError as cause:
            raise RuntimeError(by) from cause
    except RuntimeError:
        log.exception("the turn of an event failed")
    finally:
        log.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert line["message"] == "the turn of an event failed"
    assert "test_logs.py" in line["traceback"]
    assert line["traceback"].endswith("builtins.RuntimeError\nbuiltins.ValueError")
    assert not any(personal in stream.getvalue() for personal in PERSONAL)


def test_of_what_mongodb_and_the_system_refuse_the_number_is_logged() -> None:
    """By it alone a bug is told from a server that is not ready yet; their words may repeat a document."""
    said, _ = PERSONAL
    refused = OperationFailure(said, 134, {"errmsg": said})
    refused.__cause__ = OSError(28, said)
    info = (type(refused), refused, None)
    told = JsonLines().formatException(info)
    assert told == "pymongo.errors.OperationFailure (code 134)\nbuiltins.OSError (errno 28)"


def test_what_asyncio_says_of_a_forgotten_task_is_cut() -> None:
    """Below its first line stands the exception with its values."""
    said, _ = PERSONAL
    text = f"Task exception was never retrieved\nfuture: <Task exception=KeyError({said!r})>"
    record = logging.LogRecord("asyncio", logging.ERROR, "", 0, text, None, None)
    assert _without_reprs(record)
    assert record.getMessage() == "Task exception was never retrieved"


def test_who_does_not_speak_http_does_not_fill_the_log() -> None:
    """Neither in the head of a request nor in its body."""
    garbage, bug = (BadStatusLine("x"), RequestPayloadError("x")), RuntimeError("x")
    for error, kept in ((garbage[0], False), (garbage[1], False), (bug, True)):
        info = (type(error), error, None)
        record = logging.LogRecord("aiohttp.server", logging.ERROR, "", 0, "Error", None, info)
        assert _not_garbage(record) is kept


def test_what_the_driver_says_of_a_database_that_is_away_is_said_once_by_us() -> None:
    def record(error: Exception) -> logging.LogRecord:
        info = (type(error), error, None)
        return logging.LogRecord("pymongo.client", logging.ERROR, __file__, 1, "background", (), info)

    assert not _not_the_database_away(record(ServerSelectionTimeoutError("no primary")))
    assert _not_the_database_away(record(ValueError("a bug")))


@pytest.mark.parametrize(
    ("spoken", "told"),
    [
        (CHINESE, ["結束中", "注意：not known", "錯誤：not known"]),
        (ENGLISH, ["stopping", "warning: not known", "error: not known"]),
    ],
)
def test_people_read_no_level_of_what_is_only_news(spoken: Language, told: list[str]) -> None:
    begin(spoken, is_asked_for=True, plays=False)
    try:
        kinds = ((logging.INFO, "stopping"), (logging.WARNING, "not known"), (logging.ERROR, "not known"))
        records = [logging.LogRecord("oaflow", level, "", 0, text, None, None) for level, text in kinds]
        lines = [ForPeople().format(record) for record in records]
    finally:
        begin(ENGLISH, is_asked_for=False, plays=False)
    assert [line.partition(" ")[2] for line in lines] == told
