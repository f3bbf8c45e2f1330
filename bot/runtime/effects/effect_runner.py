"""Carries out requests and notices that turns have decided, outside of LINE (SMS, shops, hooks); each outcome
is stored as an event of the same person."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

from bot.model.clock import PatientClock
from bot.model.effects import CallHook, EffectNotice, EffectRequest
from bot.model.event import Outcome
from bot.model.outgoing import Outgoing
from bot.model.shop_failure import ShopFailed
from bot.model.translatable import tr
from bot.runtime.ports import Effects
from bot.runtime.retry import Done, GiveUp
from bot.services.caller import Caller
from bot.services.effects import EffectFailed, EffectHandler, EffectHandlers, NoticeHandlers, failing
from bot.services.locks import NamedLocks
from bot.services.own_events import NotOurs, StoreEvents, outcome_event, read
from bot.store.unavailable import DatabaseUnavailable

T = TypeVar("T")

AGAIN = 1.0
"""Seconds before the next attempt where the database is away."""


async def patiently(work: Callable[[], Awaitable[T]], clock: PatientClock) -> T:
    """The result of `work`, repeated while it raises `DatabaseUnavailable`."""
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            await clock.wait(AGAIN)


log = logging.getLogger("oaflow.asking")

STORE_SECONDS = 10.0
"""Seconds that storing an outcome may take."""


class NoRecipient(Exception):
    """A notice has no recipient."""


class NotYet:
    """Effects without any service: every request fails at once, with that outcome."""

    async def carry_out(self, request: EffectRequest, caller: Caller) -> Outcome:
        return failing(request)

    async def notify(self, notice: EffectNotice, caller: Caller) -> None:
        raise NoRecipient("nobody is there to be told whose phone it is")


@dataclass(eq=False, repr=False)
class Asker:
    """Carries effects out, and stores each outcome before the effect counts as done."""

    _effects: Effects
    _store: StoreEvents
    _clock: PatientClock
    _in_order: NamedLocks = field(init=False, default_factory=NamedLocks)

    async def see_to(
        self, call: Outgoing, contact: str, owned: Callable[[], bool], *, crowded: bool = False
    ) -> Done | GiveUp | None:
        """Carry out a request (a call of kind `ask`) or a notice (`tell`); gives how the call ends, or `None`
        where the contact went to another process before that.

        `owned()`: whether the contact is still this process's. `crowded`: so many requests of this person are
        under way that no further hook is called.
        """
        try:
            if call.kind == "ask":
                return await self._ask(call, contact, owned, crowded=crowded)
            return await self._notify(call, contact, owned)
        except NotOurs:
            return GiveUp("unreadable", "written by another version of oaflow")

    async def _ask(
        self, call: Outgoing, contact: str, owned: Callable[[], bool], *, crowded: bool
    ) -> Done | GiveUp | None:
        """Carry this out and store its outcome, as an event of the same person.

        Requests that are `in_order` are carried out one after the other for a contact, their outcomes stored
        in that order: else two bookings at once would both find none yet.
        """
        request: EffectRequest = read(call.body)
        if request.question.in_order:
            async with self._in_order.of(contact):
                return await self._carried_out(request, call, contact, owned, crowded=crowded)
        return await self._carried_out(request, call, contact, owned, crowded=crowded)

    async def _carried_out(
        self,
        request: EffectRequest,
        call: Outgoing,
        contact: str,
        owned: Callable[[], bool],
        *,
        crowded: bool,
    ) -> Done | GiveUp | None:
        if crowded and isinstance(request, CallHook):
            outcome, why = (
                failing(request),
                "so many calls for this person wait already that it was not called",
            )
        else:
            outcome, why = await self._outcome(request, _caller(call, contact))

        async def store() -> None:
            event = outcome_event(call, request, outcome, contact, self._clock.now())
            try:
                await self._store([event], STORE_SECONDS)
            except DatabaseUnavailable:
                raise
            except Exception as error:  # the flow must get an outcome, whatever MongoDB's error is
                log.error(
                    "what came of %s could not be stored: %s", type(request).__name__, type(error).__name__
                )
                raise DatabaseUnavailable(tr("the write was not acknowledged")) from error

        if not await self._until_done(store, owned):
            return None
        if outcome.origin is None and outcome.result == request.question.failed:  # no flow waits for it
            what = f"{outcome.asked} {outcome.subject}".strip()
            return GiveUp("failed", f"{what}: {why}" if why else what)
        return Done(outcome.result, asked=outcome.asked)

    async def _notify(self, call: Outgoing, contact: str, owned: Callable[[], bool]) -> Done | GiveUp | None:
        """Carry out a notice, which has no outcome."""
        notice: EffectNotice = read(call.body)
        try:
            done = await self._until_done(lambda: self._effects.notify(notice, _caller(call, contact)), owned)
        except ShopFailed as error:  # it was tried long enough
            log.warning("a shop was not told of a binding: %s: %s", type(error).__name__, error)
            return GiveUp("failed", str(error))
        except NoRecipient as error:
            return GiveUp("failed", str(error))
        except Exception as error:  # a dead letter for staff, and the person's other calls go on
            log.exception("a %s could not be carried out", call.kind)
            return GiveUp("failed", type(error).__name__)
        return Done("told") if done else None

    async def _until_done(self, work: Callable[[], Awaitable[None]], owned: Callable[[], bool]) -> bool:
        """Repeat while the database is away; `False` if the contact was not ours any more before it was
        done."""
        while owned():
            try:
                await work()
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)
            else:
                return True
        return False

    async def _outcome(self, request: EffectRequest, caller: Caller) -> tuple[Outcome, str]:
        """The outcome, and why it failed where the service says so."""
        try:
            return await self._effects.carry_out(request, caller), ""
        except EffectFailed as error:
            return failing(request), str(error)
        except Exception:  # the flow must get an outcome, and the person's other calls go on
            log.exception("%s could not be carried out", type(request).__name__)
            return failing(request), ""


def _caller(call: Outgoing, contact: str) -> Caller:
    return Caller(contact, call.channel, call.to, call.retry_key or call.id, call.created)


class EffectService(Protocol):
    """Carries out some kinds of requests: a handler for each (`carries_out`)."""

    @property
    def carries_out(self) -> EffectHandlers: ...


class Patient:
    """A service whose requests are repeated while MongoDB is away.

    Only for a service whose requests may each be carried out again from the beginning.
    """

    def __init__(self, service: EffectService, clock: PatientClock) -> None:
        self._service = service
        self._clock = clock

    @property
    def carries_out(self) -> EffectHandlers:
        return {kind: self._patient(handler) for kind, handler in self._service.carries_out.items()}

    def _patient(self, handler: EffectHandler) -> EffectHandler:
        return lambda request, caller: patiently(lambda: handler(request, caller), self._clock)


class EffectRouter:
    """Passes each request to the service for its kind. A request without one gets the outcome of a
    failure."""

    def __init__(self, *services: EffectService, notices: NoticeHandlers = MappingProxyType({})) -> None:
        self._answers = {kind: answer for service in services for kind, answer in service.carries_out.items()}
        self._notices = notices

    async def carry_out(self, request: EffectRequest, caller: Caller) -> Outcome:
        """The outcome of a request. Raises what the service raises; then the flow gets the outcome of a
        failure."""
        answer = self._answers.get(type(request))
        return failing(request) if answer is None else await answer(request, caller)

    async def notify(self, notice: EffectNotice, caller: Caller) -> None:
        """Hand a notice to the service that takes it. Raises `NoRecipient`."""
        if (take := self._notices.get(type(notice))) is None:
            raise NoRecipient(f"no service takes {type(notice).__name__}")
        await take(notice, caller)
