"""How webhooks reach the bot: signed, answered within two seconds, else brought again.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/#webhook-redelivery
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

from bot.simulator.account import Account
from bot.simulator.webhook_events import signature, webhook_body

ANSWER_WITHIN = 2.0
"""Seconds: https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/"""
AGAIN_AFTER = (3.0, 10.0, 30.0, 90.0)
"""Seconds before each redelivery. LINE tells neither number nor interval; these suit a person who watches."""
PARCELS_KEPT = 1_000

Trouble = Literal["status", "timeout", "unreachable"]


@dataclass(slots=True)
class Parcel:
    """One event on its way. `chat` is the friend or group that it shows in, `message` the bubble, if any."""

    account: Account
    chat: str
    event: dict[str, Any]
    message: str | None
    tries: int = 0

    @property
    def id(self) -> str:
        return str(self.event["webhookEventId"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot's server said: HTTP status (`None`: nothing), milliseconds, what was wrong with it."""

    status: int | None
    took: int
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one parcel, finished. `again_in` seconds it is tried anew; `None`: delivered or given up."""

    parcel: Parcel
    answer: Answer
    again_in: float | None


class Courier:
    """Delivers parcels: first tries in order for each chat, redeliveries when their time has come."""

    def __init__(
        self,
        tell: Callable[[Attempt], None],
        starting: Callable[[Parcel], None],
        *,
        again_after: Sequence[float] = AGAIN_AFTER,
        answer_within: float = ANSWER_WITHIN,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._tell = tell
        self._starting = starting
        self._again_after = tuple(again_after)
        self._answer_within = answer_within
        self._wait = wait
        self._http: aiohttp.ClientSession | None = None
        self._stopped = False
        self._queues: dict[str, deque[Parcel]] = {}
        self._kept: OrderedDict[str, Parcel] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the HTTP client."""
        timeout = aiohttp.ClientTimeout(total=self._answer_within)
        self._http = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "LineBotWebhook/2.0"})

    async def stop(self) -> None:
        """Drop what is under way and close."""
        self._stopped = True
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    def send(self, parcel: Parcel) -> None:
        """Bring it as soon as what this chat sent before has had its first try."""
        self._kept[parcel.id] = parcel
        while len(self._kept) > PARCELS_KEPT:
            self._kept.popitem(last=False)
        queue = self._queues.get(parcel.chat)
        if queue is not None:
            queue.append(parcel)
            return
        self._queues[parcel.chat] = deque([parcel])
        self._run(self._work_off(parcel.chat))

    def send_again(self, event: str) -> bool:
        """Bring an event once more, marked as redelivery; false where it is not known any longer."""
        parcel = self._kept.get(event)
        if parcel is None:
            return False
        self._run(self._once(parcel, may_repeat=False))
        return True

    async def post(self, url: str, account: Account, events: list[dict[str, Any]]) -> Answer:
        """One signed webhook request, and what came back. Redirects are not followed, as LINE does not."""
        if self._http is None:
            return Answer(None, 0, "unreachable")  # before `start` and after `stop`
        body = webhook_body(account.user_id, events)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-line-signature": signature(account.channel.channel_secret, body),
        }
        loop = asyncio.get_running_loop()
        began = loop.time()

        def answer(status: int | None, trouble: Trouble | None) -> Answer:
            return Answer(status, round((loop.time() - began) * 1000), trouble)

        try:
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as response:
                fine = 200 <= response.status < 300
                return answer(response.status, None if fine else "status")
        except TimeoutError:
            return answer(None, "timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return answer(None, "unreachable")

    async def _work_off(self, chat: str) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                await self._once(queue[0], may_repeat=True)
                queue.popleft()
        finally:
            del self._queues[chat]

    async def _repeat(self, parcel: Parcel, delay: float) -> None:
        await self._wait(delay)
        await self._once(parcel, may_repeat=True)

    async def _once(self, parcel: Parcel, *, may_repeat: bool) -> None:
        event = parcel.event | {"deliveryContext": {"isRedelivery": parcel.tries > 0}}
        parcel.tries += 1
        self._starting(parcel)
        answer = await self.post(parcel.account.endpoint, parcel.account, [event])
        left = self._again_after[parcel.tries - 1 :] if may_repeat and answer.trouble else ()
        self._tell(Attempt(parcel, answer, left[0] if left else None))
        if left:
            self._run(self._repeat(parcel, left[0]))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if self._stopped:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
