"""The JSON interface of recordings: going back in a conversation, and saving it as a scenario."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import JsonRoutes, friend_of, get, known_friend, post
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.workbench.past import Past
from bot.simulator.workbench.recorder import Exists, NotRecorded, Recorder
from bot.simulator.workbench.trial import TriedRecording


class PastRoutes(JsonRoutes):
    """`POST friends/ID/back` and `POST friends/ID/anew`."""

    def __init__(self, past: Past, acts: FriendActs, chats: Chats) -> None:
        self._past = past
        self._acts = acts
        self._chats = chats

    @post("/friends/{id}/back")
    async def _back(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self._chats)
        message = self._acts.message_of(friend, body.get("message"))
        if message.chat != friend.id:
            raise CannotAct("invalid", "one goes back in the friend's own chat, not in a group")
        return {"turns": await self._past.back_to(friend, message)}

    @post("/friends/{id}/anew")
    async def _anew(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self._chats)
        await self._past.begin_anew(friend)
        return self._acts.as_json(self._chats.friends[friend.id])


NAME_AT_MOST = 200
"""Characters of what a scenario is called: its title. Its file's name is made of it."""


class ScenarioRoutes(JsonRoutes):
    """`GET` and `POST friends/ID/scenario`, `POST friends/ID/scenario/begin`."""

    def __init__(self, recorder: Recorder, chats: Chats) -> None:
        self._recorder = recorder
        self._chats = chats

    @get("/friends/{id}/scenario")
    async def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        others = [id for id in request.query.get("with", "").split(",") if id]
        title, language = request.query.get("title"), request.query.get("language")
        written = await self._tried_recording(friend_of(request, self._chats), others, title, language)
        return asdict(written) | {"holds": written.failure is None}

    @post("/friends/{id}/scenario")
    async def _save(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        name, others = body.get("name"), body.get("with", [])
        if not isinstance(name, str) or not 1 <= len(name.strip()) <= NAME_AT_MOST:
            raise CannotAct("invalid", f"name must be 1 to {NAME_AT_MOST} characters")
        if not isinstance(others, list):
            raise CannotAct("invalid", "with must be a list of friends' ids")
        friend, title, language = (
            friend_of(request, self._chats),
            body.get("title", name),
            body.get("language"),
        )
        written = await self._tried_recording(friend, others, title, language)
        if written.failure is not None:
            raise CannotAct("invalid", f"it does not hold when it is played:\n{written.failure}")
        try:
            path = self._recorder.save(name, written.yaml)
        except Exists as exists:
            raise CannotAct("exists", f"{exists} is there already", free=exists.free) from None
        except NotRecorded as refused:
            raise CannotAct(refused.code, str(refused)) from None
        return {"path": path, "yaml": written.yaml, "command": self._recorder.played_by(path, language)}

    @post("/friends/{id}/scenario/begin")
    def _begin(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self._chats)
        self._recorder.begin(friend.id)
        return {"friend": friend.id}

    async def _tried_recording(
        self, friend: Friend, others: list[Any], title: Any, language: Any
    ) -> TriedRecording:
        if not isinstance(title, str | None) or (
            title is not None and not 1 <= len(title.strip()) <= NAME_AT_MOST
        ):
            raise CannotAct("invalid", f"title must be 1 to {NAME_AT_MOST} characters")
        people = [friend, *(known_friend(other, self._chats) for other in others)]
        try:
            return await self._recorder.tried_recording(
                _named(people), (title or friend.name).strip(), language
            )
        except NotRecorded as refused:
            raise CannotAct(refused.code, str(refused)) from None


def _named(people: list[Friend]) -> dict[str, str]:
    """The name of each person in the scenario, by id; a second one of the same name gets a number."""
    names: dict[str, str] = {}
    for friend in people:
        number = sum(1 for other in people[: people.index(friend)] if other.name == friend.name)
        names[friend.id] = friend.name if number == 0 else f"{friend.name} {number + 1}"
    return names
