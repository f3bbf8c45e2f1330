"""The calls of one batch: one multicast for all, or a push each; and what LINE said of whom."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.line.month import month_of
from bot.line.outcome import Accepted, CallResult, LineError, NotSent, Refused, Throttled, Unknown
from bot.model.broadcast import Recipient, Sending, SendingBatch, SendingHold, own_unit, shared_unit
from bot.model.clock import Clock
from bot.model.outgoing import DerivedIds
from bot.runtime.broadcasts.ports import BroadcastLine, CallRate
from bot.store.counters.quotas import UnitNames

log = logging.getLogger("oaflow.broadcasts")


class UnitUsageSource(Protocol):
    """What LINE counts: `bot.line.insight.Insight`."""

    async def units_used(self) -> int: ...


class SendingUnits:
    """Takes names of the month's thousand, for all processes."""

    def __init__(
        self, names: UnitNames, insight: Callable[[str], UnitUsageSource | None], clock: Clock
    ) -> None:
        """`insight(channel)` is LINE for one channel; where it does not tell, ours alone are counted."""
        self._names = names
        self._insight = insight
        self._clock = clock

    async def unit_of(self, sending: Sending, group: str) -> str | None:
        """The name for this group of a sending that begins; `None`: LINE counts nothing for it.

        Asked again it answers the same. Raises `DatabaseUnavailable`.
        """
        began = sending.began or self._clock.now()
        own, shared = own_unit(sending.id, group, began), shared_unit(sending.broadcast, group)
        used = await self._used(sending.channel)
        unit = await self._names.take(sending.channel, month_of(began), own, shared, used)
        if unit is None:
            log.warning("LINE counts no opens of %s: this month's 1,000 names are used", sending.broadcast)
        return unit

    async def _used(self, channel: str) -> int:
        try:
            insight = self._insight(channel)
            return 0 if insight is None else await insight.units_used()
        except LineError:
            return 0


WHOLE_LIST = ""
"""The place of all people of a batch in the tree of halves."""
AT_ONCE = 48
"""Pushes of one batch side by side."""

_KEYS = DerivedIds(uuid.UUID("6f61666c-6f77-4252-8f41-646361737401"))


@dataclass(slots=True)
class CallEnds:
    """What came of calling some people. Who is in neither is to be called again.

    `uncertain`: LINE may have taken a call for one of those. `hold` is why it goes on later only, `said` what
    LINE said then, `wait` the seconds that it asks for; `outcome` is the call's.
    """

    got: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    uncertain: bool = False
    hold: SendingHold | None = None
    said: str = ""
    wait: float = 0.0
    outcome: CallResult | None = None

    def take(self, people: Sequence[Recipient], outcome: CallResult) -> None:
        """A call for these has ended so, that is not to be tried for fewer of them."""
        if self.hold is None:
            self.outcome = outcome
        match outcome:
            case Accepted():
                self.got += [one.contact for one in people]
            case Refused(kind="quota", message=said):
                self._later("quota", said)
            case Refused(kind="token", message=said):
                self._later("token", said)
            case Refused(message=said):
                self.refused |= {one.contact: said for one in people}
            case Throttled(retry_after=seconds):
                self._later("rate", "", seconds or 0.0)
            case NotSent(reason=reason):
                self._later("line", reason)
            case Unknown(reason=reason):
                self.uncertain = True
                self._later("line", reason)

    def _later(self, hold: SendingHold, said: str, wait: float = 0.0) -> None:
        self.hold, self.said, self.wait = hold, said, max(wait, self.wait)


async def call_all(
    line: BroadcastLine,
    rate: CallRate,
    batch: SendingBatch,
    done: Collection[str],
    body: bytes,
    key: str,
    may_go_on: Callable[[], bool],
    refused: Callable[[str], Awaitable[None]],
    *,
    part: bool,
) -> CallEnds:
    """One multicast; where LINE refuses it, two of half as many each, until it is found who is at fault.

    LINE refuses all or nobody. A message that it takes for nobody is told as such, and nobody is tried.
    `part`: where fewer messages are left than people, as many get it. `done` are those (contacts) of whom it
    is known what came: so whenever this is done again, each call has the same people and the same key as
    before. `refused(place)` keeps that a list was refused before its halves are called: LINE might take it
    the next time, when some of these have got it already.
    """
    ends = CallEnds()

    async def halves(people: Sequence[Recipient], key: str, place: str) -> None:
        half = len(people) // 2
        for number, these in enumerate((people[:half], people[half:])):
            await some(these, _KEYS.uuid_of(f"{key} {number}"), f"{place}{number}")

    async def some(people: Sequence[Recipient], key: str, place: str) -> None:
        left = [one for one in people if one.contact not in done]
        if not left or ends.hold is not None:
            return
        if len(left) < len(people) or place in batch.halved:
            await halves(people, key, place)
            return
        await rate.admit(batch.channel, "multicast")
        if not may_go_on():
            return
        outcome = await line.multicast([one.user for one in people], body, key)
        if part and len(people) > 1 and isinstance(outcome, Refused) and outcome.kind == "quota":
            await refused(place)
            await halves(people, key, place)
        elif not _is_at_fault(outcome):
            ends.take(people, outcome)
        elif (fault := await _message_at_fault(line, body)) is not None:
            ends.hold, ends.said = "refused", fault
        elif len(people) == 1:
            ends.take(people, outcome)
        else:
            await refused(place)
            await halves(people, key, place)

    called = [one for one in batch.people if batch.left_out.get(one.contact, "refused") == "refused"]
    await some(called, key, WHOLE_LIST)
    return ends


def _is_at_fault(outcome: CallResult) -> bool:
    return isinstance(outcome, Refused) and outcome.kind not in ("quota", "token")


async def _message_at_fault(line: BroadcastLine, body: bytes) -> str | None:
    """What LINE does not take of the messages, whoever gets them; `None`: it takes them, or does not say."""
    told = await line.validate("multicast", body)
    return told.message if isinstance(told, Refused) and _is_at_fault(told) else None


async def call_each(
    line: BroadcastLine,
    rate: CallRate,
    batch: SendingBatch,
    bodies: Mapping[str, bytes],
    key: str,
    may_go_on: Callable[[], bool],
) -> CallEnds:
    """A push each, some side by side: `bodies` by contact. The key of each is its own, however often."""
    ends, people = CallEnds(), batch.to_call
    waiting = iter(people)

    async def one_after_the_other() -> None:
        for one in waiting:
            if ends.hold is not None:
                return
            await rate.admit(batch.channel, "push")
            if not may_go_on():
                return
            retry_key = _KEYS.uuid_of(f"{key} {one.contact}")
            ends.take([one], await line.push(one.user, bodies[one.contact], retry_key))

    async with asyncio.TaskGroup() as group:
        for _ in range(min(AT_ONCE, len(people))):
            group.create_task(one_after_the_other())
    return ends
