"""Connections that aiohttp reads: the head of each request is passed on only once it is whole.

For the rest of a head aiohttp waits as long as for an unused connection, an hour. So each head has to come
within the time of a body. Where the next one begins follows from the length that a head says. After a request
whose head does not say it plainly (pieces, an upgrade, two lengths) all is passed on as it comes, and its
answer is the last on its connection. aiohttp gets every byte in its order, so it alone decides what a request
is: a boundary that it sees elsewhere costs the sender a 408 at most.

For a client that reads no answer aiohttp waits for ever, and so do further requests on the connection.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from time import time
from typing import cast

from aiohttp import StreamReader, web

from bot.web.connections import (
    FULL,
    NO_HEAD,
    TOO_LONG,
    UNREAD_SECONDS,
    ConnectionGc,
    ConnectionLimit,
    close_with,
    encode,
)
from bot.web.webhook import BODY_SECONDS, WebhookAnswer
from bot.web.webhook_head import END

MOST_HEAD = 32_768
"""Bytes of any head; nginx passes on as many."""

LEAST_READ = 16_384
"""Bytes of an answer that are to be read in `UNREAD_SECONDS`: a tenth of what a bad mobile line takes."""

_LENGTH = re.compile(rb"\r\ncontent-length:[\t ]*+([^\r\n]*+)")
"""A header `Content-Length` in a head in lower case; its group is the value."""
_DIGITS = re.compile(rb"[0-9]{1,15}+[\t ]*+")
"""A value of digits alone, perhaps with blanks behind them."""
_OTHER_END = re.compile(rb"\r\n(?:transfer-encoding|upgrade)[\t ]*+:|\Aconnect ")
"""What leaves the length of the body open in a head in lower case: `Transfer-Encoding`, `Upgrade`, or the
method `CONNECT`."""


class RequestHeadTimeout(asyncio.Protocol):
    """One connection of aiohttp's, in front of what reads it there."""

    def __init__(
        self,
        reader: web.RequestHandler,
        limit: ConnectionLimit,
        ended: Callable[[RequestHeadTimeout], None],
    ) -> None:
        """`limit` admits it; `ended` is called once when the connection is lost."""
        self.reader = reader
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self.last_used = self._loop.time()
        """When it was used for the last time, by the loop's clock."""
        self._ended = ended
        self._transport: asyncio.Transport
        self._buffer = bytearray()
        self._in_progress = 0  # requests that were passed on and not answered
        self._answered = False  # whether the answer to one is being sent, or nothing was asked since
        self._content: StreamReader | None = None  # the body of the one that is being answered
        self._unsent = 0  # bytes of answers that wait to be read, when we looked last
        self._unread: asyncio.TimerHandle | None = None
        self._body = 0  # bytes of the request's body that have not come yet
        self._last = False  # whether the requests that were passed on are the last ones
        self._refused = False
        self._late: asyncio.TimerHandle | None = None

    def is_idle(self) -> bool:
        """Whether no whole request is being answered; those that wait behind an unread answer are not."""
        body_comes = self._content is not None and not self._content.is_eof()
        return body_comes or self._answered or not self._in_progress

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def begin(self, content: StreamReader) -> None:
        """The handler of a request with this body is asked now."""
        self._answered, self._content = False, content

    def answer(self) -> bool:
        """A request is answered now; whether that is the last answer on this connection."""
        self._in_progress -= 1
        self._answered, self._content = True, None
        self.last_used = self._loop.time()
        return self._last and not self._in_progress

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.reader.connection_made(transport)
        if not self._limit.admit(self):
            self._refused = True
            self._transport.write(encode(FULL, last=True, at=time()))
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self.last_used = self._loop.time()
        if self._last:
            self.reader.data_received(data)
        elif not self._buffer and len(data) <= self._body:
            self._body -= len(data)
            self.reader.data_received(data)
        else:
            self._buffer += data
            self._pass_on()

    def eof_received(self) -> bool | None:
        self.reader.eof_received()
        return None

    def pause_writing(self) -> None:
        self._unsent = self._transport.get_write_buffer_size()
        self._unread = self._loop.call_later(UNREAD_SECONDS, self._cut_if_unread)
        self.reader.pause_writing()

    def resume_writing(self) -> None:
        self._is_read()
        self.reader.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self._is_read()
        self._buffer.clear()
        self._limit.release(self)
        self._ended(self)
        self.reader.connection_lost(exc)

    def _pass_on(self) -> None:
        """Give aiohttp at once what belongs to whole heads and their bodies; wait for the rest of a head."""
        whole = bytearray()
        while self._buffer and (size := self._of_body() or self._whole_head()):
            whole += self._buffer[:size]
            del self._buffer[:size]
        if whole:
            self._wait_no_more()
            self.reader.data_received(bytes(whole))
        if self._buffer:
            self._wait_for_head()

    def _of_body(self) -> int:
        """How many bytes of the buffer belong to the body of the last head; they count as passed on."""
        size = min(self._body, len(self._buffer))
        self._body -= size
        return size

    def _whole_head(self) -> int:
        """How many bytes may be passed on at a boundary of requests; 0: a head has not come whole."""
        received = self._buffer
        if received[0] in END:  # a blank line before a request, which means nothing
            return len(received) - len(received.lstrip(END))
        end = received.find(END, 0, MOST_HEAD) + len(END)
        if end < len(END):
            return 0
        self._in_progress += 1
        body = body_of(bytes(received[:end]))
        if body is None:
            self._last = True
            return len(received)
        size = min(end + body, len(received))
        self._body = end + body - size
        return size

    def _wait_for_head(self) -> None:
        if len(self._buffer) >= MOST_HEAD:
            self._refuse(TOO_LONG)
        elif self._late is None:
            self._late = self._loop.call_later(BODY_SECONDS, self._too_late)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._late = None
        if self._transport.is_closing():
            return
        if self._transport.is_reading():
            self._refuse(NO_HEAD)
        else:  # aiohttp has not read what received before: the rest may be there
            self._wait_for_head()

    def _cut_if_unread(self) -> None:
        """Close the connection where the client has read less than `LEAST_READ` since the last check."""
        before, self._unsent = self._unsent, self._transport.get_write_buffer_size()
        if before - self._unsent < LEAST_READ:
            self.abort()
        else:
            self._unread = self._loop.call_later(UNREAD_SECONDS, self._cut_if_unread)

    def _is_read(self) -> None:
        """The client reads answers again: no further checks."""
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _refuse(self, answer: WebhookAnswer) -> None:
        """Answer what is no whole head, and close; where earlier requests are being answered, aiohttp closes
        after them."""
        self._wait_no_more()
        self._buffer.clear()
        self._refused = True
        if self._in_progress:
            self.reader.close()
        elif not self._transport.is_closing():
            close_with(self._transport, encode(answer, last=True, at=time()), self.connection_lost)


class AiohttpConnections:
    """All connections that aiohttp reads; makes new ones for a server."""

    def __init__(self, new_reader: Callable[[], web.RequestHandler], limit: ConnectionLimit) -> None:
        """`new_reader` makes aiohttp's protocol for one; `limit` bounds these together with those that
        webhooks come in by."""
        self.new_reader = new_reader
        self.limit = limit
        self.by_reader: dict[object, RequestHeadTimeout] = {}
        self._left_behind = ConnectionGc()

    def __call__(self) -> RequestHeadTimeout:
        """The protocol of a new connection, or of one that somebody else has read so far."""
        one = RequestHeadTimeout(self.new_reader(), self.limit, self._ended)
        self.by_reader[one.reader] = one
        self._left_behind.one_more()
        return one

    def _ended(self, one: RequestHeadTimeout) -> None:
        self.by_reader.pop(one.reader, None)


def body_of(head: bytes) -> int | None:
    """How many bytes of body follow on this head; `None`: the head leaves that open."""
    names = head.lower()
    if _OTHER_END.search(names):
        return None
    match _LENGTH.findall(names):
        case []:
            return 0
        case [length] if _DIGITS.fullmatch(length):
            return int(length)
        case _:
            return None
