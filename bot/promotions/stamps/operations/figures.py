"""How a playbook's stamp cards are doing: stamps, filled cards, cards that were over, by store (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Column, Help, Internal
from bot.model.translatable import tr
from bot.promotions.stamps.engine.declared import STAMP_CARDS, StampCard
from bot.promotions.stamps.model import EXPIRED, FULL, OF_STAMPS, STAMPED, TAKEN_BACK
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class StampsOfStore:
    """Stamps of a card that a store has given."""

    store: Annotated[str, Help("Its title.")]
    stamps: int


@dataclass(frozen=True, slots=True)
class StampFigures:
    """How a stamp card is doing, ever."""

    card: Annotated[str, Column(tr("stamp card"))]
    title: str
    compiled: Annotated[StampCard, Internal()]
    stamps: Annotated[int, Column(tr("stamps")), Help("Put on, less those that were taken back.")]
    filled: Annotated[int, Column(tr("filled"))]
    ended: Annotated[int, Column(tr("ended with stamps"))]
    stores: Annotated[Sequence[StampsOfStore], Help("Most first.")]


async def stamp_figures(stores: Stores, playbook: Playbook) -> Sequence[StampFigures]:
    """All of the playbook, in its order. May raise `DatabaseUnavailable`."""
    await stores.counts.fold_all()
    sums, by_store = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in await stores.counts.of_promotions(OF_STAMPS):
        sums[one.name, one.what] += one.number
        if one.part:
            by_store[one.name, one.part] += one.number * {STAMPED: 1, TAKEN_BACK: -1}.get(one.what, 0)
    return [
        StampFigures(
            *(name, card.title, card),
            sums[name, STAMPED] - sums[name, TAKEN_BACK],
            sums[name, FULL],
            sums[name, EXPIRED],
            [
                StampsOfStore(playbook.store_title(store), number)
                for (of, store), number in by_store.most_common()
                if of == name and number > 0
            ],
        )
        for name, card in STAMP_CARDS.of(playbook).items()
    ]
