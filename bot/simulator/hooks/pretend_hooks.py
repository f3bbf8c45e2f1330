"""The desk that stands in for every web hook: nothing is called, and what it answers is said here (F3)."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Hook, Playbook
from bot.model.clock import Clock
from bot.model.effects import CallHook
from bot.model.event import Outcome
from bot.model.settings import Settings
from bot.runtime.effects.asking import failing
from bot.runtime.effects.effects import DeskWork
from bot.runtime.effects.hooks import hook_key
from bot.runtime.ports import Caller
from bot.scenario.hooks import body_of, hook_outcome
from bot.simulator.hooks.fields import fields_of, made_up
from bot.simulator.hooks.sent import address_shown, headers_shown
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.type_shown import type_shown

CALLS_KEPT = 200
WAITING_AT_MOST = 100
"""Calls that wait for somebody to answer; the next one fails."""

PretendAnswer: TypeAlias = Literal["made up", "failed", "ask"]
Answers: TypeAlias = PretendAnswer | Mapping[str, Any]
"""How a hook answers: by values that are made up, not at all, when somebody says so, or with these values."""
WORDS: tuple[PretendAnswer, ...] = ("made up", "failed", "ask")
USUAL: PretendAnswer = "made up"


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call of a hook: by whom, with what; `answer` is what came back, `None` while it waits."""

    id: str
    hook: str
    chat: str
    at: datetime
    body: Any
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Literal["failed"] | Mapping[str, Any] | None = None
    made_up: bool = False


class NotWaiting(Exception):
    """No call of this id waits for an answer."""


class PretendHooks:
    """Answers every hook, at once or when it is told how. Nothing leaves this machine."""

    def __init__(self, clock: Clock, feed: Feed, playbook: Callable[[], Playbook | None]) -> None:
        self._clock = clock
        self._feed = feed
        self.playbook = playbook
        self.settings = Settings({})
        """Those that are live; the playbook alone says where a hook is and what it carries."""
        self._answers: dict[str, Answers] = {}
        self._calls: OrderedDict[str, HookCall] = OrderedDict()
        self._waiting: dict[str, asyncio.Future[Answers]] = {}
        self._count = 0

    def how_many_wait(self) -> int:
        """How many calls wait for somebody to answer them."""
        return len(self._waiting)

    @property
    def calls(self) -> tuple[HookCall, ...]:
        """The last calls, oldest first."""
        return tuple(self._calls.values())

    def hooks(self) -> Mapping[str, Hook]:
        """Those of the playbook that is live."""
        playbook = self.playbook()
        return {} if playbook is None else playbook.hooks

    def answers(self, hook: str) -> Answers:
        """How this hook answers from now on."""
        return self._answers.get(hook, USUAL)

    def answer_from_now_on(self, hook: str, answers: Answers) -> None:
        """Calls that wait already go on waiting."""
        self._answers[hook] = answers
        self._feed.publish("hooks", {"hook": hook})

    @property
    def failing(self) -> Sequence[str]:
        """Those that are told to fail."""
        return [hook for hook, answers in self._answers.items() if answers == "failed"]

    @property
    def carries_out(self) -> DeskWork:
        return {CallHook: self.call}

    async def call(self, asked: CallHook, caller: Caller) -> Outcome:
        """What comes of a call, by what was said of its hook; one that is in the playbook no more fails."""
        self._count += 1
        call = self._sent(asked, caller)
        self._keep(call)
        answers = self.answers(asked.hook)
        if answers == "ask" and asked.hook in self.hooks():
            answers = await self._ask(call)
        return self._outcome(call, asked, answers)

    def _sent(self, asked: CallHook, caller: Caller) -> HookCall:
        now, hook = self._clock.now(), asked.hook
        address = address_shown(self.settings, hook)
        headers = headers_shown(self.settings, hook, hook_key(caller), now)
        return HookCall(str(self._count), hook, caller.user, now, asked.body, address, headers)

    def answer(self, call: str, answers: Answers) -> None:
        """This is how a call that waits is answered. Raises `NotWaiting`."""
        waiting = self._waiting.pop(call, None)
        if waiting is None or waiting.done():
            raise NotWaiting
        waiting.set_result(answers)

    async def _ask(self, call: HookCall) -> Answers:
        """Wait for as long as it takes; a flow that has waited enough goes on by itself."""
        if len(self._waiting) >= WAITING_AT_MOST:
            return "failed"
        self._waiting[call.id] = asyncio.get_running_loop().create_future()
        try:
            return await self._waiting[call.id]
        finally:
            self._waiting.pop(call.id, None)

    def _outcome(self, call: HookCall, asked: CallHook, answers: Answers) -> Outcome:
        playbook, hook = self.playbook(), self.hooks().get(asked.hook)
        if playbook is None or hook is None or (isinstance(answers, str) and answers != "made up"):
            self._keep(replace(call, answer="failed"))
            return failing(asked)
        values = made_up(hook, playbook, self._clock.now()) if isinstance(answers, str) else answers
        self._keep(replace(call, answer=values, made_up=isinstance(answers, str)))
        return hook_outcome(hook, body_of(values, hook), asked.origin, playbook.zone)

    def _keep(self, call: HookCall) -> None:
        self._calls[call.id] = call
        while len(self._calls) > CALLS_KEPT:
            self._forget_one()
        self._feed.publish("hooks", call_shown(call))

    def _forget_one(self) -> None:
        """The oldest that has been answered; there are more calls kept than may wait."""
        oldest = next(id_ for id_ in self._calls if id_ not in self._waiting)
        del self._calls[oldest]

    def shown(self) -> list[dict[str, Any]]:
        """All hooks of the playbook, each with the fields of its answer, and how it answers."""
        playbook = self.playbook()
        return [
            {"name": name, "fields": fields_shown(hook, playbook), "answers": self.answers(name)}
            for name, hook in self.hooks().items()
            if playbook is not None
        ]


def fields_shown(hook: Hook, playbook: Playbook) -> list[dict[str, Any]]:
    """The fields of an answer, for the JSON interface."""
    return [
        {
            "name": field.path,
            **type_shown(field.type),
            "values": list(field.values),
            "saves": list(field.saves),
        }
        for field in fields_of(hook, playbook)
    ]


def call_shown(call: HookCall) -> dict[str, Any]:
    """How a call looks in the JSON interface."""
    return {
        "id": call.id,
        "hook": call.hook,
        "chat": call.chat,
        "at": milliseconds(call.at),
        "address": call.address,
        "headers": dict(call.headers),
        "body": call.body,
        "answer": call.answer,
        "made_up": call.made_up,
    }
