"""The calls of one batch: one multicast for all, or a push each; and LINE's result for each person."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.line.outcome import Accepted, CallResult, LineError, NotSent, Refused, Throttled, Unknown
from bot.model.broadcast import Recipient, Sending, SendingBatch, SendingHold, own_unit, shared_unit
from bot.model.clock import Clock
from bot.model.month import month_of
from bot.model.outgoing import DerivedIds
from bot.runtime.broadcasts.ports import BroadcastLine, CallRate
from bot.store.counters.quotas import UnitNames

log = logging.getLogger("oaflow.broadcasts")


class UnitUsageSource(Protocol):
    """How many aggregation unit names LINE has counted this month: `bot.line.insight.Insight`.

    Raises `LineError`.
    """

    async def units_used(self) -> int: ...


@dataclass(eq=False, repr=False)
class SendingUnits:
    """Reserves aggregation unit names, under which LINE counts opens and clicks: 1,000 a month and
    channel."""

    _names: UnitNames
    _insight: Callable[[str], UnitUsageSource | None]
    """LINE's figure for a channel; where it gives none, only the names that we have taken count."""
    _clock: Clock

    async def unit_of(self, sending: Sending, group: str) -> str | None:
        """The name for this group of a sending that begins; `None`: LINE counts nothing for it.

        Idempotent. Raises `DatabaseUnavailable`.
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
"""The place of a whole batch in the tree of halves; its halves are `0` and `1`, their halves `00`, `01` …"""
AT_ONCE = 48
"""Pushes of one batch that are made side by side."""

_KEYS = DerivedIds(uuid.UUID("6f61666c-6f77-4252-8f41-646361737401"))


@dataclass(slots=True)
class CallEnds:
    """The results of a batch's calls. People in neither `got` nor `refused` are to be called again."""

    got: list[str] = field(default_factory=list)
    """Contacts whose call LINE has accepted."""
    refused: dict[str, str] = field(default_factory=dict)
    """LINE's error, by contact."""
    uncertain: bool = False
    """Whether LINE may have taken a call for a person without a result."""
    hold: SendingHold | None = None
    """Why the batch goes on only later; `None`: it need not wait."""
    message: str = ""
    """LINE's error for the hold."""
    wait: float = 0.0
    """Seconds that LINE wants to be left alone."""
    outcome: CallResult | None = None
    """The result of the last call, or of the one that caused the hold."""

    def take(self, people: Sequence[Recipient], outcome: CallResult) -> None:
        """Record the result of a call that is not to be split any more."""
        if self.hold is None:
            self.outcome = outcome
        match outcome:
            case Accepted():
                self.got += [one.contact for one in people]
            case Refused(kind="quota", message=message):
                self._later("quota", message)
            case Refused(kind="token", message=message):
                self._later("token", message)
            case Refused(message=message):
                self.refused |= {one.contact: message for one in people}
            case Throttled(retry_after=seconds):
                self._later("rate", "", seconds or 0.0)
            case NotSent(reason=reason):
                self._later("line", reason)
            case Unknown(reason=reason):
                self.uncertain = True
                self._later("line", reason)

    def _later(self, hold: SendingHold, message: str, wait: float = 0.0) -> None:
        self.hold, self.message, self.wait = hold, message, max(wait, self.wait)


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
    """One multicast; where LINE refuses it, one for each half, until the person at fault is found.

    LINE takes a call for all its people or for none. Where the message itself is at fault, no more calls are
    made. `part`: where fewer messages are left than people, as many get it. `done`: contacts with a known
    result, so each call has the same people and the same key as in an earlier attempt. `refused(place)`
    stores that a list was refused before its halves are called: LINE might take the list the next time, when
    some of the people have got the message already.
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
            ends.hold, ends.message = "refused", fault
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
    """LINE's error in the messages themselves; `None`: there is none, or LINE gave no answer."""
    outcome = await line.validate("multicast", body)
    return outcome.message if isinstance(outcome, Refused) and _is_at_fault(outcome) else None


async def call_each(
    line: BroadcastLine,
    rate: CallRate,
    batch: SendingBatch,
    bodies: Mapping[str, bytes],
    key: str,
    may_go_on: Callable[[], bool],
) -> CallEnds:
    """A push for each person, some side by side: `bodies` by contact. Every attempt has the same retry
    keys."""
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
