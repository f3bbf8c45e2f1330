"""The programs of docs/own-shop.md, run as they stand there."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

DOCS = Path(__file__).parents[1] / "docs"
SERVER, NEWS = DOCS / "own_shop_server.py", DOCS / "own_shop_news.py"


@contextmanager
def example_server(members: Path, patched: pytest.MonkeyPatch) -> Iterator[int]:
    """Its port; it runs in a thread of its own, with the secret `shared`."""
    made = list[http.server.HTTPServer]()
    up = threading.Event()

    class AttributeValue(http.server.HTTPServer):
        def serve_forever(self, poll_interval: float = 0.01) -> None:
            made.append(self)
            up.set()
            super().serve_forever(poll_interval)

    for name, value in (("SECRET", "shared"), ("MEMBERS", str(members)), ("PORT", "0")):
        patched.setenv(name, value)
    patched.setattr(http.server, "HTTPServer", AttributeValue)
    thread = threading.Thread(target=lambda: run(SERVER, "__main__")["db"].close())
    thread.start()
    assert up.wait(60)
    yield made[0].server_address[1]
    made[0].shutdown()
    made[0].server_close()
    thread.join()


def tell_news(members: Path, oaflow: str, token: str) -> None:
    """Tell of whoever has changed, once. It blocks."""
    named = {"MEMBERS": str(members), "SHOP": "erp", "OAFLOW": oaflow, "TOKEN": token}
    with patch.dict(os.environ, named):
        names = run(NEWS, "own_shop_news")
        names["tell"]()
        names["db"].close()


def run(program: Path, name: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": name}
    exec(compile(program.read_text("utf-8"), str(program), "exec"), names)
    return names
