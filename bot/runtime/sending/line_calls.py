"""One attempt to make a call to LINE, and what follows from how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from bot.line.outcome import Accepted, CallResult, Unknown
from bot.model.clock import PatientClock
from bot.model.outgoing import Outgoing
from bot.runtime.ports import LineAccount
from bot.runtime.retry import Done, GiveUp, RetryVerdict, expired, verdict
from bot.runtime.sending.braked_calls import BrakedCalls
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.sending.menu_links import MenuLinks
from bot.runtime.sending.outage_backlog import OutageBacklog

log = logging.getLogger("oaflow.send")


@dataclass(eq=False, repr=False)
class LineCalls:
    """Attempts calls at LINE; never raises."""

    _account: Callable[[str], LineAccount | None]
    """LINE's client for a channel, by its name."""
    _clock: PatientClock
    _owns: Callable[[int], bool]
    """Whether a part's contacts are surely this process's."""
    _watch: LineWatch
    """Gets the end of each attempt."""

    def begin(self, call: Outgoing) -> asyncio.Future[CallResult] | GiveUp:
        """Begin this call; gives the attempt, or how the call ends where none is made."""
        account = self._account(call.channel)
        if account is None:
            return GiveUp("no-such-channel", f'the playbook has no channel "{call.channel}" any more')
        try:
            made = _made(account, call)
            return made if isinstance(made, asyncio.Future) else asyncio.ensure_future(made)
        except Exception as error:
            failed: asyncio.Future[CallResult] = asyncio.get_running_loop().create_future()
            failed.set_exception(error)
            return failed

    def ended(
        self,
        call: Outgoing,
        attempt: asyncio.Future[CallResult],
        began: datetime,
        part: int,
        number: int,
        uncertain: bool,
    ) -> RetryVerdict:
        """The verdict on attempt number `number` (from 1), which has ended: done, given up, or to be retried.

        `began`: when it began; `part`: of its contact; `uncertain`: an earlier attempt may have had its
        effect.
        """
        outcome: CallResult
        if (error := attempt.exception()) is None:
            outcome = attempt.result()
            self._watch.on_call_end(call.channel, outcome, began)
        else:  # a client never raises: should it, the call must not be lost
            log.error("a call to LINE failed in a way that it must not", exc_info=error)
            outcome = Unknown("a fault of oaflow")
        if type(outcome) is Accepted and not outcome.known_already:
            return Done("accepted", outcome.request_id, outcome.messages)
        # while we waited for LINE another may have taken the part over, and made this call
        uncertain = uncertain or not self._owns(part)
        return verdict(call, outcome, number, uncertain, self._clock.now())

    async def attempt(self, call: Outgoing, part: int, number: int, uncertain: bool) -> RetryVerdict:
        """Attempt number `number` (from 1). `uncertain`: an earlier one may have had its effect."""
        began = self._clock.now()
        if uncertain:
            given_up = expired(call, began)
            if given_up is not None:
                return replace(given_up, tries=number - 1)
        begun = self.begin(call)
        if isinstance(begun, GiveUp):
            return begun
        with suppress(Exception):  # `ended` looks at it
            await begun
        return self.ended(call, begun, began, part, number, uncertain)


def _made(account: LineAccount, call: Outgoing) -> Awaitable[CallResult]:
    match call.kind:
        case "reply":
            return account.reply(call.token or "", call.body)
        case "push":
            return account.push(call.to, call.body, call.retry_key or "")
        case "leave":
            chat = orjson.loads(call.body)["kind"]
            return account.leave(chat, call.to)
        case "loading":
            return account.loading(call.to, orjson.loads(call.body)["seconds"])
        case "fallback" | "menu" | "note" | "ask" | "tell":
            raise ValueError(f"a {call.kind} is not made here")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDelivery:
    """How calls reach LINE: the calls themselves, rich menus, and what holds calls back."""

    calls: LineCalls
    menus: MenuLinks
    watch: LineWatch
    backlog: OutageBacklog
    braked: BrakedCalls
