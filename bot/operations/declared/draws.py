"""Draws: how they are doing, and who has won (N3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from operator import attrgetter
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Clock, Column, Help, Table, TextTable
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactName, ContactRef
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, named
from bot.operations.draws import DrawFigures, draw_figures, winners
from bot.operations.looks import record_search

DrawName: TypeAlias = Annotated[
    Name, named(tr("draw"), attrgetter("draws"), tr("draws are declared in the playbook"))
]
_PRIZE_TITLES = (
    *(tr("draw"), tr("prize"), tr("odds"), tr("won"), tr("may be given")),
    tr("tries until it runs out"),
)


@dataclass(frozen=True, slots=True)
class PrizeRow:
    """How a prize is doing, ever."""

    name: str
    title: str
    odds: Annotated[str | None, Help("`null`: it is for all others.")]
    won: int
    left: Annotated[int | None, Help("`null`: there is no limit.")]
    runs_out: Annotated[int | None, Help("After about so many tries more.")]


@dataclass(frozen=True, slots=True)
class DrawRow:
    """How a draw is doing, ever."""

    draw: str
    title: str
    tries: int
    nothing: Annotated[int, Help("Tries that won nothing.")]
    prizes: Sequence[PrizeRow]


@dataclass(frozen=True, slots=True)
class DrawList:
    """All of the playbook, in its order."""

    draws: Sequence[DrawRow]

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        """A line for each prize."""
        rows = [
            (draw.draw, one.name, one.odds, one.won, one.left, one.runs_out)
            for draw in self.draws
            for one in draw.prizes
        ]
        yield TextTable(_PRIZE_TITLES, rows) if rows else tr("the playbook has no draws")


@dataclass(frozen=True, slots=True)
class DrawWinner:
    """Who has won what, when."""

    at: Annotated[datetime, Column(tr("when"))]
    prize: Annotated[str, Column(tr("prize"))]
    title: str
    name: Annotated[ContactName, Column(tr("name"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    used: Annotated[datetime | None, Column(tr("used")), Help("When it was redeemed.")]


@dataclass(frozen=True, slots=True)
class DrawWinners:
    """The last first: up to 1,000."""

    winners: Annotated[Sequence[DrawWinner], Table(tr("nobody has won yet"))]


@operation("draws.list")
async def list_draws(call: OperationCall) -> DrawList:
    """How the draws of the playbook are doing, prize by prize."""
    return DrawList([_row(one) for one in await draw_figures(call.stores, call.playbook)])


def _row(one: DrawFigures) -> DrawRow:
    prizes = [PrizeRow(*astuple(prize)) for prize in one.prizes]
    return DrawRow(one.draw.name, one.draw.title, one.tries, one.nothing, prizes)


@operation("draws.winners", example="年終抽獎")
async def list_winners(call: OperationCall, draw: DrawName) -> DrawWinners:
    """Who has won in a draw, the last first: up to 1,000."""
    found = await winners(call.stores, call.playbook, draw)
    await record_search(call.stores, call.by, call.now, "draws")
    return DrawWinners(
        [
            DrawWinner(
                one.at, one.prize, one.title, ContactName(one.name or ""), ContactRef(one.contact), one.used
            )
            for one in found
        ]
    )
