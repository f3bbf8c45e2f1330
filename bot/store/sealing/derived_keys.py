"""Derives keys for signing and sealing outside of the database from the key ring: every process has the same.

Each function returns one 32-byte key for each sealing key of the ring, the current one first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.sealing.keyring import KEY_BYTES, KeyRing
from bot.store.sealing.seal import KeyUse, Seal


def session_keys(keyring: KeyRing, sealing: str | None = None) -> tuple[bytes, ...]:
    """Keys that sign the sessions of people's pages."""
    return _derived(keyring, sealing, b"oaflow page session")


def address_keys(keyring: KeyRing, sealing: str | None = None) -> tuple[bytes, ...]:
    """Keys that make the personal addresses (URLs) of people."""
    return _derived(keyring, sealing, b"oaflow personal address")


def browser_keys(keyring: KeyRing, sealing: str | None = None) -> tuple[bytes, ...]:
    """Keys that sign the cookie of a browser in which staff have signed in before."""
    return _derived(keyring, sealing, b"oaflow known browser")


def console_keys(keyring: KeyRing, sealing: str | None = None) -> tuple[bytes, ...]:
    """Keys that seal parts of the addresses of the console's pages: the contact, what was searched for."""
    return _derived(keyring, sealing, b"oaflow staff pages")


def factor_keys(keyring: KeyRing, sealing: str | None = None) -> tuple[bytes, ...]:
    """Keys that make the secrets offered for a second factor."""
    return _derived(keyring, sealing, b"oaflow second factor")


class LiveKeys(Sequence[bytes]):
    """The keys as they are now: they follow the ring of a seal, also while it is rotated."""

    def __init__(self, seal: Seal, derived: Callable[[KeyRing, str | None], tuple[bytes, ...]]) -> None:
        """`derived`: one of the functions above."""
        self._seal = seal
        self._derive = derived
        self._made_of: tuple[KeyRing, KeyUse] | None = None
        self._keys: tuple[bytes, ...] = ()

    def _now(self) -> tuple[bytes, ...]:
        ring, used = self._seal.ring, self._seal.used
        of = self._made_of
        if of is None or of[0] is not ring or of[1] is not used:  # a wider ring may be used as before
            self._keys, self._made_of = self._derive(ring, used.sealing), (ring, used)
        return self._keys

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        return self._now()[index]

    def __len__(self) -> int:
        return len(self._now())


def _derived(keyring: KeyRing, sealing: str | None, purpose: bytes) -> tuple[bytes, ...]:
    """One key for each sealing key, the one that seals first: a rotation ends nothing."""
    current = sealing or keyring.current
    names = (current, *(key_id for key_id in keyring.seal if key_id != current))
    return tuple(
        HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(keyring.seal[name])
        for name in names
    )
