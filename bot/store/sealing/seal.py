"""How values are sealed in the database, and found again without being opened."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.store.sealing.keyring import KeyRing

VERSION = 1
NONCE_BYTES = 12
_HEADER_BYTES = 2
_TAG_BYTES = 16


class SealBroken(Exception):
    """A sealed value does not open: another key, another place, or damage. The message holds no content."""


class Seal:
    """Seals with the current key of the ring, opens with any of them.

    AES-256-GCM with a random nonce of 96 bits (NIST SP 800-38D, 8.2.2), which bounds one key to 2^32 values:
    at 100 values a second that is 16 months, then a new key goes to the front of the ring. A sealed value is
    version (1 byte), length of the key's id (1 byte), id, nonce (12), ciphertext with tag.
    """

    def __init__(self, keyring: KeyRing) -> None:
        self._ciphers = {key_id.encode(): AESGCM(key) for key_id, key in keyring.seal.items()}
        current = keyring.current.encode()
        self._encrypt = self._ciphers[current].encrypt
        self._header = bytes((VERSION, len(current))) + current
        self._index_key = keyring.index

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """The sealed form of `plain`; it opens only with the same `context`, the place where it belongs."""
        nonce = os.urandom(NONCE_BYTES)
        return self._header + nonce + self._encrypt(nonce, plain, context)

    def open(self, sealed: bytes, context: bytes) -> bytes:
        """What was sealed for this `context`. Raises SealBroken."""
        if len(sealed) < _HEADER_BYTES or sealed[0] != VERSION:
            raise SealBroken("this is not a sealed value of a known version")
        start = _HEADER_BYTES + sealed[1]
        end = start + NONCE_BYTES
        if len(sealed) < end + _TAG_BYTES:
            raise SealBroken("this sealed value is cut off")
        cipher = self._ciphers.get(sealed[_HEADER_BYTES:start])
        if cipher is None:
            raise SealBroken("this value was sealed with a key that is not in the key ring")
        try:
            return cipher.decrypt(sealed[start:end], sealed[end:], context)
        except InvalidTag:
            raise SealBroken("this value was changed, or was sealed for another place or key") from None

    def blind_index(self, text: str) -> str:
        """A keyed hash (HMAC-SHA-256, 64 hexadecimal digits) that finds equal texts without showing them."""
        return hmac.digest(self._index_key, text.encode(), "sha256").hex()
