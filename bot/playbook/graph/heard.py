"""Checks that the results of asking for promotions are heard by rules; for the checks of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.conditions.comparisons import Is
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import test_implies
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted


def unhandled(
    survey: Survey,
    place: Place,
    about: tuple[str, str],
    results: Iterable[str],
    says: Callable[[Quoted, Listing], Translatable],
    how: str = "push",
) -> Iterator[Problem]:
    """`outcome-unhandled`: no rule hears some of these results.

    `about` is the news and the name of the promotion. `says` makes the message from the name and those
    results; `how` is the action to propose for the answer.
    """
    heard = [trigger for trigger, _ in survey.triggers]
    lost = [one for one in results if not any(hears_result(trigger, *about, one) for trigger in heard)]
    if lost:
        news, name = about
        hint = tr(
            "add  - {when: {{heard}}, {how}: …}", heard=f"{news}: {name}, result: {listed(lost)}", how=how
        )
        message = says(quoted(name), row(lost, "or"))
        yield mistake(place, "outcome-unhandled", message, hint=hint, level="warning")


def hears_result(trigger: Trigger, kind: str, name: str, result: str) -> bool:
    """Whether a trigger hears this result of the news `kind` about this name."""
    if not isinstance(trigger, OnNews) or trigger.kind != kind:
        return False
    if trigger.subjects is not None and name not in trigger.subjects:
        return False
    return all(test_implies(Is((result,)), test) for field in trigger.where for test in field.tests)


def listed(words: Sequence[str]) -> str:
    """Words as a value of YAML: one, or a list of them."""
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
