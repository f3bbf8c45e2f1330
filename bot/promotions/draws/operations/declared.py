"""Draws: how they are doing, and who has won (N3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Clock, Table, TextTable
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, named
from bot.operations.looks import record_search
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.operations.figures import DrawFigures, Winner, draw_figures, winners
from bot.promotions.draws.operations.part import WINNERS

DrawName: TypeAlias = Annotated[Name, named(tr("draw"), DRAWS.of, tr("draws are declared in the playbook"))]
_PRIZE_TITLES = (
    *(tr("draw"), tr("prize"), tr("odds"), tr("won"), tr("may be given")),
    tr("tries until it runs out"),
)


@dataclass(frozen=True, slots=True)
class DrawList:
    """All of the playbook, in its order."""

    draws: Sequence[DrawFigures]

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        """A line for each prize."""
        rows = [
            (draw.draw, one.name, one.odds, one.won, one.left, one.runs_out)
            for draw in self.draws
            for one in draw.prizes
        ]
        yield TextTable(_PRIZE_TITLES, rows) if rows else tr("the playbook has no draws")


@dataclass(frozen=True, slots=True)
class DrawWinners:
    """The last first: up to 1,000."""

    winners: Annotated[Sequence[Winner], Table(tr("nobody has won yet"))]


@operation("draws.list")
async def list_draws(call: OperationCall) -> DrawList:
    """How the draws of the playbook are doing, prize by prize."""
    return DrawList(await draw_figures(call.stores, call.playbook))


@operation("draws.winners", example="年終抽獎")
async def list_winners(call: OperationCall, draw: DrawName) -> DrawWinners:
    """Who has won in a draw, the last first: up to 1,000."""
    found = await winners(call.stores, call.playbook, draw)
    await record_search(call.stores, call.by, call.now, WINNERS)
    return DrawWinners(found)
