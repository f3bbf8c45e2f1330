"""Dead letters: how a given-up call is stored, the call that resends it, which values are current."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

import orjson

from bot.model.contact import Contact
from bot.model.effects import CONSENT, WriteMember
from bot.model.event import MENU_AGAIN, Event, News, Source
from bot.model.outgoing import DeadLetter, Outgoing, OutgoingKind
from bot.model.processes import part_of
from bot.model.translatable import Refusal, Translatable, tr
from bot.model.value import Value
from bot.runtime.retry import GiveUp, line_knows
from bot.runtime.sending.fallback import messages_of
from bot.services.own_events import NotOurs, read, to_json

_KEYS = uuid.UUID("6f61666c-6f77-4c49-8e45-7265746f6e63")
_EVENTS = uuid.UUID("6f61666c-6f77-4f75-8e63-7265736e6400")

RESENT = "resent"
"""The kind of our own news by which staff resend a given-up call; its subject is the call's kind."""

PUSHED = frozenset[OutgoingKind](("reply", "push", "fallback"))
"""Kinds of calls that become pushes when they are resent: LINE counts a paid message for each."""

SURELY_NOT_SENT = frozenset(
    (
        "bad-request",
        "brake",
        "menu-gone",
        "no-such-channel",
        "not-found",
        "quota",
        "reply-token-dead",
        "too-large",
        "too-late",
    )
)
"""Reasons of dead letters whose call surely reached no person."""

Doubt: TypeAlias = Literal["", "same-key", "may-be-second"]
"""May a resent call arrive twice? `""`: no, the first one reached nobody. `same-key`: no, the receiver drops
a
second one with this key. `may-be-second`: perhaps, the first one may have arrived."""


class NotAgain(Refusal):
    """A dead letter cannot be resent; the sentence says why."""


@dataclass(frozen=True, slots=True)
class OnceMore:
    """How a dead letter is resent: `event` is stored in the inbox, and its turn makes the `call`.

    `call` is `None` where the turn of the event does all of it. `costs`: LINE counts it as a paid message.
    """

    event: Event
    call: Outgoing | None
    doubt: Doubt
    costs: bool = False


def dead_letter(
    call: Outgoing, contact: str, now: datetime, why: GiveUp, riding: Outgoing | None = None
) -> DeadLetter:
    """The dead letter of a call; `riding`: the call in which the pushes of a failed reply are sent by
    themselves.
    """
    elsewhere = 0 if riding is None else len(messages_of(riding))
    part, reason, request = part_of(contact), why.reason, why.request_id
    return DeadLetter(call, contact, part, now, reason, why.detail, request, why.tries, elsewhere)


def once_more(letter: DeadLetter, now: datetime, *, all_of_it: bool = False) -> OnceMore:
    """How this letter is resent; ids and keys are derived from it, so ordering it twice resends it once.

    A reply becomes a push, for its token is spent; without the pushes that rode in it and were sent by
    themselves (`letter.elsewhere` messages at its end), unless `all_of_it` was lost. A push keeps its retry
    key while LINE remembers it (24 hours); a call to another system keeps its id for good. Raises `NotAgain`.
    """
    old = letter.outgoing
    event = _event(letter, now)
    match old.kind:
        case kind if kind in PUSHED:
            return _message(letter, event, now, 0 if all_of_it else letter.elsewhere)
        case "leave":
            return OnceMore(event, _anew(old, event, now, "leave"), "")
        case "menu":
            return OnceMore(replace(event, what=News(MENU_AGAIN, old.channel)), None, "")
        case "ask" | "tell" if letter.reason != "unreadable":
            call = replace(_anew(old, event, now, old.kind), retry_key=old.retry_key or old.id)
            return OnceMore(event, call, "same-key")
        case _:
            raise NotAgain(_WHY_NOT.get(old.kind, tr("it cannot be read, so nobody knows what to ask")))


_WHY_NOT: Mapping[str, Translatable] = {
    "loading": tr("an animation that comes after the answer says nothing: drop it"),
    "note": tr("nothing was sent that LINE would take: mend the card, or what it is filled with"),
}


def _message(letter: DeadLetter, event: Event, now: datetime, elsewhere: int) -> OnceMore:
    old = letter.outgoing
    if old.kind == "push" and old.retry_key is not None and line_knows(old.created, now):
        # what the brake held never used its key: while pushes are still stopped, it waits an hour again
        since = now if letter.reason == "brake" else old.created
        call = replace(_anew(old, event, now, "push"), retry_key=old.retry_key, created=since)
        return OnceMore(event, call, "same-key", costs=True)
    messages, origins = messages_of(old), old.journeys
    if elsewhere:
        messages, origins = messages[:-elsewhere], origins[:-elsewhere]
    call = replace(
        _anew(old, event, now, "push"),
        body=orjson.dumps({"messages": messages}),
        journeys=origins,
        retry_key=str(uuid.uuid5(_KEYS, event.id)),
    )
    sure = letter.reason in SURELY_NOT_SENT
    return OnceMore(event, call, "" if sure else "may-be-second", costs=True)


def _anew(old: Outgoing, event: Event, now: datetime, kind: OutgoingKind) -> Outgoing:
    return replace(old, id=f"{event.id}#0", event=event.id, kind=kind, created=now, received=now, token=None)


def _event(letter: DeadLetter, now: datetime) -> Event:
    old = letter.outgoing
    identity = f"{old.channel}:{uuid.uuid5(_EVENTS, old.id).hex}"
    return Event(identity, old.channel, Source("none", ""), now, News(RESENT, old.kind))


def writing_of(letter: DeadLetter) -> WriteMember | None:
    """What was to be written to a shop, if that is what was given up."""
    if letter.outgoing.kind != "ask":
        return None
    try:
        request = read(letter.outgoing.body)
    except NotOurs:
        return None
    return request if isinstance(request, WriteMember) else None


def still_so(letter: DeadLetter, writing: WriteMember, now: Contact) -> DeadLetter:
    """The letter of a write to a shop, with only the values that the person still has (`now`).

    Raises `NotAgain` where there are none.

    A value set since has a call of its own, and a newer one of the shop's wins. With some of the values only
    it is another request, with a key of its own: the shop may have answered the whole one under the letter's.
    """
    if not now.bindings or now.member_no != writing.member_no or now.member_shop not in (None, writing.shop):
        raise NotAgain(tr("the person is not this member any more: drop it"))
    left = {slot: value for slot, value in writing.values.items() if _is(_value(now, slot), value)}
    if not left:
        raise NotAgain(
            tr("what it would write to the shop is out of date: something newer is known. Drop it")
        )
    if len(left) == len(writing.values):
        return letter
    old = letter.outgoing
    key = f"{old.retry_key or old.id} {' '.join(sorted(left))}"
    return replace(letter, outgoing=replace(old, body=to_json(replace(writing, values=left)), retry_key=key))


def _value(now: Contact, slot: str) -> Value | None:
    if slot == CONSENT:
        return now.marketing_here
    known = now.attributes.get(slot)
    return None if known is None else known.value


def _is(one: Value | None, other: Value | None) -> bool:
    return one == other and type(one) is type(other)
