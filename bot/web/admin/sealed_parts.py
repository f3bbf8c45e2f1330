"""Parts of addresses that show nobody's id, name or phone: sealed, and only for whom they were made.

An address is kept in logs, histories and screenshots. Whoever is handed one made for another account has
nothing: it does not open; and what it opens is asked for within one's own scope all the same.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PLACE = b"oaflow staff pages 1"
"""What is sealed here opens nowhere else."""
LONGEST = 1_000
"""Characters of a part that is looked at."""


class SealedParts:
    """Seals and opens them (AES-SIV, RFC 5297): the same content gives the same part, in every process."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """The first key seals, all of them open."""
        self._keys = keys

    def sealed(self, account: str, what: str, *content: str) -> str:
        """The part of an address; `what` it is for opens it, and nothing else."""
        made = AESSIV(self._keys[0]).encrypt(orjson.dumps(content), _bound_to(account, what))
        return base64.urlsafe_b64encode(made).decode().rstrip("=")

    def opened(self, account: str, what: str, part: str) -> Sequence[str] | None:
        """What was sealed; `None` for what was not, or for another account, or for something else."""
        if not part or len(part) > LONGEST or not part.isascii():
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
