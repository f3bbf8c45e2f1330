"""How do webhooks come in? On connections that we read ourselves, as long as nothing but webhooks comes.

aiohttp's server costs a fifth of an event: a task, a stream and four objects for each request. So a webhook
in its plain form (`webhook_head`) is read and answered here, without any of these. At the first request that
is anything else, the connection becomes aiohttp's, with all bytes from that request's first on, and stays so:
no byte is read by both, and aiohttp answers as if the connection had been its own. Its head has come whole by
then: for the rest of one aiohttp would wait for an hour. One request is taken at a time, so answers come in
the order of requests.

On every connection a stranger has these bounds: one request at a time; a head within 2 s (408) and 32 KiB
(431), a body within 2 s (400); a number of connections, beyond which the idle ones are closed, least recently
used first; 64 KiB sent ahead; a client that reads no answers is cut after 30 s. `Content-Encoding` is refused
(415): nothing is unpacked.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from time import time
from typing import cast

from bot.runtime.intake.receive import Storing
from bot.web.connections import FULL, NO_HEAD, TOO_LONG, UNREAD_SECONDS, close_with, encode
from bot.web.request_head_timeout import MOST_HEAD, AiohttpConnections
from bot.web.webhook import BODY_LIMIT, BODY_SECONDS, WebhookAnswer, WebhookHandler
from bot.web.webhook_head import END, LONGEST, WebhookHead, read_head

KEPT_SECONDS = 3630.0
"""Seconds that an unused connection stays open: longer than proxies use theirs, and as long as aiohttp does.
"""

READ_AHEAD = 65_536
"""Bytes of further requests that are read while one is being stored, or others have their turn."""

A_TURN = 4
"""Requests of one connection that are taken before other connections have their turn: a client that sends
thousands that are refused at once must not make everybody wait."""

CUT_SECONDS = 5.0
"""Seconds that a client has to read the last answers while its connection is being closed; then it is cut."""

OFTEN = (200, 401)
"""Answers that are given by the thousand, and always in the same words."""


class WebhookConnections:
    """All connections that have brought nothing but webhooks so far; makes new ones for a server."""

    def __init__(self, webhooks: WebhookHandler, by_aiohttp: AiohttpConnections) -> None:
        """`by_aiohttp` are those that have brought something else; one limit bounds all."""
        self.webhooks = webhooks
        self.by_aiohttp = by_aiohttp
        self.limit = by_aiohttp.limit
        self.open: set[WebhookConnection] = set()
        self.closing = False
        self.leaving = False
        """Whether each answer is the last on its connection; what is idle stays open."""
        self._second = 0  # since 1970: that of the answers in `_kept`
        self._kept: dict[WebhookAnswer, bytes] = {}

    def __call__(self) -> WebhookConnection:
        """The protocol of a new connection."""
        return WebhookConnection(self)

    def close(self) -> None:
        """Close what is idle; from now on connections end with the request that is under way."""
        self.closing = True
        for connection in list(self.open):
            connection.close_if_idle()

    async def closed(self, seconds: float) -> None:
        """Return when all are closed, after `close`; those that are not after `seconds` are cut."""
        if ends := [connection.lost for connection in self.open]:
            await asyncio.wait(ends, timeout=seconds)
        for connection in list(self.open):
            connection.abort()

    def encode(self, answer: WebhookAnswer, last: bool) -> bytes:
        """The bytes of an answer, `last` on its connection or not; those of `OFTEN` are made once a second,
        for their `Date`."""
        if last or answer.status not in OFTEN:
            return encode(answer, last, time())
        if (second := int(time())) != self._second:
            self._second = second
            self._kept.clear()
        if (kept := self._kept.get(answer)) is None:
            kept = self._kept[answer] = encode(answer, last, second)
        return kept


class WebhookConnection(asyncio.Protocol):
    """One connection: waits for a whole request, has it stored, answers, takes the next."""

    def __init__(self, all_: WebhookConnections) -> None:
        self._all = all_
        self._webhooks = all_.webhooks
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = self._loop.create_future()
        self._transport: asyncio.Transport
        self._came = bytearray()
        self._wanted = 0  # bytes of the request whose head has come, before which nothing is done
        self._storing = False
        self._last = False  # the connection ends with the request that is under way
        self._unheard = False  # the sender does not read our answers
        self._paused = False
        self._turn: asyncio.Handle | None = None  # comes when others have had theirs
        self._late: asyncio.TimerHandle | None = None
        self.last_used = 0.0  # by the loop's clock
        self._limit: asyncio.TimerHandle  # how long it stays, unless something happens

    def close_if_idle(self) -> None:
        """Close, unless a request is under way."""
        if not self._storing and not self._wanted and self._turn is None:
            self._close()

    def is_idle(self) -> bool:
        """Whether no request is under way, or only a part of one has come."""
        return not self._storing and self._turn is None

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    # Called by asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are none, by their class
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.last_used = self._loop.time()
        self._limit = self._loop.call_later(KEPT_SECONDS, self._close_unused)
        if self._all.limit.admit(self):
            self._all.open.add(self)
        else:
            self._transport.write(self._all.encode(FULL, last=True))
            self._close()

    def data_received(self, data: bytes) -> None:
        self._came += data
        if self._storing or self._unheard or self._turn is not None:
            self._pause_or_resume()
        elif len(self._came) >= self._wanted:
            self._go_on()

    def pause_writing(self) -> None:
        self._unheard = True
        if not self._transport.is_closing():
            self._stay(UNREAD_SECONDS, self.abort)

    def resume_writing(self) -> None:
        self._unheard = False
        if not self._transport.is_closing():
            self._stay(KEPT_SECONDS, self._close_unused)
        if self._turn is None:
            self._go_on()

    def eof_received(self) -> None:
        self._cut_if_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._wanted:
            self._webhooks.cut_short()
        self._came.clear()
        self._forget()
        self.lost.set_result(None)

    # Reading and answering

    def _go_on(self) -> None:
        """Take some of the requests that have come whole; the last of them may be under way then."""
        taken = 0
        while self._came and not self._storing and not self._unheard and self._next():
            taken += 1
            if taken == A_TURN:
                self._wait_for_turn()
                return
        if self._paused:
            self._pause_or_resume()

    def _wait_for_turn(self) -> None:
        """Let other connections have their turn, where there is more to take."""
        if self._came and not self._storing and not self._unheard:
            self._turn = self._loop.call_soon(self._has_turn)
        self._pause_or_resume()

    def _has_turn(self) -> None:
        self._turn = None
        self._go_on()

    def _next(self) -> bool:
        """Take one request, and whether that was possible: what has come is part of one, or is aiohttp's."""
        came = self._came
        end = came.find(END, 0, MOST_HEAD) + len(END)
        if end < len(END):
            return self._drop_blank_lines() or self._wait_for_head()
        head = read_head(bytes(came[:end])) if end <= LONGEST else None
        if head is None or head.size > BODY_LIMIT or not self._webhooks.knows(head.channel):
            return self._drop_blank_lines() or self._hand_over()
        whole = end + head.size
        if len(came) < whole:
            return self._wait(whole)
        body = bytes(came[end:whole])
        del came[:whole]
        self._wait_no_more()
        self._take(head, body)
        return True

    def _drop_blank_lines(self) -> bool:
        """Drop those before a request, which mean nothing; whether there were any."""
        if self._came[0] not in END:
            return False
        self._came = self._came.lstrip(END)
        return True

    def _take(self, head: WebhookHead, body: bytes) -> None:
        """Have one request stored, or answer at once why it is not."""
        self._last = head.last
        begun = self._webhooks.begin(head.channel, head.signature, body)
        if isinstance(begun, WebhookAnswer):
            self._answer(begun)
        else:
            self._storing = True
            begun.add_done_callback(self._stored)

    def _stored(self, storing: Storing) -> None:
        self._storing = False
        self._answer(self._webhooks.stored(storing))
        self._go_on()

    def _answer(self, answer: WebhookAnswer) -> None:
        if self.lost.done():
            return
        self.last_used = self._loop.time()
        last = self._last or self._all.closing or self._all.leaving
        self._transport.write(self._all.encode(answer, last))
        if last:
            self._close()

    def _wait_for_head(self) -> bool:
        if len(self._came) < MOST_HEAD:
            return self._wait(0)
        self._refuse(TOO_LONG)
        return False

    def _wait(self, wanted: int) -> bool:
        """Wait until `wanted` bytes have come, within `BODY_SECONDS`; 0: until a head is whole."""
        self._wanted = wanted
        if self._late is None:
            self._late = self._loop.call_later(BODY_SECONDS, self._too_late)
        return False

    def _wait_no_more(self) -> None:
        self._wanted = 0
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _too_late(self) -> None:
        self._refuse(self._webhooks.cut_short() if self._wanted else NO_HEAD)

    def _refuse(self, answer: WebhookAnswer) -> None:
        """Give the last answer where a request has not come whole; a client that is still sending would lose
        the answer if the connection were closed at once."""
        self._wait_no_more()
        self._came.clear()
        if self._transport.is_closing():
            return
        self._limit.cancel()
        close_with(self._transport, self._all.encode(answer, last=True), self.connection_lost)

    def _hand_over(self) -> bool:
        """Let aiohttp read this connection from now on."""
        if self._all.closing or self._transport.is_closing():
            self._close()
            return False
        came, transport = bytes(self._came), self._transport
        self._came.clear()
        self._forget()
        other = self._all.by_aiohttp()
        if self._paused:
            self._paused = False  # from here on aiohttp says when it is read
            transport.resume_reading()
        transport.set_protocol(other)
        other.connection_made(transport)
        other.data_received(came)
        return False

    def _forget(self) -> None:
        self._wait_no_more()
        self._limit.cancel()
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None
        self._all.open.discard(self)
        self._all.limit.release(self)

    def _close(self) -> None:
        """Close once all answers are read, or nobody reads them."""
        self._wait_no_more()
        self._came.clear()
        self._transport.close()
        self._cut_if_unread()

    def _cut_if_unread(self) -> None:
        self._limit.cancel()
        if self._transport.get_write_buffer_size():
            self._stay(CUT_SECONDS, self.abort)

    def _stay(self, seconds: float, then: Callable[[], None]) -> None:
        """Call `then` after so many seconds, in place of what was to be called before."""
        self._limit.cancel()
        self._limit = self._loop.call_later(seconds, then)

    def _close_unused(self) -> None:
        left = self.last_used + KEPT_SECONDS - self._loop.time()
        if left <= 0 and not self._storing:
            self.abort()  # what it has not read by now it does not read
            return
        self._stay(max(left, 1.0), self._close_unused)

    def _pause_or_resume(self) -> None:
        """Stop reading while more than `READ_AHEAD` bytes wait for their turn, and read again after that."""
        waits = self._storing or self._unheard or self._turn is not None
        pause = waits and len(self._came) > READ_AHEAD
        if pause != self._paused and not self._transport.is_closing():
            self._paused = pause
            (self._transport.pause_reading if pause else self._transport.resume_reading)()
