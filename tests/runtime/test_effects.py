"""Each thing asked of the world goes to its desk; what has none fails at once, and says so."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from bot.model.effects import (
    CallHook,
    CheckCode,
    EffectRequest,
    FindClerk,
    FindMember,
    MoveMember,
    RefreshMember,
    SendCode,
)
from bot.model.event import Origin, Outcome
from bot.runtime.effects.effect_runner import DeskWork, EffectRouter, failing
from bot.runtime.ports import Caller
from tests.conftest import NOW

HERE = Origin("phone_binding", "main", 1)
CALLER = Caller("main:U1", "main", "U1", "call", NOW)
OF_CODES: list[EffectRequest] = [SendCode("+886912345678", HERE), CheckCode("123456", HERE)]
OF_NOBODY: list[EffectRequest] = [CallHook("crm", {}, HERE), FindClerk("A", False, HERE)]
OF_MEMBERS: list[EffectRequest] = [
    FindMember("none", "+886912345678", HERE),
    MoveMember("+886912345678", None, HERE),
    RefreshMember(HERE),
]


@dataclass
class Codes:
    heard: list[tuple[str, EffectRequest, Caller]] = field(default_factory=list)

    @property
    def carries_out(self) -> DeskWork:
        return {SendCode: self.send, CheckCode: self.check}

    async def send(self, asked: SendCode, caller: Caller) -> Outcome:
        return self._hear("send", asked, caller)

    async def check(self, asked: CheckCode, caller: Caller) -> Outcome:
        return self._hear("check", asked, caller)

    def _hear(self, what: str, asked: EffectRequest, caller: Caller) -> Outcome:
        self.heard.append((what, asked, caller))
        return Outcome("code", what, HERE)


@pytest.mark.parametrize(("asked", "what"), [(OF_CODES[0], "send"), (OF_CODES[1], "check")])
async def test_codes_have_a_desk(asked: EffectRequest, what: str) -> None:
    codes = Codes()
    outcome = await EffectRouter(codes).carry_out(asked, CALLER)
    assert codes.heard == [(what, asked, CALLER)]
    assert outcome.result == what


@pytest.mark.parametrize("asked", [*OF_NOBODY, *OF_MEMBERS], ids=lambda asked: type(asked).__name__)
async def test_what_has_no_desk_fails(asked: EffectRequest) -> None:
    codes = Codes()
    assert await EffectRouter(codes).carry_out(asked, CALLER) == failing(asked)
    assert codes.heard == []


@pytest.mark.parametrize("asked", [*OF_CODES, *OF_MEMBERS], ids=lambda asked: type(asked).__name__)
async def test_a_world_without_desks_is_one_where_everything_fails(asked: EffectRequest) -> None:
    assert await EffectRouter().carry_out(asked, CALLER) == failing(asked)
