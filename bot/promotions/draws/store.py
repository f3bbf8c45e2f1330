"""Who has tried draws, and won (N3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from bot.model.flow_occupancy import LATELY
from bot.promotions.coupons.store.part import usable
from bot.promotions.draws.model import DrawUsage, TriedDraw
from bot.store.database.mongo import Document
from bot.store.promotions import PeopleByLabel, StorePart

_DRAW, _PRIZE = "draw", "prize"
_HELD: Document = {"$ifNull": ["$draws", []]}


def _labels(now: datetime) -> Sequence[Document]:
    """Draws behind two digits: lately or not, one try or more; prizes behind the length of the draw."""
    is_late = {"$gt": ["$$this.at", now - LATELY]}
    tried = {"$filter": {"input": _HELD, "cond": {"$gt": ["$$this.c", 0]}}}
    drawn = {"$concat": [{"$cond": [is_late, "1", "0"]}, {"$cond": [{"$gt": ["$$this.c", 1]}, "2", "1"]}]}
    return (
        {"$map": {"input": tried, "in": {"$concat": [f"{_DRAW} ", drawn, " ", "$$this.n"]}}},
        _unused_prizes(usable(now)),
    )


def _unused_prizes(held: Document) -> Document:
    """What was won last in each draw, where its coupon is among these."""
    won = {
        "$and": [
            {"$eq": ["$$this.r", "won"]},
            {"$in": ["$$this.g", {"$map": {"input": held, "in": "$$this.g"}}]},
        ]
    }
    length = {"$toString": {"$strLenCP": "$$this.n"}}
    named = {"$concat": [f"{_PRIZE} ", length, " ", "$$this.n", " ", "$$this.p"]}
    drawn = {"$filter": {"input": _HELD, "cond": won}}
    return {"$map": {"input": drawn, "in": named}}


def _usage(counted: PeopleByLabel) -> DrawUsage:
    draws = defaultdict[str, TriedDraw](TriedDraw)
    prizes = dict[tuple[str, str], int]()
    for label, people in counted.items():
        word, _, named = label.partition(" ")
        if word == _PRIZE:
            prizes[_prize(named)] = people
        else:
            draws[named[3:]] += TriedDraw(people, people * (named[0] == "1"), people * (named[1] == "2"))
    return DrawUsage(dict(draws), prizes)


def _prize(named: str) -> tuple[str, str]:
    """Draw and prize, behind the length of the first: both may have spaces."""
    length, _, both = named.partition(" ")
    return both[: int(length)], both[int(length) + 1 :]


PART = StorePart(_labels, _usage)
