"""How a playbook's stamp cards are doing: stamps, filled cards, cards that were over, by store (N2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.stamp_card import StampCard
from bot.model.counts import EXPIRED, FULL, OF_STAMPS, STAMPED, TAKEN_BACK
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class StampFigures:
    """A card in numbers, ever. `stamps`: put on, less those taken back; `stores`: by title, most first."""

    card: StampCard
    stamps: int
    filled: int
    ended: int
    stores: Sequence[tuple[str, int]]


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
            card,
            sums[name, STAMPED] - sums[name, TAKEN_BACK],
            sums[name, FULL],
            sums[name, EXPIRED],
            [
                (_title(playbook, store), number)
                for (of, store), number in by_store.most_common()
                if of == name and number > 0
            ],
        )
        for name, card in playbook.stamp_cards.items()
    ]


def _title(playbook: Playbook, store: str) -> str:
    known = playbook.stores.get(store)
    return known.title if known is not None else store
