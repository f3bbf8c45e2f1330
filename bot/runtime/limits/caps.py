"""Caps on a journey's pushes to all people together (`max_pushes: {total: …}`): each push is reserved in the
database when its call is made, so the cap is exact (semantics 23)."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import orjson

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import PatientClock
from bot.model.fast_dataclass import fast_dataclass
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.runtime.pause import pause
from bot.runtime.retry import LEFT_OUT, Done, GiveUp
from bot.store.counters.quotas import Totals
from bot.store.unavailable import DatabaseUnavailable

AGAIN = 0.5
"""Seconds between two tries while the database is away."""

Reserved: TypeAlias = tuple[int, frozenset[str]]
"""A journey's total, and the pushes that are counted in it."""

_Question: TypeAlias = tuple[str, int]
"""What is queried: a journey, and its cap, which a channel may have of its own."""


class Reservations:
    """Reserves pushes, with one query at a time for each journey: thousands of calls cost a few
    operations."""

    def __init__(self, totals: Totals, clock: PatientClock) -> None:
        self._totals = totals
        self._clock = clock
        self._waiting: dict[_Question, list[tuple[Sequence[str], asyncio.Future[Reserved]]]] = {}
        self._asking: dict[_Question, asyncio.Task[None]] = {}

    async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> Reserved:
        """Count these pushes, as far as they fit. It waits where the database is away."""
        done: asyncio.Future[Reserved] = asyncio.get_running_loop().create_future()
        question = (flow, most)
        self._waiting.setdefault(question, []).append((pushes, done))
        if question not in self._asking:
            self._asking[question] = asyncio.create_task(self._ask(question), name="reserve")
        return await done

    async def _ask(self, question: _Question) -> None:
        try:
            while waiting := self._waiting.pop(question, []):
                pushes = dict.fromkeys(one for some, _ in waiting for one in some)
                try:
                    reserved = await self._reserved(question, list(pushes))
                except Exception as error:  # any error goes to all who wait
                    for _, done in waiting:
                        if not done.done():
                            done.set_exception(error)
                else:
                    for _, done in waiting:
                        if not done.done():  # pushes of a cancelled caller are counted all the same
                            done.set_result(reserved)
        finally:
            del self._asking[question]

    async def _reserved(self, question: _Question, pushes: list[str]) -> Reserved:
        flow, most = question
        while True:
            try:
                return await self._totals.reserve(flow, pushes, most)
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)


EVERY = 5.0
"""Seconds between two readings of the totals, which other processes count as well."""

PERHAPS_SENT = frozenset({"unsure", "retry-key-expired"})
"""Reasons of dead letters that may have reached the person all the same: their pushes stay counted."""


class _Push(NamedTuple):
    """One push of a journey to one person: known in all calls and processes by the same name."""

    flow: str
    name: str


@fast_dataclass(frozen=True, slots=True)
class Fitting:
    """What of a call goes out (`None`: nothing), and which pushes are left out, each once."""

    call: Outgoing | None
    left_out: tuple[JourneyPush, ...] = ()


class Caps:
    """Reserves what calls push for capped journeys, and knows the totals for decisions.

    A push is under way from its reservation until all calls that contain it are off their contact: only then
    can no process come to make them again.
    """

    def __init__(self, playbook: Callable[[], Playbook], totals: Totals, clock: PatientClock) -> None:
        self._playbook = playbook
        self._store = totals
        self._reservations = Reservations(totals, clock)
        self._clock = clock
        self._pushes: dict[str, frozenset[_Push]] = {}
        """By call."""
        self._calls: defaultdict[_Push, set[str]] = defaultdict(set)
        """By push: the calls that contain it."""
        self._made: set[_Push] = set()
        """Pushes that were sent, or may have been."""
        self._through: set[_Push] = set()
        """Pushes whose calls are all settled: to be counted for good, or given back."""
        self._work = asyncio.Event()
        self.totals: Mapping[str, int] = {}
        self.on_change: Callable[[], None] = lambda: None

    # -- the life of a call

    def begun(self, call: Outgoing) -> None:
        """To be called when a call is about to be made, also again with fewer pushes."""
        if not call.journeys and call.id not in self._pushes:
            return
        pushes = frozenset(_push(call, of) for of in call.journeys if of is not None)
        for gone in self._pushes.pop(call.id, frozenset()) - pushes:  # it went into what it is part of
            self._calls[gone].discard(call.id)
        if pushes:
            self._pushes[call.id] = pushes
            for push in pushes:
                self._calls[push].add(call.id)

    async def fit(self, call: Outgoing) -> Fitting:
        """The part of a call that fits into the caps. It waits where the database is away."""
        over: set[JourneyPush] = set()
        for flow, most in self._capped(call):
            pushes = {_push(call, of).name: of for of in call.journeys if of is not None and of.flow == flow}
            number, counted = await self._reservations.reserve(flow, list(pushes), most)
            over.update(of for name, of in pushes.items() if name not in counted)
            # answers overtake each other; that it is less after all is for `read` to say
            self._learn({**self.totals, flow: max(number, self.totals.get(flow, 0))})
        return without(call, over) if over else Fitting(call)

    def ended(self, call: Outgoing, result: Done | GiveUp) -> None:
        """This call has been made, or has been given up."""
        if call.id not in self._pushes:
            return
        if result != LEFT_OUT and (isinstance(result, Done) or result.reason in PERHAPS_SENT):
            self._made.update(self._pushes[call.id])

    def settled(self, calls: Iterable[str]) -> None:
        """These calls are off their contacts."""
        for push in self._left_by(calls):
            self._through.add(push)
            self._work.set()

    def forget(self, calls: Iterable[str]) -> None:
        """Forget calls that another process makes: it reserves and settles what they push."""
        self._made.difference_update(self._left_by(calls))

    def _left_by(self, calls: Iterable[str]) -> list[_Push]:
        """Forget these calls; gives the pushes that no other call contains."""
        left = []
        for call in calls:
            for push in self._pushes.pop(call, ()):
                self._calls[push].discard(call)
                if not self._calls[push]:
                    del self._calls[push]
                    left.append(push)
        return left

    # -- the totals

    async def run(self) -> None:
        """Settle pushes whose calls are settled, and read the totals, for ever."""
        while True:
            try:
                await self._settle()
                await self.read()
            except DatabaseUnavailable:
                pass  # the next time
            await pause(self._clock, EVERY, self._work)
            self._work.clear()

    async def read(self) -> None:
        """Read what all processes have counted. Raises `DatabaseUnavailable`."""
        flows = self._playbook().capped
        self._learn(await self._store.of(flows) if flows else {})

    def _learn(self, totals: Mapping[str, int]) -> None:
        if totals != self.totals:
            self.totals = totals
            self.on_change()

    async def _settle(self) -> None:
        through: defaultdict[str, list[_Push]] = defaultdict(list)
        for push in self._through:
            through[push.flow].append(push)
        for flow, pushes in through.items():
            counted = [push.name for push in pushes if push in self._made]
            given_back = [push.name for push in pushes if push not in self._made]
            await self._store.settle(flow, counted, given_back)
            self._through.difference_update(pushes)
            self._made.difference_update(pushes)

    def _capped(self, call: Outgoing) -> list[tuple[str, int]]:
        flows = dict.fromkeys(of.flow for of in call.journeys if of is not None)
        capped = [(name, self._playbook().flow(name, call.channel)) for name in flows]
        return [
            (name, flow.max_total) for name, flow in capped if flow is not None and flow.max_total is not None
        ]


def _push(call: Outgoing, of: JourneyPush) -> _Push:
    name = f"{call.event} {of.flow} {of.number}"
    return _Push(of.flow, hashlib.blake2b(name.encode(), digest_size=12).hexdigest())


def without(call: Outgoing, these: Collection[JourneyPush]) -> Fitting:
    """A call without the messages of these pushes; the quick replies of the last move to the new last."""
    left_out = tuple(dict.fromkeys(of for of in call.journeys if of is not None and of in these))
    body = orjson.loads(call.body)
    fitting = [
        (message, of) for message, of in zip(body["messages"], call.journeys, strict=True) if of not in these
    ]
    if not fitting:
        return Fitting(None, left_out)
    left = [message for message, _ in fitting]
    if call.journeys[-1] in these and (quick := body["messages"][-1].get("quickReply")):
        left[-1]["quickReply"] = quick
    body["messages"] = left
    return Fitting(replace(call, body=orjson.dumps(body), journeys=tuple(of for _, of in fitting)), left_out)
