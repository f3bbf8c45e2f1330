"""Stamp cards as people hold them: what the store, the engine and the pages share (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Annotated, Literal, TypeAlias

from bot.model.answer_fields import Internal
from bot.model.event import PromotionAct
from bot.model.held import Held
from bot.model.promotions import PromotionKind, SectionName
from bot.model.trace import NoteKind
from bot.model.translatable import tr
from bot.model.value import Type

StampWay: TypeAlias = Literal["clerk", "code"]
"""Who stamps in a store: a clerk at the till, or the customer who scans the store's code."""

StampSource: TypeAlias = Literal["clerk", "code", "order", "action"]
"""Where a stamp comes from: besides, a paid order of the shop, or an action of the playbook."""

ENTRIES_MOST = 100
"""Lines of a card's ledger: the latest."""


@dataclass(frozen=True, slots=True)
class StampEntry:
    """A line of a card's ledger: `count` stamps put on; negative: taken back; 0: expired, or none to take.

    `id` is that of the act: one that is there already is not done again. `by` is an actor of the audit log,
    `store` a name of the playbook, `order` the shop and number of the order that the stamps are for.
    `undoes`: the id of the line that this one takes back. `worth`: of news of an order the stamps of what
    stays paid after it.
    """

    id: Annotated[str, Internal()]
    at: datetime
    count: int
    source: StampSource
    store: str = ""
    by: Annotated[str, Internal()] = ""
    order: str = field(default="", repr=False)
    undoes: Annotated[str, Internal()] = ""
    worth: Annotated[int | None, Internal()] = None


@dataclass(frozen=True, slots=True)
class HeldStampCard:
    """A person's card of this name. Only turns change it.

    `count` stamps are on it; a negative number is owed: those came with a card that is full, and were taken
    back since. Up to the cell `settled` this card's rewards are done with, also those that another playbook
    adds. `full`: how many cards were filled. `closed`: this one was, and none follows it. It ends at `until`
    (UTC; `None`: never, or it has not begun). `reminded`: the news `expires_soon` was queued, or was due
    before the card began.
    """

    card: str
    count: int = 0
    settled: Annotated[int, Internal()] = 0
    full: int = 0
    closed: Annotated[bool, Internal()] = False
    until: datetime | None = None
    reminded: Annotated[bool, Internal()] = False
    entries: tuple[StampEntry, ...] = ()

    def has_act(self, id_: str) -> bool:
        """Whether this act was done."""
        return any(entry.id == id_ for entry in self.entries)

    def to_undo(self, id_: str) -> StampEntry | None:
        """The line with this id; `None`: there is none, or nothing of it is left to take back."""
        if any(entry.undoes == id_ for entry in self.entries):
            return None
        return next((entry for entry in self.entries if entry.id == id_ and entry.count > 0), None)

    def of_order(self, order: str) -> tuple[StampEntry, ...]:
        """What was put on it, and taken back, for an order."""
        return tuple(entry for entry in self.entries if entry.order == order)


STAMP_ADDED = ("stamped", "full")
"""`full`, too, puts stamps on: a card was filled by them."""
_FIELDS: Mapping[str, Type] = {
    "card": "text",
    "title": "text",
    "stamps": "number",
    "cells": "number",
    "missing": "number",
    "filled": "number",
    "added": "number",
    "source": "text",
    "until": "date_time",
}


@dataclass(frozen=True, slots=True)
class StampAct(PromotionAct):
    """Stamps are put on a card by a clerk or program (`clerk`), by the store's `code`, or taken back.

    `id` is the act's own: the same one again changes nothing. `by` is an actor of the audit log, `store` a
    name of the playbook. `take` takes back the line `undoes`, whole, or (empty) `count` as far as there are.
    """

    card: str
    what: Literal["clerk", "code", "take"]
    count: int
    id: str
    by: str = ""
    store: str = ""
    undoes: str = ""

    @property
    def words(self) -> str:
        return f"stamp card {self.card}: {self.what}"

    @property
    def is_of_known_contact(self) -> bool:
        return self.what != "code"  # scanned by the customer, who may never have been here before


@dataclass(frozen=True, slots=True)
class StampView:
    """A stamp card of one person. `name` is the playbook's, `image` a path below our own address.

    `count` cells of `cells` are filled; `owed`: so many stamps go off the next ones first. `rewards`: titles
    of coupons by cell. `missing`: to the next reward. `full`: cards filled before. `acts`: what was done.
    """

    name: str
    title: str
    cells: int
    count: int
    rewards: Mapping[int, str]
    owed: int = 0
    missing: int | None = None
    full: int = 0
    until: datetime | None = None
    terms: str = ""
    image: str | None = None
    acts: frozenset[str] = frozenset()


MY_STAMPS = "my_stamps"
"""The page of members."""
NEWS = NoteKind("stamp card {card}: {result}", "", code="stamp_news")
HELD_CARDS = Held("stamp_cards", HeldStampCard, attrgetter("card"))
"""One of each name, from the first stamp on."""
OF_STAMPS = "stamps:"
"""Instead of a flow: stamps, by card and store (empty: of none). No flow is called so."""
EXPIRED = "expired"
STAMPED = "stamped"
TAKEN_BACK = "taken_back"
FULL = "full"
"""What became of a stamp card, in the words of its news."""
KIND = PromotionKind(
    SectionName("stamp_cards"),
    MY_STAMPS,
    "stamps",
    tr("The page shows the stamp cards"),
    "stamp_card",
    NEWS,
    _FIELDS,
    page_title="My stamp cards",
    more=(*STAMP_ADDED, "had", "over", "taken_back", "expires_soon", "expired"),
    holds=(HELD_CARDS,),
    acts=(StampAct,),
    counted=OF_STAMPS,
    trace_rows={
        "clerk": "a clerk stamped the card {card}",
        "code": "scanned the store's code for the card {card}",
        "take": "staff took back stamps of the card {card}",
        "stamped": "the card {card} was stamped",
        "full": "the card {card} is full",
        "had": "the card {card} had its stamps of that day",
        "over": "the card {card} was over",
        "taken_back": "stamps of the card {card} were taken back",
        "expires_soon": "the card {card} ends soon",
        "expired": "the card {card} has ended with stamps on it",
        "": "news of the stamp card {card}",
    },
    trace_page="own stamp cards",
    trace_lists=("cards",),
)
"""`had`: as many as a day gives."""
