"""K3: what is logged of an exception holds nothing of what it was about."""

from __future__ import annotations

import io
import json
import logging

from bot.cli.logs import JsonLines

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
