"""How a scenario fails: a step does not come out as written (`Failed`), or does not end (`NeverEnds`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.model.place import Place
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a `bot` step expected, and what the bot says there now."""

    expected: tuple[TranslatableValue, ...]
    """Each expected message in words."""
    says: tuple[TranslatableValue, ...]
    """Each message of the bot in words; empty: it is silent."""
    written: tuple[str, ...]
    """The messages of the bot as YAML of a `bot` step."""


class Failed(Exception):
    """A step did not come out as it is written. The message is for people.

    `missing` are messages that were expected and did not come; `notes` is what else helps to understand;
    `answer` is what the bot says now where a `bot` step fails.
    """

    def __init__(
        self,
        place: Place,
        message: Translatable,
        missing: Sequence[TranslatableValue] = (),
        notes: Sequence[Translatable] = (),
        answer: NewAnswer | None = None,
    ) -> None:
        super().__init__(str(message))
        self.place = place
        self.message = message
        self.missing = tuple(missing)
        self.notes = tuple(notes)
        self.answer = answer


class NeverEnds(Refusal):
    """A step that does not end; the message is for people."""


def too_many_timers(most: int, flow: str, at: str) -> NeverEnds:
    """More than `most` timers, the last of this flow (empty: of none) at this time of the playbook's zone."""
    number = f"{most:,}"
    if not flow:
        return NeverEnds(
            tr("more than {most} timers go off in this step, the last at {at}", most=number, at=at)
        )
    return NeverEnds(
        tr(
            "more than {most} timers go off in this step, the last in the flow {flow}, at {at}",
            most=number,
            flow=flow,
            at=at,
        )
    )


def too_slow(seconds: float) -> NeverEnds:
    """A scenario that takes longer than these seconds in a process that also serves a bot."""
    return NeverEnds(tr("this scenario takes longer than {seconds} s here", seconds=ceil(seconds)))


def too_many_days(days: int) -> NeverEnds:
    """A wait of more days than audiences can be watched over in one step."""
    return NeverEnds(
        tr("audiences are watched, so that time can go on by {days} days at once at most", days=f"{days:,}")
    )
