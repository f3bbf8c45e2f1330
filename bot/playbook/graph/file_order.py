"""Rules of two files that hear the same, where only the files' names decide which is first."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.model.problem import Problem
from bot.model.said import say
from bot.playbook.codes import mistake
from bot.playbook.graph.ears import Ears, WholeText, pieces
from bot.playbook.graph.implication import form_of, never_together
from bot.playbook.graph.shadows import hears_more, piece_words
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import shown


def order_by_path(survey: Survey, ordered: Collection[str]) -> Iterator[Problem]:
    """`order-by-path`: told once for two files; `ordered` are those that `rule_order` names."""
    rules = [rule for rule in survey.playbook.rules if not rule.also]
    if len({rule.place.file for rule in rules} - set(ordered)) < 2:
        return
    ears = Ears(list(enumerate(rules)))
    told: set[tuple[str, str]] = set()
    for number, rule in enumerate(rules):
        for piece in (p for trigger in rule.when for p in pieces(trigger) if isinstance(p, WholeText)):
            for other in (rules[n] for n in ears.hearing(piece) if n < number):
                files = (other.place.file, rule.place.file)
                if files in told or files[0] == files[1] or not set(files).isdisjoint(ordered):
                    continue
                if other.interrupt != rule.interrupt or never_together(
                    [form_of(other.condition), form_of(rule.condition)]
                ):
                    continue
                told.add(files)
                message = say(
                    "{heard} is heard in {file} as well, first by its name alone",
                    heard=shown(piece_words(piece)),
                    file=files[0],
                )
                note = say(
                    "the other rule: {file}, line {line}", file=other.place.file, line=other.place.line
                )
                first, second = reversed(files) if hears_more(other, piece) else files
                hint = say(
                    "say which comes first, in bot.yaml:  rule_order: [{first}, {second}]",
                    first=first,
                    second=second,
                )
                yield mistake(rule.place, "order-by-path", message, hint=hint, note=note, level="warning")
