"""Encrypts values for the database (sealing), and makes keyed hashes by which they are found (blind
indexes)."""

from __future__ import annotations

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.sealing.keyring import INDEX, KeyRing

VERSION = 1
"""The first byte of a sealed value: its format."""
NONCE_BYTES = 12
_HEADER_BYTES = 2
"""Version, and length of the key's id."""
_TAG_BYTES = 16
"""The authentication tag of AES-GCM."""


class SealInvalid(Exception):
    """A sealed value does not open: another key, another place, or damage. The message holds no content."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """Which keys of a ring are used to write, by id."""

    sealing: str
    """The key that seals."""
    indexing: str
    """The key that makes blind indexes."""
    eldest: str
    """The oldest index key that is not retired: counts are made by it, too, as their values are not stored
    and so cannot be hashed anew."""
    alone: bool = False
    """No row has hashes by older keys only, so new rows need no hashes by them."""


def first_keys(keyring: KeyRing) -> KeyUse:
    """The use of the first sealing key and the first index key of a ring."""
    first = next(iter(keyring.index))
    return KeyUse(keyring.current, first, first)


class Seal:
    """Seals with one key of the ring, opens with any of them.

    AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2), which bounds one key to 2^32 values:
    at 100 values a second that is 16 months, then it is time for `oaflow keys rotate`. A sealed value is
    version (1 byte), length of the key's id (1 byte), id, nonce (12), ciphertext with tag. A keyed hash is
    64 hexadecimal digits, behind `ID:` where its key is not the first that there was.
    """

    def __init__(self, keyring: KeyRing, used: KeyUse | None = None) -> None:
        self.take(keyring, used or first_keys(keyring))

    def take(self, keyring: KeyRing, used: KeyUse) -> None:
        """From now on go by this ring, and use these of its keys: everybody who has this seal does."""
        self.ring, self.used = keyring, used
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in keyring.seal.items()}
        current = used.sealing.encode()
        self._header = bytes((VERSION, len(current))) + current
        self._encrypt = self._ciphers[current].encrypt
        others = [key_id for key_id in keyring.index if key_id != used.indexing]
        self._indexes = {key_id: keyring.index[key_id] for key_id in (used.indexing, *others)}

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """The sealed form of `plain`; it opens only with the same `context`, the place where it belongs."""
        nonce = os.urandom(NONCE_BYTES)
        return self._header + nonce + self._encrypt(nonce, plain, context)

    def seal_all(self, values: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
        """The sealed forms of many, each with its context: a third cheaper, for randomness is asked once."""
        header, encrypt, random = self._header, self._encrypt, os.urandom(NONCE_BYTES * len(values))
        nonces = [random[at : at + NONCE_BYTES] for at in range(0, len(random), NONCE_BYTES)]
        return [
            header + nonce + encrypt(nonce, plain, context)
            for nonce, (plain, context) in zip(nonces, values, strict=True)
        ]

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed for this `context`. Raises SealInvalid."""
        if len(sealed) < _HEADER_BYTES or sealed[0] != VERSION:
            raise SealInvalid("this is not a sealed value of a known version")
        start = _HEADER_BYTES + sealed[1]
        end = start + NONCE_BYTES
        if len(sealed) < end + _TAG_BYTES:
            raise SealInvalid("this sealed value is cut off")
        cipher = self._ciphers.get(sealed[_HEADER_BYTES:start])
        if cipher is None:
            raise SealInvalid("this value was sealed with a key that is not in the key ring")
        try:
            return cipher.decrypt(sealed[start:end], sealed[end:], context)
        except InvalidTag:
            raise SealInvalid("this value was changed, or was sealed for another place or key") from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether this was sealed with the key that seals now."""
        return sealed.startswith(self._header)

    def blind_index(self, text: str) -> str:
        """A keyed hash (HMAC-SHA-256) that finds equal texts without showing them: as it is written now."""
        return self._hashed(self.used.indexing, text)

    def blind_indexes(self, text: str) -> list[str]:
        """All keyed hashes that this text may stand under, that which is written now first: to look it up."""
        return [self._hashed(key_id, text) for key_id in self._indexes]

    def written_indexes(self, text: str) -> list[str]:
        """The hashes to store with a row, so that every process finds it, also one that does not use the new
        key yet."""
        return [self.blind_index(text)] if self.used.alone else self.blind_indexes(text)

    def counting_index(self, text: str) -> str:
        """The keyed hash that is the same in every process, also during a rotation: by the eldest key."""
        return self._hashed(self.used.eldest, text)

    def counting_indexes(self, text: str) -> list[str]:
        """The keyed hashes of rows that count: by the eldest key, and by the one in use."""
        return [
            self._hashed(key_id, text) for key_id in dict.fromkeys((self.used.eldest, self.used.indexing))
        ]

    def is_hash_of(self, text: str, hashed: str) -> bool:
        """Whether this is the keyed hash of that text, by the key by which it was made."""
        key_id = index_key_of(hashed)
        return key_id in self._indexes and hmac.compare_digest(self._hashed(key_id, text), hashed)

    def _hashed(self, key_id: str, text: str) -> str:
        digest = hmac.digest(self._indexes[key_id], text.encode(), "sha256").hex()
        return digest if key_id == INDEX else f"{key_id}:{digest}"


def is_sealed(value: object) -> bool:
    """Whether this is what `Seal` makes."""
    return isinstance(value, bytes) and len(value) > _HEADER_BYTES and value[0] == VERSION


def key_of(sealed: bytes) -> str:
    """The id of the key that this was sealed with."""
    return sealed[_HEADER_BYTES : _HEADER_BYTES + sealed[1]].decode("ascii", "replace")


def index_key_of(hashed: str) -> str:
    """The id of the key that this hash was made with."""
    return hashed.rpartition(":")[0] or INDEX
