"""What was given up is made once more, exactly once however many ask for it; or dropped. Both say who did it.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.engine.turn.event_words import event_words
from bot.model.audit import AuditKind, AuditRow
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Handled
from bot.model.said import Said, say
from bot.operations.given_up import NoneSuch, as_it_is_now, as_shown, called
from bot.operations.now_among import now_among
from bot.runtime.own_events import own_event
from bot.runtime.sending.fallback import WITH_REPLY
from bot.runtime.sending.letters import Doubt, NotAgain, OnceMore, once_more
from bot.runtime.turn_taking.said import resent_row
from bot.store.events.given_up import (
    EVENT,
    AsideEvent,
    GivenUp,
    HandledBefore,
    NobodysCall,
    TurnSince,
    WhatBecame,
)
from bot.store.stores import Stores

PATIENCE = 10.0
"""Seconds that are waited for a running process to do it."""
BETWEEN = 0.1
"""Seconds between two looks; the other process tells nobody when it is done."""
BETWEEN_EACH = 0.0005
"""Seconds more for each that is waited for: a look at thousands takes long itself."""

HandlingEnd: TypeAlias = Literal["ended", "decided", "aside", "under-way", "stored", "dropped", "refused"]
"""Its call has ended, well or not; its event was decided, or is set aside once more; it is under way; nobody
runs who would do it; it was dropped; it was not done, and `why` says why."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What became of one. `end`: how the call has ended; `event`: that which tells of it on the timeline."""

    name: str
    kind: str
    carried: HandlingEnd
    doubt: Doubt = ""
    event: str | None = None
    end: CallEnd | None = None
    why: Said | None = None


async def resend(
    people: Stores,
    names: Sequence[str],
    actor: str,
    *,
    second: bool = False,
    patience: float = PATIENCE,
    tell: Callable[[int], None] = lambda number: None,
) -> list[Handling]:
    """Have them made once more, and wait for what comes of it.

    `second`: also where the person may get it for the second time; else that is refused. `tell(number)` hears
    how many are ordered so far.
    """
    begun: list[Handling] = []
    for name in names:
        tell(len(begun))
        try:
            found = await called(people, name)
            if isinstance(found, AsideEvent):
                begun.append(await _decide_again(people, found.shown, actor))
            else:
                begun.append(await _made_again(people, found, actor, second=second))
        except (NoneSuch, NotAgain) as error:
            begun.append(Handling(name, "", "refused", why=error.said))
        except HandledBefore as error:
            begun.append(Handling(name, "", "refused", why=handled_before(error.handled)))
    return await _carried(people, begun, patience)


async def drop(people: Stores, names: Sequence[str], actor: str) -> list[Handling]:
    """Nobody looks for them any more."""
    outcomes: list[Handling] = []
    for name in names:
        now = await now_among(people)
        try:
            found = await called(people, name)
            handled = Handled("dropped", actor, now)
            if isinstance(found, AsideEvent):
                one = found.shown
                await people.given_up.drop_event(one, handled, _line("dropped", one, actor, now))
            else:
                one = as_shown(found)
                await people.given_up.drop(found, handled, _line("dropped", one, actor, now))
            outcomes.append(Handling(name, one.kind, "dropped"))
        except NoneSuch as error:
            outcomes.append(Handling(name, "", "refused", why=error.said))
        except HandledBefore as error:
            outcomes.append(Handling(name, "", "refused", why=handled_before(error.handled)))
    return outcomes


def handled_before(handled: Handled | None) -> Said:
    """That somebody was first."""
    if handled is None:
        return say("it is not set aside any more: somebody has it decided once more")
    what = say("sent once more") if handled.how == "resent" else say("dropped")
    at = f"{handled.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return say("it was {what} already, by {who}, {at}", what=what, who=handled.who, at=at)


async def _made_again(people: Stores, letter: DeadLetter, actor: str, *, second: bool) -> Handling:
    while True:
        with suppress(TurnSince):  # what was compared may be out of date
            return await _make_again(people, letter, actor, second=second)


async def _make_again(people: Stores, letter: DeadLetter, actor: str, *, second: bool) -> Handling:
    if letter.handled is not None:
        raise HandledBefore(letter.handled)
    now = await now_among(people)
    letter, revision = await as_it_is_now(people, letter)
    again = once_more(letter, now, all_of_it=await _is_lost_as_a_whole(people, letter))
    if again.doubt == "may-be-second" and not second:
        why = say("nobody knows whether it arrived: it may be the second one that the person gets")
        return Handling(letter.name, letter.outgoing.kind, "refused", again.doubt, why=why)
    handled = Handled("resent", actor, now, again.event.id)
    line = _line("resent", as_shown(letter), actor, now)
    told = (own_event(letter.contact, again.event).entry, _row(letter, again, actor), line)
    try:
        said = None if again.call is None else resent_row(again.call, actor)
        await people.given_up.make_again(letter, handled, again.call, told, said, revision=revision)
    except NobodysCall as error:
        raise NotAgain(say("the contact whose it is is not there any more")) from error
    return Handling(letter.name, letter.outgoing.kind, "stored", again.doubt, again.event.id)


async def _is_lost_as_a_whole(people: Stores, letter: DeadLetter) -> bool:
    """Whether the push that was to go instead of a reply's last messages has shared its fate after all."""
    if not letter.elsewhere:
        return False
    old, journal = letter.outgoing, people.journal
    row = await journal.row_of(old.event)
    number = old.number + 1
    end = None if row is None else row.ends.get(number)
    if end is not None:
        return end.how == WITH_REPLY
    name = f"{old.event}#{number}"
    lying = (await people.contacts.load([letter.contact])).get(letter.contact)
    if lying is not None and any(call.id == name for call in lying.outgoing):
        return False
    return not await journal.letters_of([name])


async def _decide_again(people: Stores, event: GivenUp, actor: str) -> Handling:
    if event.handled is not None:
        raise HandledBefore(event.handled)
    now = await now_among(people)
    line = _line("resent", event, actor, now)
    details = (f"by {actor}",)
    row = TimelineRow(f"{event.name}#again{event.tries}", event.contact, 0, now, "resent: event", details)
    await people.given_up.decide_again(event, actor, row, line)
    return Handling(event.name, EVENT, "stored", event=event.name)


def _row(letter: DeadLetter, again: OnceMore, actor: str) -> TimelineRow:
    calls = () if again.call is None else (again.call.kind,)
    what = event_words(again.event) if again.call is not None else f"resent: {letter.outgoing.kind}"
    details = (f"by {actor}", letter.name)
    return TimelineRow(
        again.event.id, letter.contact, letter.part, again.event.at, what, details, calls=calls
    )


def _line(what: AuditKind, one: GivenUp, actor: str, now: datetime) -> AuditRow:
    times = f":{one.tries}" if one.kind == EVENT else ""
    return AuditRow(
        f"{what}:{one.name}{times}", now, actor, what, one.contact, None, (one.kind, one.reason, one.name)
    )


# -- what comes of it


async def _carried(people: Stores, begun: Sequence[Handling], patience: float) -> list[Handling]:
    """What has become of all of them once a running process has had the time."""
    runs = any(one.carried == "stored" for one in begun) and await people.leases.somebody_runs()
    if not runs:
        return list(begun)
    found = [replace(one, carried="under-way") if one.carried == "stored" else one for one in begun]
    with suppress(TimeoutError):
        async with asyncio.timeout(patience):
            while waiting := [one.event for one in found if one.carried == "under-way" and one.event]:
                became = await people.given_up.became(waiting)
                found = [_with_end(one, became.get(one.event or "")) for one in found]
                await asyncio.sleep(max(BETWEEN, len(waiting) * BETWEEN_EACH))
    return found


def _with_end(one: Handling, became: WhatBecame | None) -> Handling:
    if one.carried != "under-way" or became is None:
        return one
    if one.kind == EVENT or not became.calls:
        carried: Mapping[str | None, HandlingEnd] = {"done": "decided", "aside": "aside"}
        return replace(one, carried=carried.get(became.state, "under-way"))
    return one if became.end is None else replace(one, carried="ended", end=became.end)
