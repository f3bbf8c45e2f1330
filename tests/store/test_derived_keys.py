"""Keys of sessions and addresses: the same in every process, good over a rotation, and for nothing else."""

from __future__ import annotations

from bot.store.sealing.derived_keys import address_keys, session_keys
from bot.store.sealing.keyring import KeyRing, generate, parse


def test_the_same_ring_gives_the_same_keys() -> None:
    text = generate()
    assert session_keys(parse(text)) == session_keys(parse(text))


def test_another_ring_gives_others() -> None:
    assert set(session_keys(parse(generate()))).isdisjoint(session_keys(parse(generate())))


def test_no_key_is_one_of_the_ring() -> None:
    ring = parse(generate())
    assert set(session_keys(ring)).isdisjoint({*ring.seal.values(), *ring.index.values()})


def test_each_purpose_has_its_own() -> None:
    ring = parse(generate())
    assert set(session_keys(ring)).isdisjoint(address_keys(ring))


def test_the_current_key_signs_and_older_ones_are_accepted() -> None:
    old = parse(generate())
    ((name, key),) = old.seal.items()
    new = KeyRing({"new": b"n" * 32, name: key}, old.index)
    signs, accepted = session_keys(new)
    assert (accepted,) == session_keys(old)
    assert signs != accepted
