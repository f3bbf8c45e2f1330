"""What is looked for in stamp cards as a whole, and what an edit would do to what people have (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.conditions.comparisons import Is
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.values import EventTest
from bot.engine.times.local_time import FIRST, start_of_day
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import test_implies
from bot.playbook.graph.reminders import A_MONDAY, never_reminded
from bot.playbook.graph.survey import Survey
from bot.playbook.promotions import Removed, people_have
from bot.playbook.similar import quoted
from bot.promotions.stamps.engine.declared import STAMP_CARDS, end_of_card
from bot.promotions.stamps.engine.held import PutStamps
from bot.promotions.stamps.model import STAMP_ADDED
from bot.promotions.stamps.playbook.words import StampFinding


def stamps_feeding_themselves(survey: Survey) -> Iterator[Problem]:
    """`stamp-feeds-itself`: a rule that hears of a stamp puts one on, of which it hears again."""
    for site in survey.sites:
        rule = site.rule
        if rule is None or _asks_source(rule.condition):
            continue
        for step in site.steps:
            if isinstance(step, PutStamps) and not step.takes and _hears(rule.when, step.card):
                message = tr("each stamp on {card} puts on another one", card=quoted(step.card))
                hint = tr("ask where the stamp comes from:  if: {event: {source: code}}")
                yield mistake(step.place, StampFinding.FEEDS_ITSELF, message, hint=hint)


def _hears(when: Sequence[Trigger], card: str) -> bool:
    return any(
        isinstance(one, OnNews)
        and one.kind == "stamp_card"
        and (one.subjects is None or card in one.subjects)
        and any(
            all(test_implies(Is((result,)), test) for field in one.where for test in field.tests)
            for result in STAMP_ADDED
        )
        for one in when
    )


def _asks_source(condition: Condition | None) -> bool:
    leaves = () if condition is None else condition.leaves()
    return any(isinstance(leaf, EventTest) and leaf.field == "source" for leaf in leaves)


def reminders_never(survey: Survey) -> Iterator[Problem]:
    """`reminder-never`: its moment is never before the card ends."""
    zone = survey.playbook.zone
    stamped = start_of_day(A_MONDAY, zone)
    for name, card in STAMP_CARDS.of(survey.playbook).items():
        end = end_of_card(card, stamped, zone)
        yield from never_reminded(survey, STAMP_CARDS.name, name, card.remind, FIRST, end)


def _stamps(held: Mapping[tuple[str, int], int]) -> Mapping[str, int]:
    stamps = Counter[str]()
    for (card, _), number in held.items():
        stamps[card] += number
    return stamps


REMOVED = Removed(
    StampFinding.REMOVED,
    lambda people, name: tr(
        "{people} stamps on the card {card}, which is gone: they do not see them any more",
        people=people,
        card=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
    _stamps,
)


def at_stake(playbook: Playbook, held: Mapping[tuple[str, int], int], besides: object) -> Iterator[Problem]:
    """`stamp-cards-full-at-once`: with these cells some have filled it, and are given its last reward."""
    for name, card in STAMP_CARDS.of(playbook).items():
        number = sum(many for (of, count), many in held.items() if of == name and count >= card.cells)
        if number and card.again:
            message = tr(
                "with {cells} cells {people} filled the card {card}: each is given its last reward, with the"
                " next turn",
                cells=card.cells,
                people=people_have(number),
                card=quoted(name),
            )
            hint = tr("nobody loses a stamp: what is too many goes on the next card")
            yield mistake(card.place, StampFinding.FULL_AT_ONCE, message, hint=hint, level="warning")
