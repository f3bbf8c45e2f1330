"""`oaflow broadcast status`: how far the sendings of one are, and who did not get it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cli.order import CommandOrder, carried_out
from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    SkippedPeople,
    SkippedPerson,
    left_out_of,
    standing_of,
    why_left_out,
)
from bot.operations.broadcasts.progress_words import in_lines
from bot.operations.payload import as_json
from bot.operations.resolve_name import broadcast_of
from bot.playbook.similar import printable
from bot.sms.phone import national

SHOWN = 20
"""People who did not get it that are shown one by one, unless `--most` says how many."""
SHOWN_TO_PROGRAMS = 1_000
"""The same with `--json`."""

NONE_SKIPPED = SkippedPeople((), 0)


@carried_out()
async def status(order: CommandOrder) -> None:
    """Print how far a broadcast is."""
    playbook = order.playbook
    broadcast = broadcast_of(playbook, order.name)
    people = await order.people()
    [found] = await standing_of(people, playbook, [broadcast])
    last = next((one for one in found.sendings if one.began is not None), found.last_sent)
    most = order.options.most or (SHOWN_TO_PROGRAMS if order.options.json else SHOWN)
    out = NONE_SKIPPED if last is None else await left_out_of(people, last.sending, most)
    not_reached = [_left_out_payload(one) for one in out.people]
    payload = {**as_json(found), "not_reached": not_reached, "not_reached_rest": out.rest}
    order.show(payload, *_lines(found, playbook), *skipped_lines(out, broadcast.name, playbook))


def _left_out_payload(one: SkippedPerson) -> dict[str, object]:
    contact = None if one.shown is None else one.shown.contact
    name, phone = (None, None) if contact is None else (contact.name, contact.phone)
    phone = phone and national(phone)
    return {"contact": one.contact, "name": name, "phone": phone, "why": one.why, "line": one.said}


def _lines(found: BroadcastStanding, playbook: Playbook) -> Iterator[Translatable]:
    if not found.sendings:
        yield tr("{name}: was not sent yet", name=found.broadcast)
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
