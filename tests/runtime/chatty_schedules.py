"""Random schedules of one or two people who write again when they are answered: turns are taken ahead."""

from __future__ import annotations

from collections.abc import Sequence

from tests.runtime.schedules import Schedule


class ChattySchedule(Schedule):
    """Mostly nothing is under way when the next webhook comes, one event in it, or one that came before."""

    steps = 500
    webhooks = (15, 30)

    @property
    def haste(self) -> float:
        return 1.0 if self._ready() else 60.0

    @property
    def crowd(self) -> tuple[Sequence[int], Sequence[int]]:
        return (1, 2), (1, 1, 1, 1, 2)
