"""Keys for other purposes, made of the key ring, so that every process has the same (RFC 5869)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.sealing.keyring import KEY_BYTES, KeyRing


def session_keys(keyring: KeyRing) -> tuple[bytes, ...]:
    """What signs the sessions of pages."""
    return _derived(keyring, b"oaflow page session")


def address_keys(keyring: KeyRing) -> tuple[bytes, ...]:
    """What makes the addresses that are one person's own."""
    return _derived(keyring, b"oaflow personal address")


def _derived(keyring: KeyRing, purpose: bytes) -> tuple[bytes, ...]:
    """One key for each sealing key, the current one first: a rotation ends nothing."""
    return tuple(
        HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
        for key in keyring.seal.values()
    )
