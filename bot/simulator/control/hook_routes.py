"""The JSON interface of the pretend web hooks: what was asked of them, and what they answer."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import reading, taking
from bot.simulator.hooks.fields import NotAnAnswer, checked
from bot.simulator.hooks.pretend_hooks import WORDS, Answers, NotWaiting, PretendHooks, call_shown
from bot.simulator.people.friend_acts import CannotAct


class HookRoutes:
    """`GET hooks`, `PUT hooks/NAME`, `POST hook-calls/ID`."""

    def __init__(self, hooks: PretendHooks) -> None:
        self._hooks = hooks

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/hooks", reading(self._all)),
            web.put(prefix + "/hooks/{name}", taking(self._from_now_on)),
            web.post(prefix + "/hook-calls/{id}", taking(self._answer)),
        ]

    def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"hooks": self._hooks.shown(), "calls": [call_shown(call) for call in self._hooks.calls]}

    def _from_now_on(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        name = request.match_info["name"]
        if name not in self._hooks.hooks():
            raise CannotAct("unknown", "the playbook has no such hook")
        answers = self._wanted(name, body, "answers")
        self._hooks.answer_from_now_on(name, answers)
        return {"name": name, "answers": answers}

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
