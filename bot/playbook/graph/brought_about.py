"""Which news steps bring about, and how far a flow goes without a rest."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.step import Step, Steps

START = "start "
"""What the beginning of a flow is called among the news: `start welcome`."""


def done(steps: Steps) -> Iterator[tuple[Step, str]]:
    """Each step with each piece of news that it brings about: kind and subject, `tag_added VIP`."""
    for step in steps:
        yield from ((step, target) for target in brought_about(step))


def brought_about(step: Step) -> Iterator[str]:
    """The news of one step. That adding a tag that is on is none, is for the caller to see."""
    yield from (f"tag_added {tag}" for tag in step.adds_tags)
    yield from (f"tag_removed {tag}" for tag in step.removes_tags)
    yield from (f"attribute_changed {key}" for key in step.changes)
    if step.raises is not None:
        yield f"signal {step.raises}"
    if step.starts is not None:
        yield START + step.starts


def passing(flow: Flow) -> dict[str, list[str]]:
    """Where one goes at once from the states that nobody rests in."""
    return {n: [str(i.to) for i in s.branch] for n, s in flow.states.items() if not s.rests and not s.end}
