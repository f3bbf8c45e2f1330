"""The world that is there to ask: each thing asked goes to the desk that can answer it."""

from __future__ import annotations

from typing import Protocol

from bot.model.decision import (
    CallHook,
    CheckCode,
    EffectNotice,
    EffectRequest,
    FindMember,
    MoveMember,
    RefreshMember,
    SendCode,
)
from bot.model.event import Outcome
from bot.runtime.effects.asking import NobodyThere, failing
from bot.runtime.ports import Caller


class CodeDesk(Protocol):
    """Sends one-time codes and compares them."""

    async def send(self, asked: SendCode, caller: Caller) -> Outcome: ...
    async def check(self, asked: CheckCode, caller: Caller) -> Outcome: ...


class MemberDesk(Protocol):
    """Finds members, here or at a shop."""

    async def find(self, asked: FindMember, caller: Caller) -> Outcome: ...
    async def move(self, asked: MoveMember, caller: Caller) -> Outcome: ...
    async def refresh(self, asked: RefreshMember, caller: Caller) -> Outcome: ...
    async def settle(self, told: EffectNotice, caller: Caller) -> None: ...


class HookDesk(Protocol):
    """Calls web hooks."""

    async def call(self, asked: CallHook, caller: Caller) -> Outcome: ...


class EffectRouter:
    """What is asked of the world, carried out by its desks. What has no desk fails at once, and says so."""

    def __init__(
        self,
        *,
        codes: CodeDesk | None = None,
        members: MemberDesk | None = None,
        hooks: HookDesk | None = None,
    ) -> None:
        self._codes = codes
        self._members = members
        self._hooks = hooks

    async def carry_out(self, asked: EffectRequest, caller: Caller) -> Outcome:
        """May raise what a desk raises; whoever asked then hears that it failed."""
        codes, members, hooks = self._codes, self._members, self._hooks
        match asked:
            case SendCode() if codes is not None:
                return await codes.send(asked, caller)
            case CheckCode() if codes is not None:
                return await codes.check(asked, caller)
            case FindMember() if members is not None:
                return await members.find(asked, caller)
            case MoveMember() if members is not None:
                return await members.move(asked, caller)
            case RefreshMember() if members is not None:
                return await members.refresh(asked, caller)
            case CallHook() if hooks is not None:
                return await hooks.call(asked, caller)
            case _:
                return failing(asked)

    async def tell(self, told: EffectNotice, caller: Caller) -> None:
        """A phone was bound or unbound: for the desk that keeps whose it is."""
        if self._members is None:
            raise NobodyThere("nobody is there to be told whose phone it is")
        await self._members.settle(told, caller)
