"""That a scenario has failed: at which step, what was expected; or that it does not end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from bot.model.place import Place
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What a `bot` step expected, and what the bot says there now, each message in words; `written`: the same
    as things of a `bot` step, in YAML. Nothing: the bot is silent."""

    expected: tuple[TranslatableValue, ...]
    says: tuple[TranslatableValue, ...]
    written: tuple[str, ...]


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
    """A scenario that has not come to its end within these seconds of a processor that others need."""
    return NeverEnds(tr("this scenario takes longer than {seconds} s here", seconds=ceil(seconds)))


def too_many_days(days: int) -> NeverEnds:
    """Time that goes on by more days than audiences can be watched over."""
    return NeverEnds(
        tr("audiences are watched, so that time can go on by {days} days at once at most", days=f"{days:,}")
    )
