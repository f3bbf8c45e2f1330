"""Warns, before an edit is published, of what it would do to broadcasts: to those that were sent, and where
messages run short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.broadcasts.content import fingerprint
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import underlined


@dataclass(frozen=True, slots=True)
class SentBroadcast:
    """A broadcast that has begun to go out."""

    name: str
    at: datetime
    """The time that the playbook had for it."""
    content: str
    """The `fingerprint` of its messages."""
    began: datetime
    """When it began: at that time, or before by hand."""


def changed_after_sending(
    playbook: Playbook, sent: Sequence[SentBroadcast], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-already-sent`: an error for each broadcast with a fixed time that has gone out, and whose
    time or messages this playbook changes."""
    return list(underlined(_changed(playbook, sent), sources))


def _changed(playbook: Playbook, sent: Sequence[SentBroadcast]) -> Iterator[Problem]:
    for name, broadcast in playbook.broadcasts.items():
        if broadcast.at is None:  # a repeating one changes from its next time, one by hand as one likes
            continue
        before = [one for one in sent if one.name == name]
        if not before or any(_is_the_same(broadcast, one) for one in before):
            continue
        at = max(one.began for one in before).astimezone(playbook.zone)
        message = tr(
            "the broadcast {name} was sent at {moment}: changed now it would reach nobody, or everybody"
            " again",
            name=quoted(name),
            moment=f"{at:%Y-%m-%d %H:%M}",
        )
        hint = tr("put it back as it was, and write the new one under a name of its own")
        yield mistake(broadcast.place, "broadcast-already-sent", message, hint=hint)


def _is_the_same(broadcast: Broadcast, sent: SentBroadcast) -> bool:
    """Whether time and messages are those that were sent."""
    return broadcast.at == sent.at and fingerprint(broadcast) == sent.content


def over_quota(
    playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int], sources: Mapping[str, str]
) -> list[Problem]:
    """`broadcast-over-quota`: a warning for each broadcast with more recipients than messages are left.

    `sizes` are the recipients of this month's broadcasts, by name; `left` the messages that are left this
    month, by channel, as LINE last reported. More can be bought until then.
    """
    return list(underlined(_over(playbook, sizes, left), sources))


def _over(playbook: Playbook, sizes: Mapping[str, int], left: Mapping[str, int]) -> Iterator[Problem]:
    for name, people in sizes.items():
        broadcast = playbook.broadcasts[name]
        there = left.get(broadcast.channel)
        if there is None or people <= there:
            continue
        message = tr(
            "{name} goes to {people} people, and {channel} has {left} messages left this month",
            name=quoted(name),
            people=f"{people:,}",
            channel=broadcast.channel,
            left=f"{there:,}",
        )
        if broadcast.if_quota_short == "refuse":
            hint = tr("it would not go out: buy more, or write  if_quota_short: send_part")
        else:
            hint = tr("only some would get it: buy more, or choose fewer people")
        yield mistake(broadcast.place, "broadcast-over-quota", message, hint=hint, level="warning")
