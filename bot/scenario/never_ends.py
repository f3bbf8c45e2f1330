"""That more happens in one step of a scenario than anybody could have meant."""

from __future__ import annotations

from bot.model.said import Refusal, say


class NeverEnds(Refusal):
    """What goes on and on; `said` is for people."""


def too_many_timers(most: int, flow: str, at: str) -> NeverEnds:
    """More than `most` timers, the last of this flow (empty: of none) at this time of the playbook's zone."""
    number = f"{most:,}"
    if not flow:
        return NeverEnds(
            say("more than {most} timers go off in this step, the last at {at}", most=number, at=at)
        )
    return NeverEnds(
        say(
            "more than {most} timers go off in this step, the last in the flow {flow}, at {at}",
            most=number,
            flow=flow,
            at=at,
        )
    )


def too_many_days(days: int) -> NeverEnds:
    """Time that goes on by more days than audiences can be watched over."""
    return NeverEnds(
        say("audiences are watched, so that time can go on by {days} days at once at most", days=f"{days:,}")
    )
