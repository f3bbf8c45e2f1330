"""Stores events with the process of this machine that owns their part, before LINE gets its 200.

Stored here, an event of another process's part comes to its owner through the database, which costs several
times as much. So it is handed over first, as if LINE had delivered it there. Where no answer comes in time,
it is stored here as well, as if LINE had delivered it twice (an event is known by its id): the first write
counts.

One with whom it has failed rests for 1 s, then twice as long each time, 30 s at most; 4 MiB at most are
unanswered. Between machines nothing is handed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence, Set

from bot.model.inbox import Received
from bot.runtime.intake.receive import BeginStoring, Storing
from bot.runtime.intake.siblings import Sibling, SiblingAnswer, Siblings
from bot.runtime.metrics import Metrics


class EventHandover:
    """Stores events, each at the process that owns its part."""

    def __init__(
        self,
        begin: BeginStoring,
        siblings: Siblings,
        elsewhere: Callable[[int], str | None],
        metrics: Metrics,
    ) -> None:
        """`begin` stores here. `elsewhere(part)` is the other process that owns a part, as far as we know."""
        self._begin = begin
        self._siblings = siblings
        self._elsewhere = elsewhere
        self._loop = asyncio.get_running_loop()
        self._count = metrics.handed_over.inc

    def begin(self, received: Sequence[Received], seconds: float) -> Storing:
        """Begin to make these events durable, wherever; see `Receiver.begin`."""
        if not received:
            return self._begin(received, seconds)
        of: dict[Sibling | None, list[Received]] = {}
        for item in received:
            owner = self._elsewhere(item.entry.part)
            sibling = None if owner is None else self._siblings.to(owner)
            of.setdefault(sibling, []).append(item)
        begun = [self._begun(sibling, items, seconds) for sibling, items in of.items()]
        return begun[0] if len(begun) == 1 else _all_of(begun, self._loop.create_future())

    def _begun(self, sibling: Sibling | None, items: Sequence[Received], seconds: float) -> Storing:
        if sibling is None:
            return self._begin(items, seconds)
        handed = _HandedOver(lambda left: self._begin(items, left), seconds)

        def answered(answer: SiblingAnswer) -> None:
            if handed.answer is None:
                self._count("yes" if answer == "yes" else "no", by=len(items))
            handed.answered(answer)

        sibling.hand([item.entry for item in items], answered)
        return handed.done


class _HandedOver:
    """Events that their owner is to store; where it does not say so in time, they are stored here as well.

    Done as soon as one of the two has; failed when both have, or the time is over.
    """

    def __init__(self, begin: Callable[[float], Storing], seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self.done: Storing = self._loop.create_future()
        self.answer: SiblingAnswer | None = None
        self._begin = begin
        self._until = self._loop.time() + seconds
        self._here: Storing | None = None

    def answered(self, answer: SiblingAnswer) -> None:
        """The owner's answer: once, or `late` and then once more."""
        self.answer = answer
        if self.done.done():
            return
        if answer == "yes":
            self.done.set_result(frozenset())
        elif self._here is None:
            self._here = self._begin(max(0.0, self._until - self._loop.time()))
            self._here.add_done_callback(self._ended_here)
        elif self._here.done():
            _settle(self.done, self._here)

    def _ended_here(self, here: Storing) -> None:
        if here.exception() is not None and self.answer == "late":  # the owner may store them yet
            self._loop.call_at(self._until, _settle, self.done, here)
        else:
            _settle(self.done, here)


def _all_of(begun: Sequence[Storing], done: Storing) -> Storing:
    """Done when all are; failed if one has."""
    left = len(begun)
    known: set[str] = set()
    failed: list[BaseException] = []

    def ended(one: Storing) -> None:
        nonlocal left
        left -= 1
        if (error := one.exception()) is not None:
            failed.append(error)
        else:
            known.update(one.result())
        if left == 0 and not done.done():
            if failed:
                done.set_exception(failed[0])
            else:
                done.set_result(known)

    for one in begun:
        one.add_done_callback(ended)
    return done


def _settle(done: asyncio.Future[Set[str]], by: Storing) -> None:
    error = by.exception()
    if done.done():
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(by.result())
