"""Live updates of open pages: one stream of server-sent events for each page, on the topics that its address
names.

`GET /admin/live?attention=&chat=PART`: each name a topic, its value the topic's subject. A stream does not
count as activity: it prolongs no session, and ends soon after the session does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import orjson
from aiohttp import web

from bot.model.admin import AdminRole, Signed
from bot.operations.admins.sessions import SignedSessions
from bot.operations.attention import FRESH, GIVEN, Attention, AttentionBoard
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.navigation import stop_title
from bot.web.admin.route import EVERYBODY, AdminRoute
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import AdminAnswer, AdminPages, Json, Stream, Visit

MOST = 8
"""The most streams of one account in one process; with one more the oldest ends."""
BEAT = 15.0
"""Seconds between signs of life on a quiet stream: proxies end what says nothing."""
LOOK = 4.0
"""Seconds between two checks whether the account is still signed in, in the same role."""
SLOW = 10.0
"""Seconds in which a browser has to take what is sent; then the stream ends."""
WAITING = 32
"""The most events that wait to be sent on a stream; then its topics wait, too."""
AGAIN = 3_000
"""Milliseconds after which a browser connects again where the stream broke off."""

EndOfStream: TypeAlias = Literal[
    "signed_out",  # or in another role or scope than before
    "elsewhere",  # the account has opened too many
    "stopping",  # this process ends
]
"""Why a stream ends."""


@dataclass(frozen=True, slots=True)
class LiveTopic:
    """Something that pages follow."""

    follow: Callable[[Visit, str], AsyncIterator[Mapping[str, Any]]]
    """Gives what is new of a subject, until it is closed. It may raise `DatabaseUnavailable`: the stream
    ends, and the browser connects again."""
    roles: Collection[AdminRole] = EVERYBODY
    """The roles that may follow it."""


class _Over(Exception):
    """The stream ends, for this reason."""

    def __init__(self, why: EndOfStream) -> None:
        self.why = why


_News: TypeAlias = "asyncio.Queue[tuple[str, Mapping[str, Any]]]"
"""Events that wait to be sent: the topic's name, and the data."""
_Ending: TypeAlias = "asyncio.Future[EndOfStream]"
"""Is set to the reason for which a stream is to end."""


@dataclass(eq=False, repr=False)
class LivePages(AdminPages):
    """`/admin/live`."""

    _sessions: SignedSessions
    _topics: Mapping[str, LiveTopic]
    """By the names that addresses have."""
    beat: float = field(kw_only=True, default=BEAT)
    look: float = field(kw_only=True, default=LOOK)
    _open: dict[str, list[_Ending]] = field(init=False, default_factory=dict)
    """What ends each open stream, by account, the oldest first."""

    @property
    def open(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._open.values()))

    async def live(self, visit: Visit) -> AdminAnswer:
        """The stream of the topics in the address; 404 where one is unknown, or is not for the role."""
        chosen = [(name, subject, self._topics.get(name)) for name, subject in visit.request.query.items()]
        topics = [
            (name, subject, topic)
            for name, subject, topic in chosen
            if topic is not None and visit.signed.role in topic.roles
        ]
        if not topics or len(topics) < len(chosen):
            return Json({"error": "no such topic"}, 404)

        async def write(response: web.StreamResponse) -> None:
            with self._place(visit.signed.name) as ending:
                await self._said(response, visit, topics, ending)

        return Stream(write)

    async def close(self) -> None:
        """End all streams, which would hold up a server that stops."""
        for endings in self._open.values():
            for ending in endings:
                _end(ending, "stopping")

    @contextmanager
    def _place(self, account: str) -> Iterator[_Ending]:
        """A stream's place among those of its account; ends the oldest where there are too many."""
        endings = self._open.setdefault(account, [])
        for oldest in endings[: max(0, len(endings) + 1 - MOST)]:
            _end(oldest, "elsewhere")
        mine: _Ending = asyncio.get_running_loop().create_future()
        endings.append(mine)
        try:
            yield mine
        finally:
            endings.remove(mine)
            if not endings:
                del self._open[account]

    async def _said(
        self,
        response: web.StreamResponse,
        visit: Visit,
        topics: Sequence[tuple[str, str, LiveTopic]],
        ending: _Ending,
    ) -> None:
        """Write the events of these topics until the stream ends."""
        news: _News = asyncio.Queue(WAITING)
        await response.write(b"retry: %d\n\n" % AGAIN)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watched(visit.signed))
                group.create_task(_until(ending))
                for name, subject, topic in topics:
                    group.create_task(_heard(name, topic.follow(visit, subject), news))
                group.create_task(self._sent(response, news))
        except* _Over as ended:
            over = ended.exceptions[0]
            assert isinstance(over, _Over)
            await response.write(_event("over", {"why": over.why}))
        except* (DatabaseUnavailable, TimeoutError, ConnectionError):
            pass  # the browser comes again

    async def _sent(self, response: web.StreamResponse, news: _News) -> None:
        """Write events as they come, and a comment every `beat` seconds."""
        while True:
            try:
                async with asyncio.timeout(self.beat):
                    piece = _event(*(await news.get()))
            except TimeoutError:
                piece = b":\n\n"
            async with asyncio.timeout(SLOW):
                await response.write(piece)

    async def _watched(self, signed: Signed) -> None:
        """Raises `_Over` once the account is signed out or has another role."""
        while True:
            await asyncio.sleep(self.look)
            now = await self._sessions.still(signed, listens=True)
            if now is None or (now.session.step, now.role, now.scope) != (
                *("signed_in", signed.role),
                signed.scope,
            ):
                raise _Over("signed_out")


def _end(ending: _Ending, why: EndOfStream) -> None:
    if not ending.done():
        ending.set_result(why)


async def _until(ending: _Ending) -> None:
    raise _Over(await ending)


async def _heard(name: str, said: AsyncIterator[Mapping[str, Any]], news: _News) -> None:
    async for one in said:
        await news.put((name, one))


def _event(name: str, data: Mapping[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(data))


def attention_topic(
    board: AttentionBoard, table: Sequence[AdminRoute] = ROUTES, every: float = FRESH
) -> LiveTopic:
    """The topic of the numbers beside the visitor's navigation entries and of stopped pushes; `every`:
    seconds between two checks for changes."""

    async def follow(visit: Visit, subject: str) -> AsyncIterator[Mapping[str, Any]]:
        badges = {row.badge for row in table if row.badge and visit.signed.role in row.roles} | {GIVEN}
        before: Attention | None = None
        while True:
            if (now := await board.now(visit.signed.by)) != before:
                before = now
                yield {
                    "counts": {badge: now.shown(badge) for badge in badges},
                    "stopped": "" if now.stopped is None else visit.words.text(now.stopped),
                    "refused": "" if now.refusal is None else visit.words.text(now.refusal),
                    "stop_title": visit.words.text(stop_title(is_stopped=now.is_all_stopped)),
                }
            await asyncio.sleep(every)

    return LiveTopic(follow)
