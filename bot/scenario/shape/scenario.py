"""The language of scenario files as one JSON Schema, put together from the tables of this folder."""

from __future__ import annotations

from bot.model.translatable import Translatable, tr
from bot.playbook.shape.formats import FORMATS as OF_PLAYBOOKS
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.shape.words import FILLED, Schema, Word, kinds, record
from bot.scenario.shape import acts, checks, given
from bot.scenario.shape.formats import FORMATS

STEPS: dict[str, Word] = {**acts.ACTS, **checks.CHECKS}
"""Every kind of step."""


def _in_two_steps(first: str, second: str) -> Translatable:
    return tr("write two steps:  - {first}: …  and  - {second}: …", first=first, second=second)


_STEP: Schema = {
    **record("a word with its value", STEPS),
    "title": "step",
    "unknown": "scenario-unknown-step",
    "usual": "user",
    **kinds("a step", list(STEPS), apart=_in_two_steps),
}
_FILE: dict[str, Word] = {
    "scenario": Word(FILLED, 1, "What this conversation tries. 這段對話在試什麼", "這段對話在試什麼"),
    "given": Word(
        record("what there is before", given.GIVEN),
        1,
        "What there is before the first step. 開始之前",
        "{now: 2026-09-01 14:00}",
    ),
    "steps": Word(
        given.list_or_one("step", "a list of steps"),
        1,
        "What happens, and what is expected. 步驟",
        "[{user: 你好}, {bot: 您好}]",
    ),
}
"""The keys of a scenario file."""

SCENARIO = Vocabulary(
    {
        "title": "scenario",
        "description": "A conversation that a playbook must pass, as oaflow reads it.",
        **record('"scenario", "given" and "steps"', _FILE, required=["scenario", "steps"]),
    },
    {**given.DEFINITIONS, **acts.DEFINITIONS, **checks.DEFINITIONS, "step": _STEP},
    strict={},
    loose={**FORMATS, **{name: OF_PLAYBOOKS[name] for name in ("filled", "file")}},
    sections=_FILE,
)
"""One scenario file; which names there are is looked up in the playbook when it is read."""
