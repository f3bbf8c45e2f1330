"""Stamp cards: how they are doing, stamps put on a customer's card by staff or a program, taken back (N2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from annotated_types import Ge, Le

from bot.model.answer_fields import Clock, Help, Table
from bot.model.translatable import Translatable, tr
from bot.operations.catalog.answers import Pending
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, Name, OptionalReason, StoreName, named
from bot.operations.find_contacts import NotFound
from bot.operations.till import TillActor
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.engine.held import MOST_AT_ONCE
from bot.promotions.stamps.model import StampAct
from bot.promotions.stamps.operations.acts import clerk_act, stamp
from bot.promotions.stamps.operations.figures import StampFigures, stamp_figures

StampCardName: TypeAlias = Annotated[
    Name,
    named(
        tr("stamp card"),
        STAMP_CARDS.of,
        tr("stamp cards are declared in the playbook"),
    ),
]
StampNumber: TypeAlias = Annotated[int, Ge(1), Le(MOST_AT_ONCE), Help("how many stamps (1)")]


@dataclass(frozen=True, slots=True)
class StampCardList:
    """All of the playbook, in its order."""

    stamps: Annotated[Sequence[StampFigures], Table(tr("the playbook has no stamp cards"))]


@dataclass(frozen=True, slots=True)
class StampDone:
    """What came of putting stamps on a card, or taking them back."""

    result: Annotated[
        Literal["done", "refused"],
        Help("`refused`: today's stamps are there, the card is over, or none is to take."),
    ]

    @property
    def is_done(self) -> bool:
        return self.result == "done"

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Whether it is done."""
        if self.is_done:
            yield tr("the stamps are done")
        else:
            yield tr("not done: today's stamps are there, the card is over, or there are none to take")


@operation("stamps.list")
async def list_stamp_cards(call: OperationCall) -> StampCardList:
    """How the stamp cards of the playbook are doing."""
    return StampCardList(await stamp_figures(call.stores, call.playbook))


@operation("stamps.put", changes=True, audit="stamped", example="0912345678 集點 --count 2 --store 信義店")
async def put_stamps(
    call: OperationCall,
    customer: Customer,
    card: StampCardName,
    count: StampNumber = 1,
    store: StoreName = "",
    reason: OptionalReason = "",
) -> StampDone:
    """Put stamps on a customer's card, as a clerk does."""
    act = clerk_act(card, count, TillActor(call.by, store), call.request)
    return await _stamped(call, customer, act, reason)


@operation("stamps.take", changes=True, audit="stamps_taken", example="0912345678 集點 --reason 蓋錯")
async def take_stamps(
    call: OperationCall,
    customer: Customer,
    card: StampCardName,
    count: StampNumber = 1,
    store: StoreName = "",
    reason: OptionalReason = "",
) -> StampDone:
    """Take stamps back, as many as are on the card; what was given for them stays given."""
    act = clerk_act(card, count, TillActor(call.by, store), call.request, takes=True)
    return await _stamped(call, customer, act, reason)


async def _stamped(call: OperationCall, customer: Customer, act: StampAct, reason: str) -> StampDone:
    """Raises `Pending` where no process has done it yet, `NotFound`."""
    done = await stamp(customer.stores, call.playbook, customer.contact.id, act, reason)
    match done:
        case "waits":
            raise Pending(tr("stored: it is done as soon as oaflow runs"))
        case "unknown":
            raise NotFound(tr("there is no such customer or service any more"))
        case "done" | "refused":
            return StampDone(done)
