"""`oaflow broadcast list|status`: how broadcasts stand, and how far their sendings are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.cli.dates import to_the_second
from bot.cli.order import CommandOrder, carried_out
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import GroupFigures, Sending, SendingState
from bot.model.translatable import Translatable, row, tr
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    SendingProgress,
    SkippedPeople,
    SkippedPerson,
    left_out_of,
    standing_of,
    why_left_out,
)
from bot.operations.broadcasts.standing_words import HOLDS, STATES, state_of
from bot.operations.payload import pick
from bot.operations.resolve_name import broadcast_of
from bot.playbook.similar import printable
from bot.sms.phone import national


def in_one_line(found: SendingProgress) -> Translatable:
    """The line that is shown while it runs."""
    sending, whole = found.sending, found.figures.whole
    if sending.held is not None:
        return tr("{state}, waits: {why}", state=STATES[sending.state], why=HOLDS[sending.held])
    if sending.state == "gathering":
        return tr("looking for who gets it: {number} people so far", number=f"{sending.people:,}")
    reached, people = f"{whole.got:,}", f"{whole.meant:,}"
    if found.rate is None or found.left is None:
        return tr("{reached} of {people} people", reached=reached, people=people)
    return tr(
        "{reached} of {people} people, {rate} a second, {left} left",
        reached=reached,
        people=people,
        rate=f"{found.rate:,.0f}",
        left=_span(found.left),
    )


def _span(left: timedelta) -> str:
    minutes, seconds = divmod(round(left.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def in_lines(found: SendingProgress, playbook: Playbook) -> Iterator[Translatable]:
    """All of one sending."""
    sending, zone = found.sending, playbook.zone
    at = to_the_second(zone)
    state = state_of(sending)
    yield tr("{name}  {moment}  {state}", name=sending.broadcast, moment=at(sending.moment), state=state)
    if sending.held is not None and not sending.is_over:
        yield tr("    waits since {moment}: {why}", moment=_since(found, zone), why=HOLDS[sending.held])
    if found.figures.groups:
        yield tr("    {progress}", progress=in_one_line(_without_hold(found)))
    if len(found.figures.groups) > 1:
        for name, group in found.figures.groups.items():
            if group.people and not group.meant:
                number = f"{group.people:,}"
                yield tr("    {group}: {number} people, who get nothing", group=name, number=number)
            else:
                yield tr("    {group}: {progress}", group=name, progress=_of_group(group))
    for why, people in sorted(found.figures.whole.left_out.items()):
        if why == "nothing" and len(found.figures.groups) > 1:
            continue  # their group says so
        yield tr(
            "    {number} people: {why}",
            number=f"{people:,}",
            why=why_left_out(why, sending.broadcast, playbook),
        )


def _since(found: SendingProgress, zone: ZoneInfo) -> str:
    return to_the_second(zone)(found.sending.held_since or found.now)


def _without_hold(found: SendingProgress) -> SendingProgress:
    """The same with its figures; why it waits is shown already."""
    state: SendingState = "sending" if found.sending.state == "gathering" else found.sending.state
    return replace(found, sending=replace(found.sending, held=None, state=state))


def _of_group(group: GroupFigures) -> Translatable:
    return tr("{reached} of {people} people", reached=f"{group.got:,}", people=f"{group.meant:,}")


def progress_payload(found: SendingProgress) -> dict[str, object]:
    """How far one sending is, for programs."""
    sending, whole, left = found.sending, found.figures.whole, found.left
    return {
        **pick(sending, "broadcast", "channel"),
        "for": sending.moment,
        "state": sending.state,
        "why": sending.why or None,
        "waits": sending.held,
        "waits_since": sending.held_since,
        "paused_by": sending.paused,
        "by": sending.by or None,
        "playbook": sending.number,
        **pick(sending, "began", "ended"),
        **pick(whole, "people", "got", "left_out", "waiting"),
        "a_second": None if found.rate is None else round(found.rate, 1),
        "seconds_left": None if left is None else round(left.total_seconds()),
        "groups": {name: one for name, one in found.figures.groups.items() if name},
    }


SHOWN = 20
"""People who did not get it that are shown one by one, unless `--most` says how many."""
SHOWN_TO_PROGRAMS = 1_000
"""The same with `--json`."""
SHOWN_BESIDE = 2
"""Sendings of a broadcast that a line names beside the last that was sent: planned, missed, refused."""

NONE_SKIPPED = SkippedPeople((), 0)


@carried_out()
async def listed(order: CommandOrder) -> None:
    """Print a line for each broadcast of the playbook."""
    broadcasts = list(order.playbook.broadcasts.values())
    found = await standing_of(await order.people(), order.playbook, broadcasts)
    lines = [_line(one, order.zone) for one in found] or [tr("the playbook has no broadcast")]
    order.show([_payload(one) for one in found], *lines)


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print how far a broadcast is."""
    playbook = order.playbook
    broadcast = broadcast_of(playbook, order.name)
    people = await order.people()
    [found] = await standing_of(people, playbook, [broadcast])
    last = next((one for one in found.sendings if one.sending.began is not None), found.sent)
    most = order.options.most or (SHOWN_TO_PROGRAMS if order.options.json else SHOWN)
    out = NONE_SKIPPED if last is None else await left_out_of(people, last.sending.id, most)
    not_reached = [_left_out_payload(one) for one in out.people]
    payload = {**_payload(found), "not_reached": not_reached, "not_reached_rest": out.rest}
    order.show(payload, *_lines(found, playbook), *skipped_lines(out, broadcast.name, playbook))


def _payload(one: BroadcastStanding) -> dict[str, object]:
    broadcast = one.broadcast
    return {
        "broadcast": broadcast.name,
        "title": broadcast.title or None,
        **pick(broadcast, "channel", "status"),
        "last_sent": None if one.sent is None else progress_payload(one.sent),
        "sendings": [progress_payload(sending) for sending in one.sendings],
    }


def _left_out_payload(one: SkippedPerson) -> dict[str, object]:
    contact = None if one.shown is None else one.shown.contact
    name, phone = (None, None) if contact is None else (contact.name, contact.phone)
    phone = phone and national(phone)
    return {"contact": one.contact, "name": name, "phone": phone, "why": one.why, "line": one.said}


def _line(one: BroadcastStanding, zone: ZoneInfo) -> Translatable:
    """When it was last sent, and what came since then or is to come: planned, missed, refused."""
    name = one.broadcast.name
    found = [] if one.sent is None else [_sent(one.sent, zone)]
    since = None if one.sent is None else one.sent.sending.moment
    others = [of.sending for of in one.sendings if since is None or of.sending.moment > since]
    found += [_state(sending, zone) for sending in reversed(others[:SHOWN_BESIDE])]
    if not found:
        return tr("{name}: was not sent yet", name=name)
    return tr("{name}: {told}", name=name, told=row(found, "semicolon"))


def _sent(found: SendingProgress, zone: ZoneInfo) -> Translatable:
    got, people = f"{found.figures.whole.got:,}", f"{found.figures.whole.meant:,}"
    state = _state(found.sending, zone)
    return tr("{state}, {reached} of {people} people", state=state, reached=got, people=people)


def _state(sending: Sending, zone: ZoneInfo) -> Translatable:
    state = state_of(sending)
    if sending.held is not None and not sending.is_over:
        state = tr("{state}, waits: {why}", state=state, why=HOLDS[sending.held])
    return tr("{moment} {state}", moment=to_the_second(zone)(sending.moment), state=state)


def _lines(found: BroadcastStanding, playbook: Playbook) -> Iterator[Translatable]:
    if not found.sendings:
        yield tr("{name}: was not sent yet", name=found.broadcast.name)
    for one in found.sendings:
        yield from in_lines(one, playbook)


def skipped_lines(out: SkippedPeople, broadcast: str, playbook: Playbook) -> Iterator[Translatable]:
    """Who did not get it, and why, as  oaflow contact show  takes them."""
    for one in out.people:
        contact, why = " ".join(_skipped_cells(one)), why_left_out(one.why, broadcast, playbook)
        if one.said:
            yield tr("    {contact}: {why}: {said}", contact=contact, why=why, said=one.said)
        else:
            yield tr("    {contact}: {why}", contact=contact, why=why)
    if out.rest:
        yield tr("    and {number} more:  --most N  has more", number=f"{out.rest:,}")


def _skipped_cells(one: SkippedPerson) -> Iterator[str]:
    yield one.contact
    if one.shown is not None:
        contact = one.shown.contact
        if contact.name:
            yield printable(contact.name)
        if contact.phone is not None:
            yield national(contact.phone)
