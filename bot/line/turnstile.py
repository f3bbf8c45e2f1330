"""How many calls go side by side? So many, and whoever comes then waits its turn, for a while.

asyncio's semaphore, for each one that leaves, looks again at everybody whom it has let through in this round
of the loop: where hundreds wait, that is some eighty looks a call.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Turnstile:
    """Lets `limit` in. Whoever was let in calls `leave`."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: deque[asyncio.Future[bool]] = deque()

    def enter(self) -> bool:
        """Whether there was room, which is then taken."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def entered(self, seconds: float) -> bool:
        """The same, for who waits: whether there was room within so many seconds. The first comes first."""
        if self.enter():
            return True
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        late = loop.call_later(seconds, _too_late, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self.leave()  # it was let in, and has not heard of it any more
            raise
        finally:
            late.cancel()

    def leave(self) -> None:
        """Make room: for the first who still waits, if anybody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(True)
                return
        self._free += 1


def _too_late(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)
