"""`oaflow restore` that waits at one point: `python -m tests.faults.restoring_process LIFE POINT WORDS…`.

Its claim lives LIFE seconds. POINT is a method of `Refill`, or `end` of the claim, and behind a colon how
many calls of it do not wait. There it says `held`, and goes on with the next line of its input.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from bot.store.backup import history


def hold(owner: type, name: str, free: int) -> None:
    """Have the call of this method behind so many wait before it begins."""
    method, lock, calls = getattr(owner, name), threading.Lock(), 0

    def waits(*arguments: Any) -> Any:
        nonlocal calls
        with lock:
            calls += 1
            number = calls
        if number == free + 1:
            sys.stdout.write("held\n")
            sys.stdout.flush()
            sys.stdin.readline()
        return method(*arguments)

    setattr(owner, name, waits)


if __name__ == "__main__":
    history.LIFE = int(sys.argv[1])  # before it is read elsewhere
    from bot.cli.main import main
    from bot.store.backup.refill import Refill

    point, _, calls_before = sys.argv[2].partition(":")
    hold(history.RestoreClaim if point == "end" else Refill, point, int(calls_before or 0))
    raise SystemExit(main(["restore", *sys.argv[3:]]))
