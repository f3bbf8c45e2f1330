"""How a broadcast stands, in words: its state, why it waits, why it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.model.broadcast import SendingHold, SendingState
from bot.model.translatable import Translatable, tr


class HasState(Protocol):
    """A sending, or what is answered of one."""

    @property
    def state(self) -> SendingState: ...

    @property
    def why(self) -> str | None: ...


STATES: Mapping[SendingState, Translatable] = {
    "planned": tr("planned"),
    "gathering": tr("looking for who gets it"),
    "sending": tr("being sent"),
    "cancelling": tr("being cancelled"),
    "done": tr("sent"),
    "cancelled": tr("cancelled"),
    "missed": tr("missed: nothing ran when its time came"),
    "refused": tr("not sent"),
}
HOLDS: Mapping[SendingHold, Translatable] = {
    "paused": tr("it is paused"),
    "file": tr("the file says that it does not go out"),
    "brake": tr("all pushes are stopped:  oaflow stop status"),
    "quiet": tr("these are its quiet hours"),
    "quota": tr("LINE says that the month's messages are used up"),
    "token": tr("LINE refuses the channel's access token"),
    "refused": tr("LINE refuses its messages: see the log"),
    "rate": tr("LINE limits how fast it goes"),
    "line": tr("LINE does not answer"),
    "edited": tr("it was edited while it goes out: put it back as it was, or cancel it"),
    "gone": tr("the playbook that is live does not have it any more"),
    "changed": tr("its text or audience is not what was shown: confirm it on its page, or cancel it"),
    "more": tr("many more would get it than were shown: confirm it on its page, or cancel it"),
    "cost": tr("it costs more than was shown, or too few messages are left: confirm it, or cancel it"),
}
ENDS: Mapping[str, Translatable] = {
    "nobody": tr("nobody is in its audience"),
    "quota": tr("there are not enough messages left this month"),
    "empty": tr("nothing of it can be sent"),
    "late": tr("more than an hour late"),
    "file": tr("by the file"),
    "staff": tr("by staff"),
    "by-hand": tr("it was sent by hand before"),
    "repeated": tr("the same is being sent already, or was a short time ago"),
}


def state_of(sending: HasState) -> Translatable:
    """Its state, with why it has ended so."""
    state = STATES[sending.state]
    if (why := ENDS.get(sending.why or "")) is None or sending.state == "missed":
        return state
    return tr("{state}, {why}", state=state, why=why)
