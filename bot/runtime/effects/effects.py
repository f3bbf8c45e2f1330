"""The world that is there to ask: each thing asked goes to the desk that can answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeAlias

from bot.model.effects import EffectNotice, EffectRequest, FindMatches, PhoneNotice, SendAlert
from bot.model.event import Outcome
from bot.runtime.effects.effect_runner import NoRecipient, failing
from bot.runtime.ports import Caller

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
