"""What an edit would do to stamps that people have (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.promotion_impact import Removed, people_have
from bot.playbook.similar import quoted
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.playbook.words import FULL_AT_ONCE, REMOVED

_REMOVED = Removed(
    "stamp_cards",
    REMOVED,
    lambda people, name: tr(
        "{people} stamps on the card {card}, which is gone: they do not see them any more",
        people=people,
        card=name,
    ),
    tr("leave it in with an  until,  so that it ends for everybody"),
)


def at_stake(playbook: Playbook, held: Mapping[tuple[str, int], int], besides: object) -> Iterator[Problem]:
    """Warnings: so many people have so many stamps on a card."""
    stamps = Counter[str]()
    for (card, _), number in held.items():
        stamps[card] += number
    yield from _REMOVED.removed(stamps, STAMP_CARDS.of(playbook))
    yield from _full(playbook, held)


def _full(playbook: Playbook, held: Mapping[tuple[str, int], int]) -> Iterator[Problem]:
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
            yield mistake(card.place, FULL_AT_ONCE, message, hint=hint, level="warning")
