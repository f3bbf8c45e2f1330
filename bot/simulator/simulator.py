"""The simulator: a LINE on this machine, for text conversations, with a phone in the browser (L4)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from urllib.parse import quote

from aiohttp import web

from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.simulator.account import Account, Accounts
from bot.simulator.chats import Chats, Delivery
from bot.simulator.control_api import ControlApi
from bot.simulator.courier import AGAIN_AFTER, ANSWER_WITHIN, Attempt, Courier, Parcel
from bot.simulator.feed import Feed
from bot.simulator.friend_acts import FriendActs
from bot.simulator.happened import Happened
from bot.simulator.line_api import LineApi
from bot.simulator.line_calls import LineCalls
from bot.simulator.page import Page
from bot.simulator.sending import Sending
from bot.simulator.shown import attempt_shown, message_shown
from bot.simulator.used_once import ReplyTokens, RetryKeys

PREFIX = "/simulator"


class Simulator:
    """Everything that `--simulator` adds to the server. All of its state is in memory, and bounded.

    `again_after` are the seconds before each redelivery of a webhook that got no 2xx within `answer_within`
    seconds; `wait` is how it waits, for tests.
    """

    def __init__(
        self,
        channels: Iterable[Channel],
        clock: Clock,
        *,
        again_after: Sequence[float] = AGAIN_AFTER,
        answer_within: float = ANSWER_WITHIN,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._base_url = ""
        self._accounts = Accounts(channels)
        self._chats = Chats()
        self._feed = Feed()
        self._happened = Happened(self._feed)
        self._tokens = ReplyTokens()
        self._courier = Courier(
            self._tried, self._trying, again_after=again_after, answer_within=answer_within, wait=wait
        )

    def routes(self) -> list[web.RouteDef]:
        """The routes for the bot's server: the page, the JSON interface, LINE's API."""
        accounts, chats, clock, courier, feed = (
            self._accounts,
            self._chats,
            self._clock,
            self._courier,
            self._feed,
        )
        acts = FriendActs(accounts, chats, clock, courier, feed, self._tokens)
        sending = Sending(chats, clock, feed, self._tokens, RetryKeys())
        calls = LineCalls(chats, clock, courier, feed, sending)
        line = LineApi(accounts, calls, clock, self._happened)
        control = ControlApi(accounts, acts, chats, clock, courier, feed, self._happened)
        return [
            *Page().routes(PREFIX),
            *control.routes(PREFIX + "/api"),
            *line.routes(PREFIX + "/line"),
        ]

    async def start(self, base_url: str) -> None:
        """Begin to deliver, to `{base_url}/webhook/{channel}`, once the server's address is known."""
        self._base_url = base_url.rstrip("/")
        for account in self._accounts.by_name.values():
            self._point_home(account)
        await self._courier.start()

    def meet(self, channels: Iterable[Channel]) -> None:
        """Take changed and new channels over. One that is gone stays: nobody answers its friends."""
        for account in self._accounts.meet(channels):
            self._point_home(account)

    def _point_home(self, account: Account) -> None:
        account.endpoint = f"{self._base_url}/webhook/{quote(account.channel.name, safe='')}"

    async def stop(self) -> None:
        """End the event streams and what is being delivered. Call it on the server's shutdown, before its
        cleanup: an open stream holds the server up."""
        self._feed.close()
        await self._courier.stop()

    def _trying(self, parcel: Parcel) -> None:
        token = parcel.event.get("replyToken")
        if token is not None:
            self._tokens.delivered_again(token, self._clock.now())

    def _tried(self, attempt: Attempt) -> None:
        self._happened.tell(attempt_shown(attempt))
        if attempt.parcel.message is None:
            return
        state: Delivery = "delivered"
        if attempt.answer.trouble is not None:
            state = "failed" if attempt.again_in is None else "retrying"
        changed = self._chats.delivered(attempt.parcel.chat, attempt.parcel.message, state)
        if changed is not None:
            self._feed.publish("message", message_shown(changed))
