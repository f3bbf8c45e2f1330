"""The receivers of a batch, as they are now, and the messages of each where those differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import orjson

from bot.engine.broadcasts.content import for_person
from bot.engine.broadcasts.recipient import why_not
from bot.engine.compiled.goal import Priority
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import LeftOut, Recipient, Sending, SendingBatch
from bot.model.message import Message
from bot.model.outgoing import Outgoing
from bot.store.broadcasts.recipients import RecipientsNow

MakePersonal: TypeAlias = Callable[[Outgoing], Outgoing]
"""Puts a person's own addresses into what goes to them: `bot.runtime.sending.personal_addresses`."""


@dataclass(frozen=True, slots=True)
class BatchPeople:
    """Reads a batch's receivers just before they are called. Both methods raise `DatabaseUnavailable`."""

    people: RecipientsNow
    personal: MakePersonal

    async def still(
        self, sending: Sending, batch: SendingBatch, playbook: Playbook, now: datetime
    ) -> SendingBatch:
        """The batch with the people who are to be left out by now; each under the contact that has the LINE
        account by now (after a merge another)."""
        found = await self.people.read(batch.channel, batch.to_call, whole=False)
        broadcast = playbook.broadcasts.get(sending.broadcast)
        priority: Priority = "normal" if broadcast is None else broadcast.priority
        moved: dict[str, Recipient] = {}
        left_out: dict[str, LeftOut] = {}
        for one in batch.to_call:
            contact = found.get(one.contact)
            became = one if contact is None else replace(one, contact=contact.id)
            if (why := why_not(playbook, contact, batch.channel, one.user, now, priority)) is not None:
                left_out[became.contact] = why
            moved[one.contact] = became
        people = tuple(moved.get(one.contact, one) for one in batch.people)
        return replace(batch, people=people, left_out={**batch.left_out, **left_out})

    async def bodies(
        self, sending: Sending, batch: SendingBatch, playbook: Playbook, *, again: bool
    ) -> tuple[SendingBatch, Mapping[str, bytes]]:
        """The batch, and the JSON body for each person, by contact. People who were erased, or for whom no
        message is left, are left out.

        `again`: they may have been called before; then the result of people erased since is unknown.
        """
        found = await self.people.read(batch.channel, batch.to_call, whole=True)
        broadcast = playbook.broadcasts[sending.broadcast]
        now = batch.since or sending.at
        bodies: dict[str, bytes] = {}
        left_out: dict[str, LeftOut] = {}
        for one in batch.to_call:
            contact = found.get(one.contact)
            if contact is None:
                left_out[one.contact] = "unsure" if again else "gone"
                continue
            messages = for_person(playbook, broadcast, batch.group, contact, now)
            if not messages:
                left_out[one.contact] = "empty"
                continue
            call = _call(sending, one, body_of(messages, sending.units.get(batch.group)), now)
            bodies[one.contact] = self.personal(call).body
        return replace(batch, left_out={**batch.left_out, **left_out}), bodies


def _call(sending: Sending, one: Recipient, body: bytes, now: datetime) -> Outgoing:
    return Outgoing(sending.id, sending.id, sending.channel, "push", one.user, body, now, now)


def body_of(messages: tuple[Message, ...], unit: str | None) -> bytes:
    """The JSON of a call without its recipients; `unit` is LINE's aggregation unit."""
    body: dict[str, object] = {"messages": messages}
    if unit is not None:
        body["customAggregationUnits"] = [unit]
    try:
        return orjson.dumps(body)
    except TypeError:  # half a surrogate pair in somebody's name: sent as U+FFFD
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
