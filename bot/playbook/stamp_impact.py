"""What an edit would do to stamp cards that people hold (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import plural, tr
from bot.playbook.codes import mistake
from bot.playbook.similar import nearest, quoted
from bot.playbook.syntax.folder import BOT_YAML
from bot.playbook.syntax.source import underlined


def stamps_at_stake(
    playbook: Playbook, held: Mapping[tuple[str, int], int], sources: Mapping[str, str]
) -> list[Problem]:
    """Warnings of stamp cards: `held` has how many people have so many stamps on each card."""
    return list(underlined([*_removed(playbook, held), *_full(playbook, held)], sources))


def _removed(playbook: Playbook, held: Mapping[tuple[str, int], int]) -> Iterator[Problem]:
    """`people-hold-removed-stamp-card`: their stamps wait, unseen, until the card is there again."""
    people = Counter[str]()
    for (name, _), number in held.items():
        people[name] += number
    for name in sorted(people.keys() - playbook.stamp_cards.keys()):
        message = tr(
            "{people} stamps on the card {card}, which is gone: they do not see them any more",
            people=plural("1 person has", "{number} people have", people[name]),
            card=quoted(name),
        )
        hint = tr("leave it in with an  until,  so that it ends for everybody")
        if (new := nearest(name, playbook.stamp_cards)) is not None:
            hint = tr(
                "if it is {new} now, give it back its name:  stamp_cards: {{old}: …}", new=new, old=name
            )
        place = Place(BOT_YAML, 1, 1, "stamp_cards")
        yield mistake(place, "people-hold-removed-stamp-card", message, hint=hint, level="warning")


def _full(playbook: Playbook, held: Mapping[tuple[str, int], int]) -> Iterator[Problem]:
    """`stamp-cards-full-at-once`: with these cells some have filled it, and are given its last reward."""
    for name, card in playbook.stamp_cards.items():
        number = sum(many for (of, count), many in held.items() if of == name and count >= card.cells)
        if number and card.again:
            message = tr(
                "with {cells} cells {people} filled the card {card}: each is given its last reward, with the"
                " next turn",
                cells=card.cells,
                people=plural("1 person has", "{number} people have", number),
                card=quoted(name),
            )
            hint = tr("nobody loses a stamp: what is too many goes on the next card")
            yield mistake(card.place, "stamp-cards-full-at-once", message, hint=hint, level="warning")
