"""Carries out what turns ask of the world; each outcome is stored as an event of the same person."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeAlias, TypeVar

from bot.model.clock import PatientClock
from bot.model.effects import CallHook, EffectNotice, EffectRequest, FindMatches, PhoneNotice, SendAlert
from bot.model.event import Outcome
from bot.model.outgoing import Outgoing
from bot.model.translatable import tr
from bot.runtime.own_events import NotOurs, StoreEvents, outcome_event, read
from bot.runtime.ports import Caller, Effects
from bot.runtime.retry import Done, GiveUp
from bot.shops.failure import ShopFailed
from bot.store.unavailable import DatabaseUnavailable

T = TypeVar("T")

AGAIN = 1.0
"""Seconds before the database, found to be away, is asked again."""


async def patiently(work: Callable[[], Awaitable[T]], clock: PatientClock) -> T:
    """What `work` gives, once the database is back."""
    while True:
        try:
            return await work()
        except DatabaseUnavailable:
            await clock.wait(AGAIN)


class InTurn:
    """Who comes in waits for all who came before under that name. Nobody is remembered longer."""

    def __init__(self) -> None:
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)
        self._there = Counter[str]()

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Until the block ends nobody else is in one of this name."""
        self._there[name] += 1
        try:
            async with self._turns[name]:
                yield
        finally:
            self._there[name] -= 1
            if not self._there[name]:
                del self._there[name], self._turns[name]

    def is_last(self, name: str) -> bool:
        """Whether whoever is in it has nobody behind."""
        return self._there[name] == 1

    @property
    def is_empty(self) -> bool:
        """Whether nobody is in, or waits."""
        return not self._there and not self._turns


log = logging.getLogger("oaflow.asking")

STORE_SECONDS = 10.0
"""Seconds before what came of an effect is stored again, where the database was away."""


def failing(asked: EffectRequest) -> Outcome:
    """The outcome of the closed set that says that it did not work (language, 4.2)."""
    hook = asked.hook if isinstance(asked, CallHook) else ""
    return Outcome(asked.question.answer, asked.question.failed, asked.origin, hook)


class EffectFailed(Exception):
    """What was asked could not be done, and whoever asked hears so. The text says why, and names nobody."""


class NoRecipient(Exception):
    """What was to be told reaches nobody."""


class NotYet:
    """The world as long as nobody is there to ask: every effect fails at once, and says so."""

    async def carry_out(self, asked: EffectRequest, caller: Caller) -> Outcome:
        return failing(asked)

    async def notify(self, told: EffectNotice, caller: Caller) -> None:
        raise NoRecipient("nobody is there to be told whose phone it is")


class Asker:
    """Carries effects out, and stores what came of each before the effect counts as done."""

    def __init__(
        self,
        effects: Effects,
        store: StoreEvents,
        clock: PatientClock,
    ) -> None:
        """`store` makes events durable, like those of a webhook."""
        self._effects = effects
        self._store = store
        self._clock = clock

    async def see_to(
        self, call: Outgoing, contact: str, owned: Callable[[], bool], *, crowded: bool = False
    ) -> Done | GiveUp | None:
        """How an "ask" or a "tell" ended; `None` if the contact was not ours any more before that.

        `crowded`: so much is asked for this person already that no further hook is called.
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
        """Carry this out and store its outcome, as an event of the same person."""
        asked: EffectRequest = read(call.body)
        if crowded and isinstance(asked, CallHook):
            outcome, why = failing(asked), "so many calls for this person wait already that it was not called"
        else:
            outcome, why = await self._outcome(asked, _caller(call, contact))

        async def store() -> None:
            event = outcome_event(call, asked, outcome, contact, self._clock.now())
            try:
                await self._store([event], STORE_SECONDS)
            except DatabaseUnavailable:
                raise
            except Exception as error:  # whoever asked must hear of it, whatever MongoDB minds
                log.error(
                    "what came of %s could not be stored: %s", type(asked).__name__, type(error).__name__
                )
                raise DatabaseUnavailable(tr("the write was not acknowledged")) from error

        if not await self._until_done(store, owned):
            return None
        if outcome.origin is None and outcome.result == asked.question.failed:  # nobody hears of it
            asked_what = f"{outcome.asked} {outcome.subject}".strip()
            return GiveUp("failed", f"{asked_what}: {why}" if why else asked_what)
        return Done(outcome.result)

    async def _notify(self, call: Outgoing, contact: str, owned: Callable[[], bool]) -> Done | GiveUp | None:
        """Carry out what nobody answers."""
        told: EffectNotice = read(call.body)
        try:
            done = await self._until_done(lambda: self._effects.notify(told, _caller(call, contact)), owned)
        except ShopFailed as error:  # it was tried for as long as anybody should
            log.warning("a shop was not told of a binding: %s: %s", type(error).__name__, error)
            return GiveUp("failed", str(error))
        except NoRecipient as error:
            return GiveUp("failed", str(error))
        except Exception as error:  # it is kept for a person to look at, and the person's other calls go on
            log.exception("a %s could not be carried out", call.kind)
            return GiveUp("failed", type(error).__name__)
        return Done("told") if done else None

    async def _until_done(self, work: Callable[[], Awaitable[None]], owned: Callable[[], bool]) -> bool:
        """Repeat what the database was away for; `False` if the contact was not ours any more before that."""
        while owned():
            try:
                await work()
            except DatabaseUnavailable:
                await self._clock.wait(AGAIN)
            else:
                return True
        return False

    async def _outcome(self, asked: EffectRequest, caller: Caller) -> tuple[Outcome, str]:
        """What came of it, and why it could not be done where its desk says so."""
        try:
            return await self._effects.carry_out(asked, caller), ""
        except EffectFailed as error:
            return failing(asked), str(error)
        except Exception:  # whoever asked must hear of it, and the person's other calls go on
            log.exception("%s could not be carried out", type(asked).__name__)
            return failing(asked), ""


def _caller(call: Outgoing, contact: str) -> Caller:
    return Caller(contact, call.channel, call.to, call.retry_key or call.id, call.created)


DeskWork: TypeAlias = Mapping[type[Any], Callable[[Any, Caller], Awaitable[Outcome]]]
"""For each kind of `EffectRequest` that a desk carries out, what does it."""


class EffectDesk(Protocol):
    """Who can answer some of it."""

    @property
    def carries_out(self) -> DeskWork: ...


class PhoneKeeper(Protocol):
    """Who keeps whose phone it is."""

    async def settle(self, told: PhoneNotice, caller: Caller) -> None: ...


class MatchKeeper(Protocol):
    """Who keeps possible matches of what nobody has proven."""

    async def look(self, told: FindMatches, caller: Caller) -> None: ...


class StaffTeller(Protocol):
    """Who tells those who work with the bot."""

    async def notify(self, told: SendAlert, caller: Caller) -> None: ...


class EffectRouter:
    """What is asked of the world, carried out by its desks. What has no desk fails at once, and says so."""

    def __init__(
        self,
        *desks: EffectDesk,
        keeper: PhoneKeeper | None = None,
        matches: MatchKeeper | None = None,
        alerts: StaffTeller | None = None,
    ) -> None:
        self._answers = {kind: answer for desk in desks for kind, answer in desk.carries_out.items()}
        self._keeper = keeper
        self._matches = matches
        self._alerts = alerts

    async def carry_out(self, asked: EffectRequest, caller: Caller) -> Outcome:
        """May raise what a desk raises; whoever asked then hears that it failed."""
        answer = self._answers.get(type(asked))
        return failing(asked) if answer is None else await answer(asked, caller)

    async def notify(self, told: EffectNotice, caller: Caller) -> None:
        """A phone was bound or unbound; one, or an address, was written that nobody has proven; or a
        playbook tells staff something."""
        match told:
            case FindMatches():
                if self._matches is None:
                    raise NoRecipient("nobody is there to look for matches")
                await self._matches.look(told, caller)
            case SendAlert():
                if self._alerts is not None:
                    await self._alerts.notify(told, caller)
            case _:
                if self._keeper is None:
                    raise NoRecipient("nobody is there to be told whose phone it is")
                await self._keeper.settle(told, caller)
