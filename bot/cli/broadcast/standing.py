"""`oaflow broadcast list` and `status`."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.broadcast.told import HOLDS, in_lines, state_of, told
from bot.cli.clock_words import to_the_second
from bot.cli.folder_and_words import folder_and_name
from bot.cli.on_database import on_database
from bot.cli.whose_people import whose_people
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.said import Language, Said, row, say
from bot.operations.broadcasts.named_broadcast import broadcast_of
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    LeftOutShown,
    SendingProgress,
    WhoWasLeftOut,
    left_out_of,
    standing_of,
    why_left_out,
)
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook
from bot.sms.phone import national

SHOWN = 20
"""People who did not get it that are shown one by one, unless `--most` says how many."""
SHOWN_TO_PROGRAMS = 1_000
"""The same with `--json`."""
SHOWN_BESIDE = 2
"""Sendings of a broadcast that a line names beside the last that was sent: planned, missed, refused."""

NOBODY = LeftOutShown((), 0)


def listed(wanted: Arguments, words: Language) -> int:
    """Print a line for each broadcast of the playbook; the exit code."""

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        people = await whose_people(opened, words)
        found = await standing_of(people, playbook, list(playbook.broadcasts.values()))
        lines = [words.text(_line(one, playbook.zone)) for one in found]
        none = [words.text(say("the playbook has no broadcast"))]
        show_answer([_told(one) for one in found], lines or none, for_programs=wanted.json)

    return on_database(wanted.playbook, work)


def status(wanted: Arguments, words: Language) -> int:
    """Print how far a broadcast is; the exit code."""
    folder, name = folder_and_name(wanted.words)

    async def work(opened: OpenDatabase, served: ValidPlaybook) -> None:
        playbook = served.playbook
        broadcast = broadcast_of(playbook, name)
        people = await whose_people(opened, words)
        [found] = await standing_of(people, playbook, [broadcast])
        last = next((one for one in found.sendings if one.sending.began is not None), found.sent)
        most = wanted.most or (SHOWN_TO_PROGRAMS if wanted.json else SHOWN)
        out = NOBODY if last is None else await left_out_of(people, last.sending.id, most)
        lines = [words.text(line) for line in _lines(found, playbook)]
        lines += [words.text(line) for line in who_lines(out, broadcast.name, playbook)]
        not_reached = [_one_told(one) for one in out.people]
        answer = {**_told(found), "not_reached": not_reached, "not_reached_rest": out.rest}
        show_answer(answer, lines, for_programs=wanted.json)

    return on_database(folder, work)


def _told(one: BroadcastStanding) -> dict[str, object]:
    broadcast = one.broadcast
    return {
        "broadcast": broadcast.name,
        "title": broadcast.title or None,
        "channel": broadcast.channel,
        "status": broadcast.status,
        "last_sent": None if one.sent is None else told(one.sent),
        "sendings": [told(sending) for sending in one.sendings],
    }


def _one_told(one: WhoWasLeftOut) -> dict[str, object]:
    contact = None if one.shown is None else one.shown.contact
    return {
        "contact": one.contact,
        "name": contact and contact.name,
        "phone": contact and contact.phone and national(contact.phone),
        "why": one.why,
        "line": one.said,
    }


def _line(one: BroadcastStanding, zone: ZoneInfo) -> Said:
    """When it was last sent, and what came since then or is to come: planned, missed, refused."""
    name = one.broadcast.name
    told = [] if one.sent is None else [_sent(one.sent, zone)]
    since = None if one.sent is None else one.sent.sending.moment
    others = [found.sending for found in one.sendings if since is None or found.sending.moment > since]
    told += [_state(sending, zone) for sending in reversed(others[:SHOWN_BESIDE])]
    if not told:
        return say("{name}: was not sent yet", name=name)
    return say("{name}: {told}", name=name, told=row(told, "semicolon"))


def _sent(found: SendingProgress, zone: ZoneInfo) -> Said:
    got, people = f"{found.figures.whole.got:,}", f"{found.figures.whole.meant:,}"
    state = _state(found.sending, zone)
    return say("{state}, {reached} of {people} people", state=state, reached=got, people=people)


def _state(sending: Sending, zone: ZoneInfo) -> Said:
    state = state_of(sending)
    if sending.held is not None and not sending.is_over:
        state = say("{state}, waits: {why}", state=state, why=HOLDS[sending.held])
    return say("{moment} {state}", moment=to_the_second(zone)(sending.moment), state=state)


def _lines(found: BroadcastStanding, playbook: Playbook) -> Iterator[Said]:
    if not found.sendings:
        yield say("{name}: was not sent yet", name=found.broadcast.name)
    for one in found.sendings:
        yield from in_lines(one, playbook)


def who_lines(out: LeftOutShown, broadcast: str, playbook: Playbook) -> Iterator[Said]:
    """Who did not get it, and why, as  oaflow contact show  takes them."""
    for one in out.people:
        contact, why = " ".join(_who(one)), why_left_out(one.why, broadcast, playbook)
        if one.said:
            yield say("    {contact}: {why}: {said}", contact=contact, why=why, said=one.said)
        else:
            yield say("    {contact}: {why}", contact=contact, why=why)
    if out.rest:
        yield say("    and {number} more:  --most N  has more", number=f"{out.rest:,}")


def _who(one: WhoWasLeftOut) -> Iterator[str]:
    yield one.contact
    if one.shown is not None:
        contact = one.shown.contact
        if contact.name:
            yield printable(contact.name)
        if contact.phone is not None:
            yield national(contact.phone)
