"""A condition of people of whom it is known already on which lists they stand."""

from __future__ import annotations

from collections.abc import Collection

from bot.engine.conditions.around import Constant
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import ListedPeople, OnList


def lists_asked(condition: Condition) -> tuple[ListedPeople, ...]:
    """The lists that a condition asks for, each once."""
    found = (leaf.people for leaf in condition.leaves() if isinstance(leaf, OnList))
    return tuple({people.key: people for people in found}.values())


def of_people_on(condition: Condition, lists: Collection[str]) -> Condition:
    """What the condition asks of people who stand on these lists (their keys) and on no other."""
    match condition:
        case All(parts=parts):
            return All(tuple(of_people_on(part, lists) for part in parts))
        case Any(parts=parts):
            return Any(tuple(of_people_on(part, lists) for part in parts))
        case Not(part=part):
            return Not(of_people_on(part, lists))
        case OnList(place=place, people=people):
            return Constant(place, people.key in lists, condition.in_short)
        case _:
            return condition


def holds_for_nobody(condition: Condition) -> bool:
    """Whether it is plain that it holds for nobody, whoever they are; `False`: that has to be asked."""
    return _plain(condition) is False


def _plain(condition: Condition) -> bool | None:
    """What it is for everybody; `None`: that depends."""
    match condition:
        case Constant(decided=decided):
            return decided
        case Not(part=part):
            found = _plain(part)
            return None if found is None else not found
        case All(parts=parts):
            told = [_plain(part) for part in parts]
            return False if False in told else None if None in told else True
        case Any(parts=parts):
            told = [_plain(part) for part in parts]
            return True if True in told else None if None in told else False
        case _:
            return None
