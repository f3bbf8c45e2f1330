"""What was given up is made once more, exactly once however many ask for it; or dropped. Both say who did it.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.engine.turn.event_words import event_words
from bot.model.audit import AuditKind, AuditRow
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Handled, Outgoing
from bot.model.stored import Stored
from bot.model.translatable import Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.dead_letters import NoneSuch, all_called, as_it_is_now, masked_letter, people_of_writings
from bot.operations.simulated_time import now_among
from bot.runtime.sending.fallback import WITH_REPLY
from bot.runtime.sending.letters import Doubt, NotAgain, OnceMore, once_more
from bot.runtime.turn_taking.transcript import resent_row
from bot.services.own_events import own_event
from bot.store.events.dead_letter_orders import (
    DecideAgain,
    Drop,
    HandledBefore,
    MakeAgain,
    NotOrdered,
    TurnSince,
)
from bot.store.events.dead_letters import EVENT, AsideEvent, DeadLetterEntry, WhatBecame
from bot.store.stores import Stores

BATCH = 100
"""How many are stored at once: their people's turns wait for as long as storing them takes."""
PATIENCE = 10.0
"""Seconds that are waited for a running process to do it."""
BETWEEN = 0.1
"""Seconds between two looks; the other process sends no notice when it is done."""
BETWEEN_EACH = 0.0005
"""Seconds more for each that is waited for: a look at thousands takes long itself."""

Tell: TypeAlias = Callable[[int], None]

HandlingEnd: TypeAlias = Literal["ended", "decided", "aside", "under-way", "stored", "dropped", "refused"]
"""Its call has ended, well or not; its event was decided, or is set aside once more; it is under way; nobody
runs who would do it; it was dropped; it was not done, and `why` says why."""

_MAY_BE_SECOND = tr("nobody knows whether it arrived: it may be the second one that the person gets")


@dataclass(frozen=True, slots=True)
class Handling:
    """What became of one. `end`: how the call has ended; `event`: that which tells of it on the timeline."""

    name: str
    kind: str
    became: HandlingEnd
    doubt: Doubt = ""
    event: str | None = None
    end: CallEnd | None = None
    why: Translatable | None = None


async def resend(
    people: Stores,
    names: Sequence[str],
    actor: str,
    *,
    second: bool = False,
    patience: float = PATIENCE,
    tell: Tell = lambda number: None,
) -> list[Handling]:
    """Have them made once more, and wait for what comes of it.

    `second`: also where the person may get it for the second time; else that is refused. `tell(number)` gets
    how many are ordered so far.
    """

    async def order(free: _Free, now: datetime) -> list[Handling]:
        made = await _make_again(people, free.letters, actor, now, second=second)
        return made + await _decide_again(people, free.events, actor, now)

    return await _carried(people, await _in_batches(people, names, order, tell), patience)


async def drop(
    people: Stores, names: Sequence[str], actor: str, *, tell: Tell = lambda number: None
) -> list[Handling]:
    """Drop them. `tell(number)` gets how many are dropped so far."""

    async def order(free: _Free, now: datetime) -> list[Handling]:
        letters, handled = [masked_letter(one) for one in free.letters], Handled("dropped", actor, now)
        refused = await people.given_up_orders.drop(_drops(letters, actor, now), handled)
        refused |= await people.given_up_orders.drop_events(_drops(free.events, actor, now), handled)
        dropped = [Handling(one.name, one.kind, "dropped") for one in (*letters, *free.events)]
        return _but(dropped, refused)

    return await _in_batches(people, names, order, tell)


def _drops(some: Sequence[DeadLetterEntry], actor: str, now: datetime) -> list[Drop]:
    return [Drop(one.name, _line("dropped", one, actor, now)) for one in some]


@dataclass(frozen=True, slots=True)
class _Free:
    """What nobody has done anything about."""

    letters: list[DeadLetter] = field(default_factory=list)
    events: list[DeadLetterEntry] = field(default_factory=list)


async def _in_batches(
    people: Stores,
    names: Sequence[str],
    order: Callable[[_Free, datetime], Awaitable[Sequence[Handling]]],
    tell: Tell,
) -> list[Handling]:
    """What has become of each, as they are named; a batch is stored as a whole, or nothing of it."""
    outcomes: dict[str, Handling] = {}
    each = list(dict.fromkeys(names))
    for first in range(0, len(each), BATCH):
        tell(first)
        found = await all_called(people, each[first : first + BATCH])
        refused, free = _sorted(found)
        ordered = await order(free, await now_among(people))
        outcomes |= {one.name: one for one in (*refused, *ordered)}
    return [outcomes[name] for name in each]


def _sorted(found: Mapping[str, DeadLetter | AsideEvent | NoneSuch]) -> tuple[list[Handling], _Free]:
    """Those that are refused at once, and the others."""
    refused, free = list[Handling](), _Free()
    for name, one in found.items():
        handled = None if isinstance(one, NoneSuch) else _about(one).handled
        if isinstance(one, NoneSuch):
            refused.append(_refused(name, one.message))
        elif handled is not None:
            refused.append(_refused(name, handled_before(handled)))
        elif isinstance(one, DeadLetter):
            free.letters.append(one)
        else:
            free.events.append(one.shown)
    return refused, free


def _about(one: DeadLetter | AsideEvent) -> DeadLetter | DeadLetterEntry:
    return one.shown if isinstance(one, AsideEvent) else one


def _but(done: Sequence[Handling], refused: Mapping[str, NotOrdered]) -> list[Handling]:
    """These, but for what was not done."""
    return [one if (why := refused.get(one.name)) is None else _refused(one.name, _why(why)) for one in done]


def _why(why: NotOrdered) -> Translatable:
    if isinstance(why, HandledBefore):
        return handled_before(why.handled)
    return tr("the contact whose it is is not there any more")


def _refused(name: str, why: Translatable) -> Handling:
    return Handling(name, "", "refused", why=why)


def handled_before(handled: Handled | None) -> Translatable:
    """That somebody was first."""
    if handled is None:
        return tr("it is not set aside any more: somebody has it decided once more")
    what = tr("sent once more") if handled.how == "resent" else tr("dropped")
    at = f"{handled.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return tr("it was {what} already, by {who}, {at}", what=what, who=actor_words(handled.actor), at=at)


async def _make_again(
    people: Stores, letters: Sequence[DeadLetter], actor: str, now: datetime, *, second: bool
) -> list[Handling]:
    """Once more for those whose person has had a turn meanwhile: what was compared may be out of date."""
    done = list[Handling]()
    while letters:
        whose, lost = await people_of_writings(people, letters), await _lost_as_a_whole(people, letters)
        orders, stored = list[MakeAgain](), list[Handling]()
        for letter in letters:
            try:
                order, doubt = _order(letter, whose, now, actor, all_of_it=letter.outgoing.id in lost)
            except NotAgain as error:
                done.append(_refused(letter.name, error.message))
                continue
            if doubt == "may-be-second" and not second:
                done.append(Handling(letter.name, letter.outgoing.kind, "refused", doubt, why=_MAY_BE_SECOND))
                continue
            orders.append(order)
            stored.append(Handling(letter.name, letter.outgoing.kind, "stored", doubt, order.entry.id))
        refused = await people.given_up_orders.make_again(orders)
        turned = {name for name, why in refused.items() if isinstance(why, TurnSince)}
        done += _but([one for one in stored if one.name not in turned], refused)
        letters = [one for one in letters if one.name in turned]
    return done


def _order(
    letter: DeadLetter, whose: Mapping[str, Stored], now: datetime, actor: str, *, all_of_it: bool
) -> tuple[MakeAgain, Doubt]:
    """What is to be stored, and what speaks against it. Raises `NotAgain`."""
    letter, revision = as_it_is_now(letter, whose)
    again = once_more(letter, now, all_of_it=all_of_it)
    handled = Handled("resent", actor, now, again.event.id)
    entry = own_event(letter.contact, again.event).entry
    transcript = None if again.call is None else resent_row(again.call, actor)
    row, line = _row(letter, again, actor), _line("resent", masked_letter(letter), actor, now)
    return MakeAgain(letter, handled, again.call, entry, row, line, transcript, revision), again.doubt


async def _lost_as_a_whole(people: Stores, letters: Sequence[DeadLetter]) -> set[str]:
    """The calls (ids) of which the push that was to go instead of their last messages is lost as well."""
    riding = {one.outgoing.id: one for one in letters if one.elsewhere}
    if not riding:
        return set()
    rows = await people.journal.rows_of([one.outgoing.event for one in riding.values()])
    ends = {id_: _end_of_riding(one.outgoing, rows) for id_, one in riding.items()}
    unknown = [one for id_, one in riding.items() if ends[id_] is None]
    there = await people.contacts.load([one.contact for one in unknown])
    dead = await people.journal.letters_of([_riding_id(one.outgoing) for one in unknown])
    lying = {call.id for one in there.values() for call in one.outgoing}
    lost = {id_ for id_, end in ends.items() if end is not None and end.how == WITH_REPLY}
    return lost | {
        one.outgoing.id
        for one in unknown
        if _riding_id(one.outgoing) not in lying and _riding_id(one.outgoing) not in dead
    }


def _riding_id(reply: Outgoing) -> str:
    """The id of the push that goes instead of a reply's last messages."""
    return f"{reply.event}#{reply.number + 1}"


def _end_of_riding(reply: Outgoing, rows: Mapping[str, TimelineRow]) -> CallEnd | None:
    row = rows.get(reply.event)
    return None if row is None else row.ends.get(reply.number + 1)


async def _decide_again(
    people: Stores, events: Sequence[DeadLetterEntry], actor: str, now: datetime
) -> list[Handling]:
    orders = [_deciding(one, actor, now) for one in events]
    stored = [Handling(one.name, EVENT, "stored", event=one.name) for one in events]
    return _but(stored, await people.given_up_orders.decide_again(orders))


def _deciding(event: DeadLetterEntry, actor: str, now: datetime) -> DecideAgain:
    details = (f"by {actor}",)
    row = TimelineRow(f"{event.name}#again{event.tries}", event.contact, 0, now, "resent: event", details)
    return DecideAgain(event, actor, row, _line("resent", event, actor, now))


def _row(letter: DeadLetter, again: OnceMore, actor: str) -> TimelineRow:
    calls = () if again.call is None else (again.call.kind,)
    what = event_words(again.event) if again.call is not None else f"resent: {letter.outgoing.kind}"
    details = (f"by {actor}", letter.name)
    return TimelineRow(
        again.event.id, letter.contact, letter.part, again.event.at, what, details, calls=calls
    )


def _line(what: AuditKind, one: DeadLetterEntry, actor: str, now: datetime) -> AuditRow:
    times = f":{one.tries}" if one.kind == EVENT else ""
    return AuditRow(
        f"{what}:{one.name}{times}", now, actor, what, one.contact, None, (one.kind, one.reason, one.name)
    )


# -- what comes of it


async def _carried(people: Stores, begun: Sequence[Handling], patience: float) -> list[Handling]:
    """What has become of all of them once a running process has had the time."""
    runs = any(one.became == "stored" for one in begun) and await people.leases.is_running()
    if not runs:
        return list(begun)
    found = [replace(one, became="under-way") if one.became == "stored" else one for one in begun]
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while waiting := [one.event for one in found if one.became == "under-way" and one.event]:
                became = await people.given_up.became(waiting)
                found = [_with_end(one, became.get(one.event or "")) for one in found]
                await asyncio.sleep(max(BETWEEN, len(waiting) * BETWEEN_EACH))
    return found


def _with_end(one: Handling, became: WhatBecame | None) -> Handling:
    if one.became != "under-way" or became is None:
        return one
    if one.kind == EVENT or not became.calls:
        ends: Mapping[str | None, HandlingEnd] = {"done": "decided", "aside": "aside"}
        return replace(one, became=ends.get(became.state, "under-way"))
    return one if became.end is None else replace(one, became="ended", end=became.end)
