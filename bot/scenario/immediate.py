"""Runs coroutines of services over memory, which never wait, without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class NotImmediate(Exception):
    """A coroutine waits for something: a port in memory must not."""


def immediate(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which must not wait for anything. Raises `NotImmediate` where it would."""
    try:
        work.send(None)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    work.close()
    raise NotImmediate
