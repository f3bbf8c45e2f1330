"""How far a sending is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.connectors.sms.phone import national
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import GroupFigures, SendingState
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.progress import SendingProgress, SkippedPeople, SkippedPerson, why_left_out
from bot.operations.broadcasts.standing_words import HOLDS, STATES, state_of
from bot.playbook.similar import printable


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def in_one_line(found: SendingProgress) -> Translatable:
    """The line that is shown while it runs."""
    sending, whole = found.stored, found.figures.whole
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
    sending, zone = found.stored, playbook.zone
    state = state_of(sending)
    yield tr(
        "{name}  {moment}  {state}", name=sending.broadcast, moment=_at(sending.moment, zone), state=state
    )
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
    return _at(found.waits_since or found.now, zone)


def _without_hold(found: SendingProgress) -> SendingProgress:
    """The same with its figures; why it waits is shown already."""
    state: SendingState = "sending" if found.state == "gathering" else found.state
    return replace(found, stored=replace(found.stored, held=None, state=state))


def _of_group(group: GroupFigures) -> Translatable:
    return tr("{reached} of {people} people", reached=f"{group.got:,}", people=f"{group.meant:,}")


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
