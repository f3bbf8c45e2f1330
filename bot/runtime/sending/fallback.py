"""A push that rides in a reply reaches the person anyhow: where the reply is surely not sent, by itself.

Both lie on the contact from the turn on, the push as a `fallback`, which nobody sends. Who made every attempt
at the reply, and knows that none was taken, makes it a push in one write that takes the reply off. Who only
found the reply there withdraws the fallback before trying the reply: nobody knows what was tried before. Each
of the two writes asks for both, so only one is ever made, however late it arrives.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import orjson

from bot.model.clock import PatientClock
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import FallbackStore
from bot.runtime.retry import backoff
from bot.runtime.sending.person_line import Waiting
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.send")

WITH_REPLY = "with-its-reply"
"""How a fallback ends whose reply was sent, may have been, or is lost with all that rode in it."""

PUSHED_INSTEAD = "pushed-instead"
"""How a reply ends that LINE has not taken, and in which there was nothing but pushes."""


def fallback_of(reply: Outgoing, waiting: Iterable[Waiting]) -> Outgoing | None:
    """What may go instead of this reply, of the calls that wait behind it in their line."""
    for call, _ in waiting:
        if call.kind == "fallback" and call.event == reply.event:
            return call
    return None


def messages_of(call: Outgoing) -> list[Message]:
    """The messages of a reply or push."""
    messages: list[Message] = orjson.loads(call.body)["messages"]
    return messages


def without_left_out(reply: Outgoing, fallback: Outgoing) -> tuple[bool, Outgoing | None]:
    """Of a reply that was not sent: whether it said anything itself, and the push that goes instead.

    What lay over a cap is out of the reply already, and goes in no push either; `None`: nothing is left.
    """
    messages, origins = messages_of(reply), reply.journeys
    left_out = sum(of is not None and of not in origins for of in fallback.journeys)
    own = len(messages) - len(messages_of(fallback)) + left_out
    if own == len(messages):
        return True, None
    body = orjson.dumps({"messages": messages[own:]})
    return own > 0, replace(fallback, kind="push", body=body, journeys=origins[own:])


class Fallbacks:
    """Decides in the database which of the two goes, and asks it until it answers."""

    def __init__(self, store: FallbackStore, journal: JournalWriter, clock: PatientClock) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock

    async def push_instead(
        self, contact: str, reply: Outgoing, push: Outgoing, may: Callable[[], bool | None]
    ) -> bool | None:
        """Make the fallback of this reply the push; `False`: somebody else has decided otherwise.

        What is lost of the reply is written before. `may()`: whether to ask now; `None`, never any more.
        """

        async def ask() -> bool:
            await self._journal.flush()
            return await self._store.push_instead(contact, reply.id, push) == {push.id: "push"}

        return await self._answer(ask, may)

    async def withdraw(
        self, contact: str, reply: Outgoing, fallback: Outgoing, may: Callable[[], bool | None]
    ) -> bool | None:
        """Withdraw the fallback, so that the reply may be tried; `False`: that is not there any more."""

        async def ask() -> bool:
            return await self._store.withdraw(contact, reply.id, fallback.id) == {reply.id: "reply"}

        return await self._answer(ask, may)

    async def _answer(
        self, ask: Callable[[], Awaitable[bool]], may: Callable[[], bool | None]
    ) -> bool | None:
        attempt = 0
        while (now := may()) is not None:
            try:
                if now:
                    return await ask()
            except DatabaseUnavailable:
                pass  # the next time
            except Exception:  # the person's other calls go on
                log.exception("what becomes of a reply could not be written; it is tried again")
            attempt += 1
            await self._clock.wait(backoff(attempt))
        return None
