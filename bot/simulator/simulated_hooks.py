"""Stands in for every web hook of the playbook (F3): nothing is called, and what is answered is set here.
Stands in for alerts of staff, too: they are shown in the log."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias
from urllib.parse import urlsplit

from bot.engine.compiled.outside import Hook
from bot.engine.compiled.playbook import Playbook
from bot.engine.hook_answers import body_of, fields_of, hook_outcome, made_up
from bot.engine.types.table import TYPES
from bot.hooks.signature import signed
from bot.model.alert import AlertNote
from bot.model.clock import Clock
from bot.model.effects import CallHook
from bot.model.event import Outcome
from bot.model.settings import HookSettings, Settings
from bot.operations.payload import pick
from bot.playbook.shape.connections import SECRET_LIKE
from bot.runtime.alerts.receivers import AlertReceiver, AlertResult, AlertSent, AlertTelling
from bot.runtime.alerts.words import Wording, subject, text
from bot.services.caller import Caller
from bot.services.effects import EffectHandlers, failing
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.state_json import alert_json, type_json

HIDDEN = "…"
"""In place of a secret."""
_LETS_IN = frozenset(("authorization", "proxy-authorization", "cookie"))
"""Headers whose value opens the other system."""


def masked_address(settings: Settings, hook: str) -> str:
    """The address that would be called, as the playbook writes it: variables of the environment stay
    names."""
    found = settings.hooks.get(hook)
    return "" if found is None else _source_text(settings, ("hooks", hook, "url"), found.url)


def masked_headers(settings: Settings, hook: str, id_: str, at: datetime) -> Mapping[str, str]:
    """The headers that the call would have: those of the playbook as written there, secrets hidden."""
    found = settings.hooks.get(hook)
    if found is None:
        return {}
    ours = signed(id_, at, b"", found.secret)
    return {
        "Content-Type": "application/json",
        **{name: HIDDEN if name == "webhook-signature" else value for name, value in ours.items()},
        **{name: _masked(settings, found, name) for name in found.headers},
    }


def _masked(settings: Settings, hook: HookSettings, name: str) -> str:
    path, value = ("hooks", hook.name, "headers", name), hook.headers[name]
    secret = name.lower() in _LETS_IN or SECRET_LIKE.search(name) is not None
    return HIDDEN if secret and path not in settings.written else _source_text(settings, path, value)


def _source_text(settings: Settings, path: tuple[str, ...], value: str) -> str:
    """A setting as the playbook writes it, variables by their names."""
    found = settings.written.get(path)
    return value if found is None else found.text


LONGEST = 2_000
"""Characters of one field."""


class NotAnAnswer(Exception):
    """This is no answer of that hook; the message says which field, and what it takes."""


def checked(given: Mapping[str, Any], hook: Hook, playbook: Playbook) -> dict[str, Any]:
    """The values of these fields, those that are empty left out. Raises `NotAnAnswer`."""
    fields = {field.path: field for field in fields_of(hook, playbook)}
    answer: dict[str, Any] = {}
    for path, value in given.items():
        if path not in fields:
            known = ", ".join(fields) or "no fields"
            raise NotAnAnswer(f'"{hook.name}" answers with {known}, not with "{path[:LONGEST]}"')
        if value is None or value == "":
            continue
        wanted = fields[path].type
        if isinstance(value, str) and len(value) > LONGEST:
            raise NotAnAnswer(f'"{path}" has at most {LONGEST} characters')
        if TYPES[wanted].from_json(value, playbook.zone) is None:
            raise NotAnAnswer(f'"{path}" is {TYPES[wanted].asked}')
        answer[path] = value
    return answer


CALLS_KEPT = 200
"""Calls that are stored, the last ones."""
WAITING_AT_MOST = 100
"""Calls that wait for somebody to answer; the next one fails."""

PretendAnswer: TypeAlias = Literal[
    "made up",  # by values that are made up
    "failed",  # not at all
    "ask",  # once somebody answers the call by hand
]
Answers: TypeAlias = PretendAnswer | Mapping[str, Any]
"""How a hook answers; a mapping: with these values, by the path of the field."""
WORDS: tuple[PretendAnswer, ...] = ("made up", "failed", "ask")
USUAL: PretendAnswer = "made up"
"""How a hook answers for which nothing is set."""


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call of a hook."""

    id: str
    hook: str
    chat: str
    """The LINE user id of the person for whom it was called."""
    at: datetime
    body: Any
    address: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Literal["failed"] | Mapping[str, Any] | None = None
    """What came back; `None` while it waits."""
    made_up: bool = False
    """Whether the answer was made up."""


class NotWaiting(Exception):
    """No call of this id waits for an answer."""


class PretendHooks:
    """Answers every hook, at once or by hand. Nothing leaves this machine."""

    def __init__(self, clock: Clock, feed: Feed, playbook: Callable[[], Playbook | None]) -> None:
        self._clock = clock
        self._feed = feed
        self.playbook = playbook
        self.settings = Settings({})
        """Those that are live, for the address and headers that a call would have."""
        self._answers: dict[str, Answers] = {}
        """By hook, where another answer than `USUAL` is set."""
        self._calls: OrderedDict[str, HookCall] = OrderedDict()
        self._waiting: dict[str, asyncio.Future[Answers]] = {}
        """By id: the calls that are to be answered by hand."""
        self._count = 0

    def how_many_wait(self) -> int:
        """How many calls wait for an answer by hand."""
        return len(self._waiting)

    @property
    def calls(self) -> tuple[HookCall, ...]:
        """The last calls, oldest first."""
        return tuple(self._calls.values())

    def hooks(self) -> Mapping[str, Hook]:
        """The hooks of the live playbook, by name."""
        playbook = self.playbook()
        return {} if playbook is None else playbook.hooks

    def answers(self, hook: str) -> Answers:
        """How this hook answers from now on."""
        return self._answers.get(hook, USUAL)

    def answer_from_now_on(self, hook: str, answers: Answers) -> None:
        """Set how a hook answers; calls that wait already go on waiting."""
        self._answers[hook] = answers
        self._feed.publish("hooks", {"hook": hook})

    @property
    def failing(self) -> Sequence[str]:
        """The hooks that are set to fail."""
        return [hook for hook, answers in self._answers.items() if answers == "failed"]

    @property
    def carries_out(self) -> EffectHandlers:
        return {CallHook: self.call}

    async def call(self, asked: CallHook, caller: Caller) -> Outcome:
        """The outcome of a call, as it is set for its hook; a hook that the playbook has no more fails."""
        self._count += 1
        call = self._sent(asked, caller)
        self._keep(call)
        answers = self.answers(asked.hook)
        if answers == "ask" and asked.hook in self.hooks():
            answers = await self._ask(call)
        return self._outcome(call, asked, answers)

    def _sent(self, asked: CallHook, caller: Caller) -> HookCall:
        now, hook = self._clock.now(), asked.hook
        address = masked_address(self.settings, hook)
        headers = masked_headers(self.settings, hook, caller.key, now)
        return HookCall(str(self._count), hook, caller.user, now, asked.body, address, headers)

    def answer(self, call: str, answers: Answers) -> None:
        """Answer a call that waits. Raises `NotWaiting`."""
        waiting = self._waiting.pop(call, None)
        if waiting is None or waiting.done():
            raise NotWaiting
        waiting.set_result(answers)

    async def _ask(self, call: HookCall) -> Answers:
        """Wait for an answer by hand, without a limit: the flow itself gives up after its own time. Fails at
        once where too many wait."""
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
        self._feed.publish("hooks", hook_call_json(call))

    def _forget_one(self) -> None:
        """Drop the oldest call that was answered: fewer may wait than are stored."""
        oldest = next(id_ for id_ in self._calls if id_ not in self._waiting)
        del self._calls[oldest]

    def shown(self) -> list[dict[str, Any]]:
        """All hooks of the playbook, each with the fields of its answer, and how it answers."""
        playbook = self.playbook()
        return [
            {"name": name, "fields": fields_json(hook, playbook), "answers": self.answers(name)}
            for name, hook in self.hooks().items()
            if playbook is not None
        ]


def fields_json(hook: Hook, playbook: Playbook) -> list[dict[str, Any]]:
    """The fields of an answer, for the JSON interface."""
    return [
        {
            "name": field.path,
            **type_json(field.type),
            "values": list(field.values),
            "saves": list(field.saves),
        }
        for field in fields_of(hook, playbook)
    ]


def hook_call_json(call: HookCall) -> dict[str, Any]:
    """How a call looks in the JSON interface."""
    return {
        **pick(call, "id", "hook", "chat"),
        "at": milliseconds(call.at),
        "address": call.address,
        "headers": dict(call.headers),
        **pick(call, "body", "answer", "made_up"),
    }


@dataclass(frozen=True, slots=True)
class PretendAlerts:
    """Shows alerts of staff in the log, by `tell`, and sends none."""

    clock: Clock
    wording: Callable[[], Wording]
    tell: Callable[[dict[str, Any]], None]

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """The log has room for all."""
        return len(notes)

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult:
        """Show an alert in the log: the way that it would go, and what it says."""
        chats = {note.contact.partition(":")[2] for note in telling.notes if note.contact is not None}
        texts = [note.text.partition("\n")[0] for note in telling.notes if note.reason != "digest"]
        said = "; ".join(text for text in texts if text)
        about = subject(telling.notes, self.wording())
        entry = alert_json(
            self.clock.now(),
            way=receiver.to,
            recipient=_receiver_text(receiver),
            about=f"{about} — {said}" if said else about,
            body=text(telling.notes, self.wording()).strip(),
            chat=chats.pop() if len(chats) == 1 else None,
        )
        self.tell(entry)
        return AlertSent()


def _receiver_text(receiver: AlertReceiver) -> str:
    """The address, or the name of a tester; of a web hook the host only, as its path may be a secret."""
    return urlsplit(receiver.recipient).hostname or "" if receiver.to == "webhook" else receiver.recipient
