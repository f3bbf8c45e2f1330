"""How webhooks reach the bot: signed, answered within two seconds, else brought again.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/#webhook-redelivery
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import aiohttp

from bot.simulator.people.webhook_events import signature, webhook_body
from bot.simulator.state.account import Account
from bot.simulator.state.parcel import BotAnswer, DeliveryAttempt, Parcel, Trouble

ANSWER_WITHIN = 2.0
"""Seconds: https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/"""
AGAIN_AFTER = (3.0, 10.0, 30.0, 90.0)
"""Seconds before each redelivery. LINE documents neither number nor interval; these suit a person who
watches."""
LATE_AT_MOST = 10.0
"""Seconds that an event which is to come late waits for a later one of its chat to overtake it."""
PARCELS_KEPT = 1_000
"""Events that can be delivered again on request; the oldest are forgotten first."""
ANSWER_AT_MOST = 64 * 1024
"""Bytes of the bot's answer that the log has; LINE looks at its status only."""


class Courier:
    """Delivers webhook events: first attempts in order for each chat, redeliveries when they are due.

    `tell(attempt)` is called after each attempt, `starting(parcel)` before it. `again_after`: seconds before
    each redelivery; `answer_within`: seconds that the bot may take.
    """

    def __init__(
        self,
        tell: Callable[[DeliveryAttempt], None],
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
        """By chat: the events whose first attempt is to come."""
        self._held: dict[str, Parcel] = {}
        """By chat: the event that is to come late."""
        self._kept: OrderedDict[str, Parcel] = OrderedDict()
        """By id: the events that can be delivered again."""
        self._repeating = 0
        """How many redeliveries wait or are under way."""
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

    @property
    def is_at_rest(self) -> bool:
        """Whether every event was accepted or given up; one that comes late on purpose does not count."""
        return not self._queues and not self._repeating

    def send(self, parcel: Parcel) -> None:
        """Deliver an event once earlier ones of its chat have had their first attempt; never while webhooks
        are off.

        Where the fault `late` is on, an event is held until a later one of its chat was delivered.
        """
        if not parcel.account.console.uses_webhook:
            return
        self._kept[parcel.id] = parcel
        while len(self._kept) > PARCELS_KEPT:
            self._kept.popitem(last=False)
        held = self._held.pop(parcel.chat, None)
        if held is None and parcel.account.faults.deliver == "late":
            self._held[parcel.chat] = parcel
            self._run(self._release(parcel))
            return
        self._queue(parcel)
        if held is not None:
            self._queue(held)

    def _queue(self, parcel: Parcel) -> None:
        queue = self._queues.get(parcel.chat)
        if queue is not None:
            queue.append(parcel)
            return
        self._queues[parcel.chat] = deque([parcel])
        self._run(self._work_off(parcel.chat))

    def send_again(self, event: str) -> bool:
        """Deliver an event once more, marked as redelivery; false where it is forgotten."""
        parcel = self._kept.get(event)
        if parcel is None:
            return False
        self._run(self._once(parcel, may_repeat=False))
        return True

    async def post(self, url: str, account: Account, events: list[dict[str, Any]]) -> BotAnswer:
        """One signed webhook request, and what came back. Redirects are not followed, as LINE does not."""
        if self._http is None:
            return BotAnswer(None, 0, "unreachable")  # before `start` and after `stop`
        body = webhook_body(account.user_id, events)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-line-signature": signature(account.channel.channel_secret, body),
        }
        loop = asyncio.get_running_loop()
        began = loop.time()

        def answer(status: int | None, trouble: Trouble | None, body: bytes = b"") -> BotAnswer:
            return BotAnswer(status, round((loop.time() - began) * 1000), trouble, body)

        try:
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as response:
                fine = 200 <= response.status < 300
                content = await response.content.read(ANSWER_AT_MOST)
                return answer(response.status, None if fine else "status", content)
        except TimeoutError:
            return answer(None, "timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return answer(None, "unreachable")

    async def _work_off(self, chat: str) -> None:
        queue = self._queues[chat]
        try:
            while queue:
                if queue[0].account.faults.deliver == "twice":
                    await self._post_only(queue[0])
                await self._once(queue[0], may_repeat=True)
                queue.popleft()
        finally:
            del self._queues[chat]

    async def _release(self, parcel: Parcel) -> None:
        """Let go of a held event when nothing has overtaken it."""
        await self._wait(LATE_AT_MOST)
        if self._held.get(parcel.chat) is parcel:
            del self._held[parcel.chat]
            self._queue(parcel)

    async def _repeat(self, parcel: Parcel, delay: float) -> None:
        try:
            await self._wait(delay)
            await self._once(parcel, may_repeat=True)
        finally:
            self._repeating -= 1

    async def _post_only(self, parcel: Parcel) -> None:
        """Deliver an event that is delivered again at once, the same to the last byte: the fault `twice`."""
        first = parcel.event | {"deliveryContext": {"isRedelivery": False}}
        self._starting(parcel)
        await self.post(parcel.account.endpoint, parcel.account, [first])

    async def _once(self, parcel: Parcel, *, may_repeat: bool) -> None:
        """One attempt; where it fails and `may_repeat`, the next one is scheduled."""
        event = parcel.event | {"deliveryContext": {"isRedelivery": parcel.tries > 0}}
        parcel.tries += 1
        self._starting(parcel)
        answer = await self.post(parcel.account.endpoint, parcel.account, [event])
        left = self._again_after[parcel.tries - 1 :] if may_repeat and answer.trouble else ()
        self._tell(DeliveryAttempt(parcel, answer, left[0] if left else None))
        if left:
            self._repeating += 1
            self._run(self._repeat(parcel, left[0]))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if self._stopped:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
