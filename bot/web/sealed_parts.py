"""Sealed parts of addresses, which only our servers can read: who is meant, what was searched for."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PLACE = b"oaflow staff pages 1"
"""Bound into each seal: a part that was sealed elsewhere does not open here."""
LONGEST = 2_000
"""The most characters of a part that is opened."""


class SealedParts:
    """Seals and opens parts (AES-SIV, RFC 5297): the same content gives the same part, in every process."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """The first key seals, all of them open."""
        self._keys = keys

    def sealed(self, account: str, what: str, *content: str) -> str:
        """The part of an address for this account; it opens only for the purpose `what`."""
        made = AESSIV(self._keys[0]).encrypt(orjson.dumps(content), _bound_to(account, what))
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def opened(self, account: str, what: str, part: str, most: int = LONGEST) -> Sequence[str] | None:
        """What was sealed; `None` for what was not, or for another account, or for something else.

        A part of more than `most` characters is `None` without a try.
        """
        if not part or len(part) > most or not part.isascii():
            return None
        try:
            content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
        except binascii.Error:
            return None
        for key in self._keys:
            try:
                found: list[str] = orjson.loads(AESSIV(key).decrypt(content, _bound_to(account, what)))
            except (InvalidTag, ValueError):  # too short to be one
                continue
            return found
        return None


def _bound_to(account: str, what: str) -> list[bytes | bytearray]:
    return [PLACE, account.encode(), what.encode()]
