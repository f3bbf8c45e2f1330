"""`oaflow broadcast list` and `status`: how far sendings are, in words and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.app.database import OpenDatabase
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.dates import to_the_second
from bot.cli.figures_source import whose_people
from bot.cli.on_database import on_database
from bot.cli.playbook_folder import folder_and_name
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import GroupFigures, Sending, SendingHold, SendingState
from bot.model.said import Language, Said, row, say
from bot.operations.broadcasts.progress import (
    BroadcastStanding,
    LeftOutShown,
    SendingProgress,
    WhoWasLeftOut,
    left_out_of,
    standing_of,
    why_left_out,
)
from bot.operations.resolve_name import broadcast_of
from bot.playbook.similar import printable
from bot.playbook.valid import ValidPlaybook
from bot.sms.phone import national

STATES: Mapping[SendingState, Said] = {
    "planned": say("planned"),
    "gathering": say("looking for who gets it"),
    "sending": say("being sent"),
    "cancelling": say("being cancelled"),
    "done": say("sent"),
    "cancelled": say("cancelled"),
    "missed": say("missed: nothing ran when its time came"),
    "refused": say("not sent"),
}
HOLDS: Mapping[SendingHold, Said] = {
    "paused": say("it is paused"),
    "file": say("the file says that it does not go out"),
    "brake": say("all pushes are stopped:  oaflow stop status"),
    "quiet": say("these are its quiet hours"),
    "quota": say("LINE says that the month's messages are used up"),
    "token": say("LINE refuses the channel's access token"),
    "refused": say("LINE refuses its messages: see the log"),
    "rate": say("LINE limits how fast it goes"),
    "line": say("LINE does not answer"),
    "edited": say("it was edited while it goes out: put it back as it was, or cancel it"),
    "gone": say("the playbook that is live does not have it any more"),
}
ENDS: Mapping[str, Said] = {
    "nobody": say("nobody is in its audience"),
    "quota": say("there are not enough messages left this month"),
    "empty": say("nothing of it can be sent"),
    "late": say("more than an hour late"),
    "file": say("by the file"),
    "staff": say("by staff"),
    "by-hand": say("it was sent by hand before"),
    "repeated": say("the same is being sent already, or was a short time ago"),
}


def in_one_line(found: SendingProgress) -> Said:
    """What is said while one waits for it."""
    sending, whole = found.sending, found.figures.whole
    if sending.held is not None:
        return say("{state}, waits: {why}", state=STATES[sending.state], why=HOLDS[sending.held])
    if sending.state == "gathering":
        return say("looking for who gets it: {number} people so far", number=f"{sending.people:,}")
    reached, people = f"{whole.got:,}", f"{whole.meant:,}"
    if found.rate is None or found.left is None:
        return say("{reached} of {people} people", reached=reached, people=people)
    return say(
        "{reached} of {people} people, {rate} a second, {left} left",
        reached=reached,
        people=people,
        rate=f"{found.rate:,.0f}",
        left=_span(found.left),
    )


def _span(left: timedelta) -> str:
    minutes, seconds = divmod(round(left.total_seconds()), 60)
    return f"{minutes}:{seconds:02}"


def in_lines(found: SendingProgress, playbook: Playbook) -> Iterator[Said]:
    """All of one sending."""
    sending, zone = found.sending, playbook.zone
    at = to_the_second(zone)
    state = state_of(sending)
    yield say("{name}  {moment}  {state}", name=sending.broadcast, moment=at(sending.moment), state=state)
    if sending.held is not None and not sending.is_over:
        yield say("    waits since {moment}: {why}", moment=_since(found, zone), why=HOLDS[sending.held])
    if found.figures.groups:
        yield say("    {progress}", progress=in_one_line(_without_hold(found)))
    if len(found.figures.groups) > 1:
        for name, group in found.figures.groups.items():
            if group.people and not group.meant:
                number = f"{group.people:,}"
                yield say("    {group}: {number} people, who get nothing", group=name, number=number)
            else:
                yield say("    {group}: {progress}", group=name, progress=_of_group(group))
    for why, people in sorted(found.figures.whole.left_out.items()):
        if why == "nothing" and len(found.figures.groups) > 1:
            continue  # their group says so
        yield say(
            "    {number} people: {why}",
            number=f"{people:,}",
            why=why_left_out(why, sending.broadcast, playbook),
        )


def _since(found: SendingProgress, zone: ZoneInfo) -> str:
    return to_the_second(zone)(found.sending.held_since or found.now)


def _without_hold(found: SendingProgress) -> SendingProgress:
    """The same with its figures, for why it waits is told already."""
    state: SendingState = "sending" if found.sending.state == "gathering" else found.sending.state
    return replace(found, sending=replace(found.sending, held=None, state=state))


def _of_group(group: GroupFigures) -> Said:
    return say("{reached} of {people} people", reached=f"{group.got:,}", people=f"{group.meant:,}")


def state_of(sending: Sending) -> Said:
    """How it stands, with why it has ended so."""
    state = STATES[sending.state]
    if (why := ENDS.get(sending.why)) is None or sending.state == "missed":
        return state
    return say("{state}, {why}", state=state, why=why)


def told(found: SendingProgress) -> dict[str, object]:
    """For programs."""
    sending, whole = found.sending, found.figures.whole
    left = found.left
    return {
        "broadcast": sending.broadcast,
        "channel": sending.channel,
        "for": sending.moment,
        "state": sending.state,
        "why": sending.why or None,
        "waits": sending.held,
        "waits_since": sending.held_since,
        "paused_by": sending.paused,
        "by": sending.by or None,
        "playbook": sending.number,
        "began": sending.began,
        "ended": sending.ended,
        "people": whole.people,
        "got": whole.got,
        "left_out": dict(whole.left_out),
        "waiting": whole.waiting,
        "a_second": None if found.rate is None else round(found.rate, 1),
        "seconds_left": None if left is None else round(left.total_seconds()),
        "groups": {
            name: {"people": one.people, "got": one.got, "left_out": dict(one.left_out)}
            for name, one in found.figures.groups.items()
            if name
        },
    }


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
