"""Whoever writes to the database without its keys puts what is sealed in one place into another."""

from __future__ import annotations

import pytest

from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.rotation.places import SealedValue, sealed_values
from bot.store.sealing.seal import Seal, SealInvalid
from tests.conftest import ManualClock
from tests.store.test_collections import nothing
from tests.store.whole_story import Story

OF_AN_EVENT = {"inbox raw", "inbox why", "trace steps", "conversations said"}
"""What is known of one event, by its id: of one person, at one moment."""


def opens(seal: Seal, value: SealedValue, there: SealedValue) -> bool:
    try:
        seal.open(value.value, there.bound_to)
    except SealInvalid:
        return False
    return True


@pytest.mark.ring("all", "many writes")
async def test_nothing_opens_in_the_place_of_another(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    """Neither in another row, nor in another field of the same, but for those of one event."""
    await Story(database, seal, clock, nothing).told()
    values = [
        (name, row["_id"], value)
        for name, spec in COLLECTIONS.items()
        if spec.sealed
        for row in await database.collection(name).find({}).to_list(None)
        for value in sealed_values(name, row)
    ]
    assert len(values) > 60
    swapped = {
        (f"{name} {one.path}", f"{of} {there.path}", row == other)
        for name, row, one in values
        for of, other, there in values
        if one is not there and opens(seal, one, there)
    }
    assert swapped, "those of one event do"
    assert {(before, after) for before, after, _ in swapped} <= {
        (before, after) for before in OF_AN_EVENT for after in OF_AN_EVENT
    }
    assert all(is_same for _, _, is_same in swapped)
