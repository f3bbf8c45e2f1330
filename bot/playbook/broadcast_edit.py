"""What an edit would do to broadcasts: to those that were sent, to the month's messages (language, 15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.broadcasts.content import fingerprint
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.underline import underlined
from bot.playbook.similar import shown


@dataclass(frozen=True, slots=True)
class SentBroadcast:
    """One that `began` to go out, at its own time `at` or by hand before that, and what it said."""

    name: str
    at: datetime
    content: str
    began: datetime


def changed_after_sending(
    playbook: Playbook, sent: Sequence[SentBroadcast], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-already-sent`: what goes out once has gone out, and says or comes otherwise now. Errors."""
    return list(underlined(_changed(playbook, sent), sources))


def _changed(playbook: Playbook, sent: Sequence[SentBroadcast]) -> Iterator[Problem]:
    for name, broadcast in playbook.broadcasts.items():
        if broadcast.at is None:  # a repeating one changes from its next time, one by hand as one likes
            continue
        before = [one for one in sent if one.name == name]
        if not before or any(_is_the_same(broadcast, one) for one in before):
            continue
        at = max(one.began for one in before).astimezone(playbook.zone)
        message = say(
            "the broadcast {name} was sent at {moment}: changed now it would reach nobody, or everybody"
            " again",
            name=shown(name),
            moment=f"{at:%Y-%m-%d %H:%M}",
        )
        hint = say("put it back as it was, and write the new one under a name of its own")
        yield mistake(broadcast.place, "broadcast-already-sent", message, hint=hint)


def _is_the_same(broadcast: Broadcast, sent: SentBroadcast) -> bool:
    return broadcast.at == sent.at and fingerprint(broadcast) == sent.content


def over_quota(
    playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-over-quota`: `sizes` of those that come this month, more than the messages that are `left`
    on their channel, as LINE last told. Warnings: more can be bought until then."""
    return list(underlined(_over(playbook, sizes, left), sources))


def _over(playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int]) -> Iterator[Problem]:
    for name, people in sizes.items():
        broadcast = playbook.broadcasts[name]
        there = left.get(broadcast.channel)
        if there is None or people <= there:
            continue
        message = say(
            "{name} goes to {people} people, and {channel} has {left} messages left this month",
            name=shown(name),
            people=f"{people:,}",
            channel=broadcast.channel,
            left=f"{there:,}",
        )
        if broadcast.if_quota_short == "refuse":
            hint = say("it would not go out: buy more, or write  if_quota_short: send_part")
        else:
            hint = say("only some would get it: buy more, or choose fewer people")
        yield mistake(broadcast.place, "broadcast-over-quota", message, hint=hint, level="warning")
