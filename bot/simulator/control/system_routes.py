"""The JSON interface of other systems: web hooks, signals, and the provider of SMS."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.model.clock import Clock
from bot.model.event import News
from bot.model.value import Type
from bot.runtime.intake.outside_event import WrongField, read_signal
from bot.simulator.control.json_calls import JsonRoutes, friend_of, get, post, put, running
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.simulated_hooks import (
    WORDS,
    Answers,
    NotAnAnswer,
    NotWaiting,
    PretendHooks,
    checked,
    hook_call_json,
)
from bot.simulator.state.chats import Chats
from bot.simulator.state.sms_inbox import CREDIT_AT_MOST, FAULTS, SmsAccount, SmsInbox, sms_json
from bot.simulator.state.state_json import type_json
from bot.simulator.workbench.inside import Inside


class HookRoutes(JsonRoutes):
    """`GET hooks`, `PUT hooks/NAME`, `POST hook-calls/ID`."""

    def __init__(self, hooks: PretendHooks) -> None:
        self._hooks = hooks

    @get("/hooks")
    def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"hooks": self._hooks.shown(), "calls": [hook_call_json(call) for call in self._hooks.calls]}

    @put("/hooks/{name}")
    def _from_now_on(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        name = request.match_info["name"]
        if name not in self._hooks.hooks():
            raise CannotAct("unknown", "the playbook has no such hook")
        answers = self._wanted(name, body, "answers")
        self._hooks.answer_from_now_on(name, answers)
        return {"name": name, "answers": answers}

    @post("/hook-calls/{id}")
    def _answer(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        id_ = request.match_info["id"]
        call = next((one for one in self._hooks.calls if one.id == id_), None)
        if call is None:
            raise CannotAct("unknown", "no such call of a hook, or no longer kept")
        answers = self._wanted(call.hook, body, "answer")
        if answers == "ask":
            raise CannotAct("invalid", 'answer is "failed", "made up", or an object of fields')
        try:
            self._hooks.answer(id_, answers)
        except NotWaiting:
            raise CannotAct("standing", "this call has been answered already") from None
        return {"id": id_, "answer": answers}

    def _wanted(self, name: str, body: dict[str, Any], key: str) -> Answers:
        """How this hook is to answer, as a body says it under `key`. Raises `CannotAct`."""
        said = body.get(key)
        if len(body) != 1 or not (said in WORDS if isinstance(said, str) else isinstance(said, dict)):
            words = ", ".join(f'"{word}"' for word in WORDS)
            raise CannotAct("invalid", f"a body has {key} only: one of {words}, or an object of fields")
        if not isinstance(said, dict):
            return next(word for word in WORDS if word == said)
        hook, playbook = self._hooks.hooks().get(name), self._hooks.playbook()
        if hook is None or playbook is None:
            raise CannotAct("unknown", "the playbook has this hook no more: its call can only fail")
        try:
            return checked(said, hook, playbook)
        except NotAnAnswer as refused:
            raise CannotAct("invalid", str(refused)) from None


class SignalRoutes(JsonRoutes):
    """`GET signals`, `POST friends/ID/signal`: read as `POST /api/events` reads them."""

    def __init__(self, chats: Chats, clock: Clock, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._clock = clock
        self._inside = inside

    @get("/signals")
    def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        playbook = self._inside().playbook()
        signals = playbook.signals if playbook is not None else {}
        return {
            "signals": [{"name": name, "fields": _fields_json(fields)} for name, fields in signals.items()]
        }

    @post("/friends/{id}/signal")
    async def _send_signal(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, inside = friend_of(request, self._chats), self._inside()
        playbook, tell = running(inside.playbook()), running(inside.tell)
        if body.keys() - {"signal", "values"}:
            raise CannotAct("invalid", "a body has signal and values only")
        whose = {"id": uuid.uuid4().hex, "channel": friend.channel, "contact": {"line_id": friend.id}}
        read = read_signal({**body, **whose}, playbook, self._clock.now())
        if isinstance(read, WrongField):
            raise CannotAct("invalid", f"{read.field} {read.message}")
        return {"event": await tell(friend.channel, friend.id, News("signal", read.signal, read.values))}


def _fields_json(fields: Mapping[str, Type]) -> list[dict[str, Any]]:
    return [{"name": key, **type_json(type_), "values": [], "saves": []} for key, type_ in fields.items()]


class SmsRoutes(JsonRoutes):
    """`GET friends/ID/sms`, `POST friends/ID/sms/SMS/dismiss`, `GET sms` and `PUT sms`."""

    def __init__(self, inbox: SmsInbox, chats: Chats) -> None:
        self._inbox = inbox
        self._chats = chats

    @get("/friends/{id}/sms")
    def _list(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"sms": [sms_json(sms) for sms in self._inbox.of(friend_of(request, self._chats).id)]}

    @post("/friends/{id}/sms/{sms}/dismiss")
    def _dismiss(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        dismissed = self._inbox.dismiss(friend_of(request, self._chats).id, request.match_info["sms"])
        if dismissed is None:
            raise CannotAct("unknown", "no such SMS on this phone")
        return sms_json(dismissed)

    @get("/sms")
    def _account(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self._inbox.account)

    @put("/sms")
    def _set_account(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        self._inbox.account = _wanted(body)
        return asdict(self._inbox.account)


def _wanted(body: dict[str, Any]) -> SmsAccount:
    """The account that a body describes; what it leaves out is as usual."""
    credit, fault = body.get("credit"), body.get("fault")
    if credit is not None and (type(credit) is not int or not 0 <= credit <= CREDIT_AT_MOST):
        raise CannotAct("invalid", f"credit must be a whole number of SMS up to {CREDIT_AT_MOST}, or null")
    if fault is not None and fault not in FAULTS:
        raise CannotAct("invalid", f"fault must be null or one of {', '.join(FAULTS)}")
    if body.keys() - {"credit", "fault"}:
        raise CannotAct("invalid", "a body has credit and fault only")
    return SmsAccount(credit, fault)
