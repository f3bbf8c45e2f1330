"""Rich menus of many people at once, as LINE's API has them: accepted at once, carried out a moment later.

https://developers.line.biz/en/reference/messaging-api/#link-rich-menu-to-users and
#batch-control-rich-menus-of-users
"""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.line.objects.rich_menu import MENU_ID
from bot.model.clock import Clock
from bot.model.message import USER_ID
from bot.simulator.people.menu_feed import MenusShown
from bot.simulator.platform.call import Answered, ApiCall, Route
from bot.simulator.platform.refusal import LineRefusal, bad_properties, bad_property, not_found
from bot.simulator.state.chats import Chats
from bot.simulator.state.menus import ChannelMenus, Menus


class Afterwards:
    """Runs work after a delay, which `wait` waits by this clock."""

    def __init__(self, wait: Callable[[float], Awaitable[None]], clock: Clock) -> None:
        self._wait = wait
        self._clock = clock
        self._tasks: dict[asyncio.Task[None], datetime] = {}

    def do(self, seconds: float, work: Callable[[], None]) -> None:
        """Run `work` after so many seconds."""

        async def after() -> None:
            await self._wait(seconds)
            work()

        task = asyncio.create_task(after())
        self._tasks[task] = self._clock.now() + timedelta(seconds=seconds)
        task.add_done_callback(self._tasks.pop)

    @property
    def last(self) -> datetime | None:
        """When the last of the waiting work is due; `None`: none waits."""
        return max(self._tasks.values(), default=None)

    async def stop(self) -> None:
        """Drop what is not done yet."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


PEOPLE_AT_MOST = 500
"""User ids of one bulk call."""
OPERATIONS_AT_MOST = 1_000
"""Operations of one batch."""
TAKES = 0.2
"""Seconds until an accepted call is carried out; at LINE "normally a few seconds"."""
KEPT = timedelta(days=14)
"""For so long a batch's progress can be read, and its key resumes it."""

_KEY = re.compile(r"[0-9a-zA-Z_-]{1,100}")
"""A `resumeRequestKey`."""


@dataclass(frozen=True, slots=True)
class _Operation:
    """One operation of a batch."""

    type: Literal["link", "unlink", "unlinkAll"]
    origin: str | None = None
    """The menu that people have now; `None` for `unlinkAll`."""
    to: str | None = None
    """The menu that they get."""


@dataclass(slots=True)
class _Batch:
    """A batch that was accepted."""

    channel: str
    accepted: datetime
    key: str | None
    """The `resumeRequestKey`."""
    moved: set[str] = field(default_factory=set)
    """The people who are done under this key; a retry leaves them alone."""
    completed: datetime | None = None


@dataclass(eq=False, repr=False)
class MenuBulk:
    """Bulk links and batches: refused at once or answered 202, and carried out after `TAKES` seconds."""

    _menus: Menus
    _chats: Chats
    _shown: MenusShown
    _clock: Clock
    _afterwards: Afterwards
    _batches: dict[str, _Batch] = field(init=False, default_factory=dict)

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        menu = "/v2/bot/richmenu"
        return [
            Route("POST", menu + "/bulk/link", "bulk-link", self._link, "json"),
            Route("POST", menu + "/bulk/unlink", "bulk-unlink", self._unlink, "json"),
            Route("POST", menu + "/batch", "menu-batch", self._batch, "json"),
            Route("POST", menu + "/validate/batch", "validate-menu-batch", self._validate, "json"),
            Route("GET", menu + "/progress/batch", "menu-batch-progress", self._progress),
        ]

    async def _link(self, call: ApiCall) -> Answered:
        people, menus = _people(call), self._of(call)
        menu = call.body.get("richMenuId")
        if not isinstance(menu, str) or not MENU_ID.fullmatch(menu):
            raise bad_properties([{"message": "invalid richMenuId", "property": "richMenuId"}])
        if menu not in menus.by_id:
            raise LineRefusal(404, "richmenu not found", details=[])
        if menus.by_id[menu].picture is None:
            raise LineRefusal(400, "must upload richmenu image before applying it to user")
        self._later(call, lambda: self._give(call, people, menu))
        return Answered(202, text=menus.by_id[menu].form["name"])

    async def _unlink(self, call: ApiCall) -> Answered:
        people = _people(call)
        self._later(call, lambda: self._give(call, people, None))
        return Answered(202)

    async def _validate(self, call: ApiCall) -> Answered:
        _operations(call, self._of(call))
        return Answered()

    async def _batch(self, call: ApiCall) -> Answered:
        operations = _operations(call, self._of(call))
        batch = self._resumed(call)
        self._batches[call.id] = batch
        self._later(call, lambda: self._move(call, operations, batch))
        return Answered(202)

    async def _progress(self, call: ApiCall) -> Answered:
        id = call.query.get("requestId", "")
        if not _is_uuid(id):
            raise LineRefusal(400, "The value for the 'requestId' parameter is invalid")
        batch = self._batches.get(id)
        if batch is None or batch.channel != _channel(call) or self._clock.now() - batch.accepted > KEPT:
            raise not_found()
        progress = {"phase": "ongoing", "acceptedTime": _time(batch.accepted)}
        if batch.completed is not None:
            progress |= {"phase": "succeeded", "completedTime": _time(batch.completed)}
        return Answered(body=progress)

    def _resumed(self, call: ApiCall) -> _Batch:
        """A batch that knows whom an earlier request with the same key has moved."""
        now, key, channel = self._clock.now(), call.body.get("resumeRequestKey"), _channel(call)
        self._batches = {id: kept for id, kept in self._batches.items() if now - kept.accepted <= KEPT}
        for batch in self._batches.values():
            if key is not None and (batch.channel, batch.key) == (channel, key):
                return _Batch(channel, now, key, batch.moved)
        return _Batch(channel, now, key)

    def _later(self, call: ApiCall, work: Callable[[], None]) -> None:
        """Carry `work` out after `TAKES` seconds, and publish which menus people see then."""

        def work_shown() -> None:
            with self._shown.change(_channel(call)):
                work()

        self._afterwards.do(TAKES, work_shown)

    def _give(self, call: ApiCall, people: Iterable[str], menu: str | None) -> None:
        """Link the menu to those of these people who are friends; `None`: unlink theirs."""
        menus = self._of(call)
        for person in people:
            friend = self._chats.friends.get(person)
            if menu is None:
                menus.links.pop(person, None)
            elif call.account.crowd.has(person) or (
                friend is not None and friend.channel == _channel(call) and friend.standing == "friend"
            ):
                menus.links[person] = menu

    def _move(self, call: ApiCall, operations: list[_Operation], batch: _Batch) -> None:
        """Each operation sees the links as they are before any of them."""
        menus = self._of(call)
        by_origin = {operation.origin: operation for operation in operations}
        for person, linked in list(menus.links.items()):
            operation = by_origin.get(linked) or by_origin.get(None)
            if operation is None or person in batch.moved:
                continue
            batch.moved.add(person)
            if operation.to is None:
                del menus.links[person]
            else:
                menus.links[person] = operation.to
        batch.completed = self._clock.now()

    def _of(self, call: ApiCall) -> ChannelMenus:
        return self._menus.of(_channel(call))


def _channel(call: ApiCall) -> str:
    return call.account.channel.name


def _people(call: ApiCall) -> list[str]:
    people = call.body.get("userIds")
    if not isinstance(people, list):
        raise bad_property("userIds")
    if not 1 <= len(people) <= PEOPLE_AT_MOST:
        size = f"Size must be between 1 and {PEOPLE_AT_MOST}"
        raise bad_properties([{"message": size, "property": "userIds"}])
    for number, person in enumerate(people):
        if not isinstance(person, str) or not USER_ID.fullmatch(person):
            raise bad_property(f"userIds[{number}]")
    return people


def _operations(call: ApiCall, menus: ChannelMenus) -> list[_Operation]:
    """The operations of a batch. Raises `LineRefusal` for the first kind of mistake, as LINE does."""
    key, given = call.body.get("resumeRequestKey"), call.body.get("operations")
    if key is not None and (not isinstance(key, str) or not _KEY.fullmatch(key)):
        raise bad_properties([{"message": "invalid resumeRequestKey", "property": "resumeRequestKey"}])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise bad_property("operations")
    if not 1 <= len(given) <= OPERATIONS_AT_MOST:
        size = f"Size must be between 1 and {OPERATIONS_AT_MOST}"
        raise bad_properties([{"message": size, "property": "operations"}])
    wrong = [detail for number, one in enumerate(given) for detail in _wrong(one, f"operations[{number}]")]
    if wrong:
        raise bad_properties(wrong)
    operations = [_Operation(one["type"], one.get("from"), one.get("to")) for one in given]
    _fit_together(operations)
    _exist(operations, menus)
    return operations


def _wrong(one: dict[str, Any], at: str) -> Iterator[dict[str, str]]:
    """What is wrong in one operation by itself."""
    needed = {"link": ("from", "to"), "unlink": ("from",), "unlinkAll": ()}.get(str(one.get("type")))
    if needed is None:
        yield {"message": "invalid type", "property": f"{at}.type"}
        return
    for name in needed:
        if not isinstance(one.get(name), str) or not MENU_ID.fullmatch(one[name]):
            yield {"message": "invalid richMenuId", "property": f"{at}.{name}"}


def _fit_together(operations: list[_Operation]) -> None:
    """Raise `LineRefusal` where two operations exclude each other."""
    origins = [operation.origin for operation in operations]
    if None in origins and len(operations) > 1:
        message = "'unlinkAll' type can't be combined with other type"
        raise bad_properties([{"message": message, "property": "operations[].type"}])
    for origin in origins:
        if origins.count(origin) > 1:
            message = f"from richmenu ({origin}) is duplicated"
            raise bad_properties([{"message": message, "property": "operations[].from"}])


def _exist(operations: list[_Operation], menus: ChannelMenus) -> None:
    """Raise `LineRefusal` where a menu is unknown, or has no picture."""
    for number, operation in enumerate(operations):
        for name, menu in (("from", operation.origin), ("to", operation.to)):
            at = f"operations[{number}].{name}"
            if menu is not None and menu not in menus.by_id:
                detail = {"message": f"Richmenu ({menu}) is not found", "property": at}
                raise LineRefusal(404, "The request body has 1 error(s)", details=[detail])
        if operation.to is not None and menus.by_id[operation.to].picture is None:
            message = f"'to' richmenu ({operation.to}) must have image but it doesn't"
            raise bad_properties([{"message": message, "property": f"operations[{number}].to"}])


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
