"""Messages of a push that were put into a reply, which costs nothing, reach the person also where the reply
is surely not sent: then they go as a push.

Reply and push are both stored on the contact by the turn, the push as a call of kind `fallback`, which is not
sent. The process that made every attempt at the reply, and knows that LINE took none, turns the fallback into
a push, in one write that removes the reply. A process that only found the reply there (earlier attempts are
unknown) removes the fallback before it tries the reply. Each of the two writes requires that both calls are
still there, so only one of them succeeds, however late it arrives.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

import orjson

from bot.model.clock import PatientClock
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.spending import Spending
from bot.runtime.ports import FallbackStore
from bot.runtime.retry import backoff
from bot.runtime.sending.person_lines import PersonLine, PersonLines, Waiting
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.send")

WITH_REPLY = "with-its-reply"
"""How a fallback ends whose reply was sent, may have been, or is lost with all that rode in it."""

PUSHED_INSTEAD = "pushed-instead"
"""How a reply ends that LINE has not taken, and in which there was nothing but pushes."""


def fallback_of(reply: Outgoing, waiting: Iterable[Waiting]) -> Outgoing | None:
    """The fallback of this reply among the calls that wait behind it in their line; `None`: it has none."""
    for call, _ in waiting:
        if call.kind == "fallback" and call.event == reply.event:
            return call
    return None


def messages_of(call: Outgoing) -> list[Message]:
    """The messages of a reply or push."""
    messages: list[Message] = orjson.loads(call.body)["messages"]
    return messages


def without_left_out(reply: Outgoing, fallback: Outgoing) -> tuple[bool, Outgoing | None]:
    """Of a reply that was not sent: whether it has messages of its own, and the push that goes instead
    (`None`: nothing is left to push).

    Messages over a cap were left out of the reply before, and go in no push either.
    """
    messages, origins = messages_of(reply), reply.journeys
    left_out = sum(of is not None and of not in origins for of in fallback.journeys)
    own = len(messages) - len(messages_of(fallback)) + left_out
    if own == len(messages):
        return True, None
    body = orjson.dumps({"messages": messages[own:]})
    return own > 0, replace(fallback, kind="push", body=body, journeys=origins[own:])


@dataclass(eq=False, repr=False)
class Fallbacks:
    """Decides in the database whether a reply or its fallback goes, and has the person's line go by it."""

    _store: FallbackStore
    _journal: JournalWriter
    _clock: PatientClock
    _spending: Spending
    _lines: PersonLines
    _owns: Callable[[int], bool]

    async def push_instead(self, line: PersonLine, reply: Outgoing, push: Outgoing) -> bool:
        """Replace this reply by the push; `False`: the line was dropped, so another process decides.

        The journal is written first, with what is lost of the reply. Where another process has decided
        otherwise, this one makes neither call.
        """

        async def ask() -> bool:
            await self._journal.flush()
            return await self._store.push_instead(line.contact, reply.id, push) == {push.id: "push"}

        pushed = await self._answer(line, ask)
        if pushed is None:
            return False
        if pushed:
            self._spending.begun(push)
            self._lines.settled([reply.id])
            line.put_first(push)
        else:
            self._lines.forget(line, reply, push)
        return True

    async def may_try(self, line: PersonLine, reply: Outgoing) -> bool:
        """Whether a reply that was perhaps tried before may be tried again: its fallback, if any, is
        removed."""
        fallback = fallback_of(reply, line.queue)
        if fallback is None:
            return True

        async def ask() -> bool:
            return await self._store.withdraw(line.contact, reply.id, fallback.id) == {reply.id: "reply"}

        withdrawn = await self._answer(line, ask)
        if withdrawn is None:
            return False
        line.take_out(fallback)
        if withdrawn:
            self._lines.settled([fallback.id])
        else:
            self._lines.forget(line, reply, fallback)
        return withdrawn

    async def _answer(self, line: PersonLine, ask: Callable[[], Awaitable[bool]]) -> bool | None:
        """The result of `ask`, repeated while the database is away; `None`: the line was dropped
        meanwhile."""
        attempt = 0
        while line in self._lines:
            try:
                if self._owns(line.part):
                    return await ask()
            except DatabaseUnavailable:
                pass  # the next time
            except Exception:  # the person's other calls go on
                log.exception("what becomes of a reply could not be written; it is tried again")
            attempt += 1
            await self._clock.wait(backoff(attempt))
        return None
