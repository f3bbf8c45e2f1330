"""HTTP/1.1 connections to LINE: kept alive, one call at a time on each.

With aiohttp's client a call costs 63 µs of CPU, more than anything else in a turn. So here no call has a
task: it is a future, settled together with all others whose answers come in one step of the event loop.
httptools (the parser of Node.js) reads the answers.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeAlias, TypeVar, cast

import httptools
from yarl import URL

from bot.line.outcome import HttpAnswer, NotSent, Unknown
from bot.model.outside import WHY_CLOSED, is_outside_closed

Timed = TypeVar("Timed", bound=Hashable)


class Deadlines(Generic[Timed]):
    """Deadlines of what is under way. All have the same length, so one timer, for the oldest, is enough."""

    def __init__(self, seconds: float, late: Callable[[Timed], None]) -> None:
        """`late(item)` is called once for an item that has not ended within `seconds`; then it is
        forgotten."""
        self._seconds = seconds
        self._late = late
        self._until: OrderedDict[Timed, float] = OrderedDict()  # a dict is slow to find its first one
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, item: Timed) -> None:
        """Start the item's time."""
        loop = asyncio.get_running_loop()
        self._until[item] = until = loop.time() + self._seconds
        if self._timer is None:
            self._timer = loop.call_at(until, self._look)

    def end(self, item: Timed) -> None:
        """Stop watching the item."""
        self._until.pop(item, None)

    def take_first(self) -> Timed | None:
        """The oldest item, which is no longer watched; `None`: there is none."""
        return self._until.popitem(last=False)[0] if self._until else None

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while (item := self._first()) is not None and self._until[item] <= loop.time():
                del self._until[item]
                self._late(item)
        finally:  # only now: items that began meanwhile are late after those before
            item = self._first()
            self._timer = None if item is None else loop.call_at(self._until[item], self._look)

    def _first(self) -> Timed | None:
        return next(iter(self._until), None)


T = TypeVar("T")

ANSWER_LIMIT = 65_536
"""Bytes of an answer that are read; LINE's own answers stay far below."""

CONNECT_SECONDS = 3.0
"""Time-out of a connection."""
TOTAL_SECONDS = 10.0
"""Time-out of a call, from its request to the whole answer."""
PLACE_SECONDS = 10.0
"""Time-out of waiting for a free connection.

With less, calls in a rush would only go round in circles: each retry goes to the end of the queue.
"""

KEPT_SECONDS = 15.0
"""Seconds after which an idle connection is not used again: the server may close it just as we write."""

WireResult: TypeAlias = HttpAnswer | Unknown | NotSent
"""The end of a call: an answer, no conclusive answer, or certainly not sent."""


class WireCall(asyncio.Future[T], Generic[T]):
    """One call: a future of what `read` makes of its answer; cancelled, it ignores the answer."""

    __slots__ = ("_read", "request")

    def __init__(self, request: bytes, read: Callable[[WireResult], T]) -> None:
        super().__init__()
        self.request = request
        self._read = read

    def settle(self, result: WireResult) -> None:
        """Set the result of the call, unless it was cancelled."""
        if self.done():
            return
        try:
            self.set_result(self._read(result))
        except Exception as error:  # the caller gets it; the connection is not at fault
            self.set_exception(error)


class Wire(asyncio.Protocol):
    """One connection, with one call at a time; once `closed` it takes no further one."""

    def __init__(self, ended: Callable[[Wire, WireCall[Any], WireResult], None]) -> None:
        """`ended(wire, call, result)` is called at the end of each call, and has to settle it."""
        self.closed = False
        self.idle_since = 0.0
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._call: WireCall[Any] | None = None
        self._status = 0
        self._headers: dict[bytes, bytes] = {}
        self._body: list[bytes] = []
        self._size = 0
        self._whole: HttpAnswer | None = None

    def make(self, call: WireCall[Any]) -> None:
        """Send the request of this call."""
        self._call = call
        if self._transport is None or self.closed:
            self._end(NotSent("the connection was closed"))
            return
        self._status, self._headers, self._body, self._size = 0, {}, [], 0
        self._transport.write(call.request)

    def late(self) -> None:
        """End the call for its time-out, and the connection with it."""
        self._end(Unknown("no answer in time"))

    def close(self) -> None:
        """End this connection."""
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    # Callbacks of asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._call is None:
            self.close()  # an answer without a request
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._break_off("the answer is not HTTP")
        else:
            if (answer := self._whole) is not None:
                self._whole = None
                self._deliver(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self._break_off("the connection was closed")

    # Callbacks of the parser

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._status = status if status >= 200 else 0

    def on_body(self, body: bytes) -> None:
        if self._size < ANSWER_LIMIT:
            self._body.append(body[: ANSWER_LIMIT - self._size])
        self._size += len(body)
        if self._size > 16 * ANSWER_LIMIT:
            self._end(self._answer())

    def on_message_begin(self) -> None:
        if self._whole is not None:
            self.close()  # a second answer: it belongs to no call

    def on_message_complete(self) -> None:
        if self._status == 0:
            return  # 100 Continue and its kind: the answer is still to come
        if not self._parser.should_keep_alive():
            self.close()
        self._whole = self._whole or self._answer()

    def _break_off(self, reason: str) -> None:
        """The connection broke off: an answer whose status line has come counts."""
        self._end(self._answer() if self._status else Unknown(reason))

    def _end(self, result: WireResult) -> None:
        """End the call with `result`, and never use the connection again."""
        self.close()
        self._deliver(result)

    def _deliver(self, result: WireResult) -> None:
        call, self._call = self._call, None
        if call is not None:
            self._ended(self, call, result)

    def _answer(self) -> HttpAnswer:
        headers = self._headers
        body = b"".join(self._body)
        if self._status < 400:
            return HttpAnswer(self._status, body, _id(headers.get(b"x-line-request-id")))
        return HttpAnswer(
            self._status,
            body,
            _id(headers.get(b"x-line-request-id")),
            _id(headers.get(b"x-line-accepted-request-id")),
            _seconds(headers.get(b"retry-after", b"")),
        )


class Wires:
    """A pool of connections to the origin of `base`: at most `limit` calls at a time, the others queue.

    Time-outs in seconds: `connect` for a connection, `total` for a call, `place` for waiting in the queue
    (`connect` for a call that `yields`).
    """

    def __init__(
        self,
        base: str,
        connect: float = CONNECT_SECONDS,
        total: float = TOTAL_SECONDS,
        limit: int = 200,
        place: float = PLACE_SECONDS,
    ) -> None:
        url = URL(base)
        self.host = url.raw_authority if url.host else ""
        self._address = (url.host or "", url.port or 443)
        self._tls = ssl.create_default_context() if url.scheme == "https" else None
        self._connect = connect
        self._free = limit
        self._idle: list[Wire] = []
        self._waiting: Deadlines[WireCall[Any]] = Deadlines(place, _no_place)
        self._yielding: Deadlines[WireCall[Any]] = Deadlines(connect, _no_place)
        self._under_way: Deadlines[Wire] = Deadlines(total, Wire.late)
        self._ended: list[tuple[Wire, WireCall[Any], WireResult]] = []
        """Results of calls that are not settled yet."""
        self._connecting: set[asyncio.Task[None]] = set()

    def make(self, call: WireCall[Any], *, yields: bool = False) -> None:
        """Make a call, without retries. Its result is `NotSent` where LINE has certainly not received it.

        One that `yields` gets a place only while no other call waits for one.
        """
        if self._free:
            self._free -= 1
            self._begin(call)
        else:
            (self._yielding if yields else self._waiting).begin(call)

    def close(self) -> None:
        """End the connections that are not in use."""
        for wire in self._idle:
            wire.close()
        self._idle.clear()

    def _begin(self, call: WireCall[Any]) -> None:
        wire = self._idle_wire()
        if wire is not None:
            self._put_on(wire, call)
            return
        connecting = asyncio.get_running_loop().create_task(self._connect_for(call))
        self._connecting.add(connecting)
        connecting.add_done_callback(self._connecting.discard)

    async def _connect_for(self, call: WireCall[Any]) -> None:
        wire: Wire | NotSent = NotSent("could not connect")
        try:
            wire = await self._new()
        finally:
            if isinstance(wire, NotSent):
                call.settle(wire)
                self._give_place()
            elif call.done():
                self._reuse(wire)
            else:
                self._put_on(wire, call)

    def _put_on(self, wire: Wire, call: WireCall[Any]) -> None:
        self._under_way.begin(wire)
        wire.make(call)

    def _has_ended(self, wire: Wire, call: WireCall[Any], result: WireResult) -> None:
        self._under_way.end(wire)
        if not self._ended:  # one step settles all that end together, then others begin: a fifth less CPU
            asyncio.get_running_loop().call_soon(self._flush_results)
        self._ended.append((wire, call, result))

    def _flush_results(self) -> None:
        ended, self._ended = self._ended, []
        for _, call, result in ended:
            call.settle(result)
        for wire, _, _ in ended:
            self._reuse(wire)

    def _reuse(self, wire: Wire) -> None:
        """Reuse a connection for the call that waits longest, or let it idle."""
        if wire.closed:
            self._give_place()
        elif (call := self._next()) is not None:
            self._put_on(wire, call)
        else:
            wire.idle_since = asyncio.get_running_loop().time()
            self._idle.append(wire)
            self._free += 1

    def _give_place(self) -> None:
        if (call := self._next()) is not None:
            self._begin(call)
        else:
            self._free += 1

    def _next(self) -> WireCall[Any] | None:
        """The call that waits longest, and was not cancelled."""
        while (call := self._waiting.take_first() or self._yielding.take_first()) is not None:
            if not call.done():
                return call
        return None

    def _idle_wire(self) -> Wire | None:
        oldest = asyncio.get_running_loop().time() - KEPT_SECONDS
        while self._idle:
            wire = self._idle.pop()
            if not wire.closed and wire.idle_since >= oldest:
                return wire
            wire.close()
        return None

    async def _new(self) -> Wire | NotSent:
        host, port = self._address
        loop = asyncio.get_running_loop()
        if is_outside_closed():
            return NotSent(WHY_CLOSED)
        try:
            async with asyncio.timeout(self._connect):
                _, wire = await loop.create_connection(
                    lambda: Wire(self._has_ended), host, port, ssl=self._tls
                )
        except TimeoutError:
            return NotSent("could not connect in time")
        except ssl.SSLError:
            return NotSent("could not connect: TLS failed")
        except socket.gaierror:
            return NotSent("could not connect: no address for this name")
        except OSError:
            return NotSent("could not connect")
        return wire


def _no_place(call: WireCall[Any]) -> None:
    call.settle(NotSent("no free connection in time"))


def _id(value: bytes | None) -> str | None:
    if not value or len(value) > 100:
        return None
    text = value.decode("latin-1")
    return text if text.isascii() and text.isprintable() else None


def _seconds(value: bytes) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3); LINE documents none, and a date is not waited for."""
    return float(value) if len(value) <= 6 and value.isdigit() else None
