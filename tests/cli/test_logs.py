"""K3: what is logged of an exception holds nothing of what it was about."""

from __future__ import annotations

import io
import json
import logging

from bot.cli.logs import JsonLines


def test_an_exception_is_logged_without_its_message() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    log = logging.getLogger("oaflow.test_logs")
    log.addHandler(handler)
    try:
        try:
            raise ValueError("小美 said 祕密")
        except ValueError as cause:
            raise RuntimeError("U1234567890 again") from cause
    except RuntimeError:
        log.exception("the turn of an event failed")
    finally:
        log.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert line["message"] == "the turn of an event failed"
    assert "test_logs.py" in line["traceback"]
    assert line["traceback"].endswith("builtins.RuntimeError\nbuiltins.ValueError")
    for personal in ("小美", "祕密", "U1234567890"):
        assert personal not in stream.getvalue()
