"""Services over memory answer at once: what they are asked needs no event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class NotImmediate(Exception):
    """It waits for something: a port in memory must never do that."""


def immediate(work: Coroutine[Any, Any, T]) -> T:
    """What `work` comes to, without waiting for anything. Raises `NotImmediate` where it would wait."""
    try:
        work.send(None)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    work.close()
    raise NotImmediate
