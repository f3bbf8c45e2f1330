"""The database remembers which keys sealed it: who comes with others must not start."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.model.audit import AuditEntry
from bot.store.database.mongo import Database, Document
from bot.store.events.audit import AuditLog, entry_document
from bot.store.sealing.keyring import KeyRing, generate, parse
from bot.store.sealing.keys import KeyRegister, WrongKeys
from bot.store.sealing.seal import Seal
from tests.conftest import NOW


@pytest.fixture
def register(database: Database) -> KeyRegister:
    return KeyRegister(database)


def ring(index: str = "i", **seal: str) -> KeyRing:
    """Keys by their ids, which are this letter, 32 times."""
    return KeyRing({name: key.encode() * 32 for name, key in seal.items()}, {"index": index.encode() * 32})


async def test_the_first_keys_are_entered_and_known_again(register: KeyRegister) -> None:
    keys = parse(generate())
    await register.check(keys)
    await register.check(keys)


async def test_a_wrong_key_is_refused(register: KeyRegister) -> None:
    """It is told without a fingerprint of any."""
    first, other = ring(k1="a", index="b"), ring(k1="c", index="b")
    await register.check(first)
    with pytest.raises(WrongKeys, match='the key "k1" is not the one') as refused:
        await register.check(other)
    for print_ in {*first.fingerprints().values(), *other.fingerprints().values()}:
        assert print_ not in str(refused.value)
    with pytest.raises(WrongKeys, match='the key "index" is not the one'):
        await register.check(ring(k1="a", index="c"))


async def test_a_missing_key_is_refused(register: KeyRegister) -> None:
    await register.check(ring(k1="a", index="b"))
    with pytest.raises(WrongKeys, match='the key "k1" is missing'):
        await register.check(ring(k2="d", index="b"))


async def test_a_new_key_beside_the_old_is_entered(register: KeyRegister) -> None:
    await register.check(ring(k1="a", index="b"))
    await register.check(ring(k2="d", k1="a", index="b"))
    with pytest.raises(WrongKeys, match='"k2" is missing'):
        await register.check(ring(k1="a", index="b"))


async def test_a_refusal_enters_nothing(register: KeyRegister) -> None:
    await register.check(ring(k1="a", index="b"))
    with pytest.raises(WrongKeys):
        await register.check(ring(k1="c", k2="d", index="b"))
    await register.check(ring(k1="a", index="b"))


async def test_of_two_that_start_at_once_with_different_keys_one_is_refused(
    register: KeyRegister, database: Database
) -> None:
    """An empty database, two processes, each with a ring of its own: both cannot be right."""
    for _ in range(10):
        both = (ring(k1="a"), ring(k1="c"))
        outcomes = await asyncio.gather(*map(register.check, both), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes].count(WrongKeys) == 1
        await database.collection("keys").delete_many({})


async def test_keys_that_a_database_did_not_know_are_told_once(
    register: KeyRegister, database: Database, seal: Seal
) -> None:
    """K1: who has brought them, in the same write; of two at once one line."""
    log = AuditLog(database, seal)

    def told(names: Sequence[str]) -> Document:
        about = " ".join(sorted(names))
        return entry_document(
            AuditEntry("keys_added", "command:amy", NOW, about, id=f"keys_added:{about}"), seal
        )

    keys = ring(k1="a", index="b")
    await asyncio.gather(*(register.check(keys, told) for _ in range(5)))
    await register.check(keys, told)
    assert [one.about for one in await log.entries(["keys_added"], 9)] == ["index k1"]
    with pytest.raises(WrongKeys):
        await register.check(ring(k1="c", k2="d", index="b"), told)
    await register.check(ring(k2="d", k1="a", index="b"), told)
    assert [one.about for one in await log.entries(["keys_added"], 9)] == ["k2", "index k1"]
