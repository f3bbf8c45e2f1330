"""One attempt to make a call to LINE, and what follows from how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import orjson

from bot.line.outcome import Accepted, CallResult, Unknown
from bot.model.clock import PatientClock
from bot.model.outgoing import Outgoing
from bot.runtime.ports import LineAccount
from bot.runtime.retry import Done, GiveUp, RetryVerdict, expired, verdict
from bot.runtime.sending.line_watch import LineWatch

log = logging.getLogger("oaflow.send")


class LineCalls:
    """Attempts calls at LINE; never raises."""

    def __init__(
        self,
        account: Callable[[str], LineAccount | None],
        clock: PatientClock,
        owns: Callable[[int], bool],
        watch: LineWatch,
    ) -> None:
        """`account(channel)` is LINE for one channel; `owns(part)` says whose contacts are surely ours.

        `watch` is told how each attempt ended.
        """
        self._account = account
        self._clock = clock
        self._owns = owns
        self._watch = watch

    async def attempt(self, call: Outgoing, part: int, number: int, uncertain: bool) -> RetryVerdict:
        """Attempt number `number` (from 1). `uncertain`: an earlier one may have had its effect."""
        if uncertain:
            given_up = expired(call, self._clock.now())
            if given_up is not None:
                return replace(given_up, tries=number - 1)
        account = self._account(call.channel)
        if account is None:
            return GiveUp("no-such-channel", f'the playbook has no channel "{call.channel}" any more')
        began = self._clock.now()
        try:
            outcome = await _make(account, call)
        except Exception:  # a client never raises: should it, the call must not be lost with this task
            log.exception("a call to LINE failed in a way that it must not")
            outcome = Unknown("a fault of oaflow")
        else:
            self._watch.heard(call.channel, outcome, began)
        if type(outcome) is Accepted and not outcome.known_already:
            return Done("accepted", outcome.request_id, outcome.messages)
        # while we waited for LINE another may have taken the part over, and made this call
        uncertain = uncertain or not self._owns(part)
        return verdict(call, outcome, number, uncertain, self._clock.now())


async def _make(account: LineAccount, call: Outgoing) -> CallResult:
    match call.kind:
        case "reply":
            return await account.reply(call.token or "", call.body)
        case "push":
            return await account.push(call.to, call.body, call.retry_key or "")
        case "leave":
            chat = orjson.loads(call.body)["kind"]
            return await account.leave(chat, call.to)
        case "loading":
            return await account.loading(call.to, orjson.loads(call.body)["seconds"])
        case "fallback" | "menu" | "note" | "ask" | "tell":
            raise ValueError(f"a {call.kind} is not made here")
