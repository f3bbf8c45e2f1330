"""Sealed values open where they belong, with a key that may open them, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.sealing.keyring import KeyRing
from bot.store.sealing.seal import Seal, SealInvalid

OLD, NEW, INDEX = b"\1" * 32, b"\2" * 32, b"\3" * 32
before = Seal(KeyRing({"old": OLD}, {"index": INDEX}))
seal = Seal(KeyRing({"new": NEW, "old": OLD}, {"index": INDEX}))
data = st.binary(max_size=300)

SEALED_ONCE = bytes.fromhex("cf59f9b51b9885d0fc27f434af44a29f83a81af5a5")
INDEXED_ONCE = "2d07853b967edf2b64ff4099cc639a817fd398f8ce658caff0001f5846f24393"


@given(plain=data, context=data)
def test_opens_to_what_was_sealed(plain: bytes, context: bytes) -> None:
    assert seal.open(seal.seal(plain, context), context) == plain


@given(plain=data, context=data)
def test_old_keys_open_and_new_ones_seal(plain: bytes, context: bytes) -> None:
    assert seal.open(before.seal(plain, context), context) == plain
    with pytest.raises(SealInvalid, match="not in the key ring"):
        before.open(seal.seal(plain, context), context)


def test_every_bit_of_one_value_counts() -> None:
    sealed = seal.seal(b"0912345678", b"here")
    for bit in range(len(sealed) * 8):
        damaged = bytearray(sealed)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealInvalid):
            seal.open(bytes(damaged), b"here")


@given(plain=data, here=data, there=data)
def test_a_value_of_another_place_is_refused(plain: bytes, here: bytes, there: bytes) -> None:
    if here != there:
        with pytest.raises(SealInvalid, match="another place"):
            seal.open(seal.seal(plain, here), there)


@given(garbage=st.one_of(data, data.map(lambda d: b"\1\3new" + d)))
def test_garbage_is_refused_without_showing_it(garbage: bytes) -> None:
    with pytest.raises(SealInvalid) as raised:
        seal.open(garbage, b"")
    assert raised.value.args[0].startswith("this ")


@given(cut=st.integers(min_value=0, max_value=60))
def test_a_cut_value_is_refused(cut: int) -> None:
    sealed = seal.seal(b"x" * 30, b"")
    with pytest.raises(SealInvalid):
        seal.open(sealed[:cut], b"")


def test_a_key_of_the_same_name_is_not_the_same_key() -> None:
    with pytest.raises(SealInvalid):
        Seal(KeyRing({"old": NEW}, {"index": INDEX})).open(before.seal(b"plain", b""), b"")


def test_equal_values_look_different() -> None:
    assert len({seal.seal(b"same", b"") for _ in range(1000)}) == 1000


def test_the_layout_is_the_one_in_databases() -> None:
    stored = bytes.fromhex("01036f6c64" + "00" * 12) + SEALED_ONCE
    assert seal.open(stored, b"here") == b"plain"
    assert seal.seal(b"plain", b"here")[:5] == b"\1\3new"


@given(st.text(max_size=50), st.text(max_size=50))
def test_blind_indexes_are_equal_for_equal_texts_only(one: str, other: str) -> None:
    assert (seal.blind_index(one) == before.blind_index(other)) == (one == other)


def test_blind_indexes_need_their_key() -> None:
    # HMAC-SHA-256, RFC 2104: what is stored in databases must be found for ever
    assert seal.blind_index("0912345678") == INDEXED_ONCE
    assert Seal(KeyRing({"old": OLD}, {"index": NEW})).blind_index("0912345678") != INDEXED_ONCE
