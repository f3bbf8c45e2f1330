"""The JSON interface of what staff do: with a friend, with the brake (stops of pushes), with places of
rules."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from aiohttp import web

from bot.engine.compiled.every_rule import places_of
from bot.model.brake import OFF, PushStop
from bot.model.contact import BindingKind, contact_id
from bot.model.staff_order import StaffActs
from bot.model.translatable import Translatable
from bot.operations.brake import BrakeView, StopRefused, StopScope
from bot.runtime.effects.staff_commands import StaffService
from bot.services.rewrites import RewriteRefused
from bot.simulator.control.json_calls import JsonRoutes, friend_of, get, post, running
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.workbench.inside import BrakeAtHand, Inside
from bot.simulator.workbench.workbench import Workbench

NOTHING = BrakeView(OFF, 0, ())
"""The state of the brake where no bot runs in this process."""


class BrakeRoutes(JsonRoutes):
    """`GET brake`, `POST brake/stop` and `POST brake/resume`."""

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside

    @get("/brake")
    async def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake = self._inside().brake
        return await self._done(brake) if brake is not None else self._brake_json(NOTHING)

    @post("/brake/stop")
    async def _stop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake = self._brake()
        return await self._done(brake, brake.stop(_scope(body)))

    @post("/brake/resume")
    async def _resume(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake = self._brake()
        return await self._done(brake, brake.resume(_scope(body)))

    def _brake(self) -> BrakeAtHand:
        return running(self._inside().brake)

    async def _done(self, brake: BrakeAtHand, act: Awaitable[None] | None = None) -> dict[str, Any]:
        try:
            if act is not None:
                await act
            return self._brake_json(await brake.shown())
        except StopRefused as refused:
            texts = {one.name: one.text(refused.message) for one in self._inside().languages}
            raise CannotAct("refused", str(refused), sentence=texts) from None

    def _brake_json(self, found: BrakeView) -> dict[str, Any]:
        playbook = self._inside().playbook()
        channels, flows = (playbook.channels, playbook.flows) if playbook is not None else ({}, {})
        return {
            "stops": [_stop_json(stop, gone=stop.flow in found.unknown) for stop in found.brake.stops],
            "people": found.people,
            "channels": list(channels),
            "flows": [{"name": flow.name, "title": flow.title} for flow in flows.values()],
        }


def _scope(body: dict[str, Any]) -> StopScope:
    channel, flow = (body.get(name) for name in ("channel", "flow"))
    if not all(one is None or isinstance(one, str) for one in (channel, flow)) or body.keys() - {
        "channel",
        "flow",
    }:
        raise CannotAct("invalid", "a body has channel and flow only, each a name, or left out for all")
    return StopScope(channel, flow)


def _stop_json(stop: PushStop, *, gone: bool) -> dict[str, Any]:
    shown = {"channel": stop.channel, "flow": stop.flow, "by": stop.by, "at": milliseconds(stop.at)}
    return shown | {"gone": gone}


class PlaceRoutes(JsonRoutes):
    """`POST places`: give back all places of a rule with `first`. `GET friends/ID/contact` says how many are
    taken."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @post("/places")
    async def _clear(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Nobody has a place of the rule any more."""
        inside, rule = self._bench.inside, body.get("clear")
        playbook, clear = running(inside.playbook()), running(inside.clear_places)
        if not isinstance(rule, str) or rule not in places_of(playbook):
            raise CannotAct("unknown", "no rule of this name has  first")

        async def work() -> bool:
            await clear(rule)
            self._bench.recorder.cleared()
            return True

        done = await self._bench.jumps.between(work)
        if done is None:
            raise CannotAct("standing", "not everything that was begun is done")
        return {}


KINDS: tuple[BindingKind | Literal["clerk"], ...] = (*get_args(BindingKind), "clerk")
"""The bindings that staff can undo."""

_StaffAct: TypeAlias = Callable[["StaffRoutes", Friend, Any], Awaitable[Mapping[str, Any]]]


class StaffRoutes(JsonRoutes):
    """`POST friends/ID/staff`: one thing at a time, named as scenarios name it."""

    def __init__(self, chats: Chats, acts: FriendActs, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._acts = acts
        self._inside = inside

    @post("/friends/{id}/staff")
    async def _do(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self._chats)
        if len(body) != 1 or (act := _ACTS.get(next(iter(body)))) is None:
            raise CannotAct("invalid", f"say one of {', '.join(_ACTS)}")
        try:
            return dict(await act(self, friend, next(iter(body.values()))))
        except RewriteRefused as refused:
            texts = self._in_all_languages(refused.message)
            raise CannotAct("refused", str(refused), sentence=texts) from None

    def _in_all_languages(self, message: Translatable) -> Mapping[str, str]:
        return {language.name: language.text(message) for language in self._inside().languages}

    def _service(self) -> StaffService:
        return running(self._inside().staff)

    async def _takes_over(self, friend: Friend, takes: Any) -> Mapping[str, Any]:
        if type(takes) is not bool:
            raise CannotAct("invalid", "takes_over must be true or false")
        tell = running(self._inside().tell)
        return {"event": await tell(friend.channel, friend.id, StaffActs(takes))}

    async def _write_as_staff(self, friend: Friend, text: Any) -> Mapping[str, Any]:
        """Staff write in LINE's own chat: no interface of LINE's tells the bot of it."""
        return self._acts.staff_writes(friend, text)

    async def _add_tag(self, friend: Friend, tag: Any) -> Mapping[str, Any]:
        return {"event": await self._service().tag(_contact(friend), _text("add_tag", tag))}

    async def _remove_tag(self, friend: Friend, tag: Any) -> Mapping[str, Any]:
        return {"event": await self._service().untag(_contact(friend), _text("remove_tag", tag))}

    async def _set(self, friend: Friend, pair: Any) -> Mapping[str, Any]:
        key, value = _pair("set", pair)
        service, contact = self._service(), _contact(friend)
        if value is None:
            return {"event": await service.clear(contact, key)}
        return {"event": await service.set(contact, key, _text("what is set", value))}

    async def _binds(self, friend: Friend, phone: Any) -> Mapping[str, Any]:
        return {"event": await self._service().bind(friend.channel, friend.id, _text("binds", phone))}

    async def _unbinds(self, friend: Friend, kind: Any) -> Mapping[str, Any]:
        for known in KINDS:
            if kind == known:
                return {"event": await self._service().unbind(_contact(friend), known)}
        raise CannotAct("invalid", f"unbinds must be one of {', '.join(KINDS)}")

    async def _draws(self, friend: Friend, pair: Any) -> Mapping[str, Any]:
        split, group = _pair("draws", pair)
        return {"event": await self._service().draw(_contact(friend), split, _text("a group", group))}


def _contact(friend: Friend) -> str:
    return contact_id(friend.channel, friend.id)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise CannotAct("invalid", f"{name} must be a text")
    return value


def _pair(name: str, value: Any) -> tuple[str, Any]:
    """The one key of an object, and its value. Raises `CannotAct`."""
    if not isinstance(value, dict) or len(value) != 1:
        raise CannotAct("invalid", f"{name} must be an object with one key")
    [(key, behind)] = value.items()
    return key, behind


_ACTS: Mapping[str, _StaffAct] = {
    "takes_over": StaffRoutes._takes_over,
    "says": StaffRoutes._write_as_staff,
    "add_tag": StaffRoutes._add_tag,
    "remove_tag": StaffRoutes._remove_tag,
    "set": StaffRoutes._set,
    "binds": StaffRoutes._binds,
    "unbinds": StaffRoutes._unbinds,
    "draws": StaffRoutes._draws,
}
"""What staff do with a friend, by its word in scenarios."""
