"""How far a sending is, in words and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.cli.clock_words import to_the_second
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import GroupFigures, Sending, SendingHold, SendingState
from bot.model.said import Said, say
from bot.operations.broadcasts.progress import SendingProgress, why_left_out

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
