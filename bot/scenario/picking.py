"""What a date picker gives when a scenario taps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.said import say
from bot.playbook.shape import times
from bot.playbook.shape.faults import FormatCheck
from bot.playbook.shape.meant_times import meant_clocks, meant_dates
from bot.playbook.similar import shown
from bot.scenario.failure import Failed
from bot.scenario.steps import TapsButton

_GIVES: Mapping[str, tuple[FormatCheck, str]] = {
    "date": (times.day, "2026-12-01"),
    "time": (times.time, "09:30"),
    # LINE's picker gives no 24:00
    "datetime": (lambda text: times.moment(text) or times.time(text[-5:]), "2026-12-01 09:30"),
}
"""What a picker of each mode gives: how it is told, and an example."""


def picked(step: TapsButton, action: Mapping[str, Any]) -> dict[str, str]:
    """What the picker of this button gives, by its mode. Raises `Failed` where it cannot give that."""
    if step.picks is None:
        raise Failed(
            step.place, say("this opens a date picker"), notes=[say("add what is picked:  picks: 2026-09-01")]
        )
    mode = str(action.get("mode", "datetime"))
    _check_form(step, step.picks, mode)
    pick = step.picks.replace(" ", "T") if mode == "datetime" else step.picks
    least, most = str(action.get("min", pick)), str(action.get("max", pick))
    if not least.upper() <= pick <= most.upper():
        offers = {"least": str(action.get("min", "…")), "most": str(action.get("max", "…"))}
        raise Failed(
            step.place,
            say("{picked} cannot be picked here", picked=shown(step.picks)),
            notes=[say("the picker offers {least} to {most}", **offers)],
        )
    return {mode: pick}


def _check_form(step: TapsButton, picks: str, mode: str) -> None:
    """Fail where a picker of this mode gives nothing that looks so: `12/1` has no year."""
    wrong, example = _GIVES[mode]
    if wrong(picks.replace("T", " ")) is None:
        return
    meant = meant_clocks(picks) if mode == "time" else meant_dates(picks)
    raise Failed(
        step.place,
        say(
            "{picked} is not what this picker gives, such as {example}", picked=shown(picks), example=example
        ),
        notes=[say("write  picks: {meant}", meant=meant)] if wrong(meant) is None else [],
    )
