"""Did LINE send this? The signature of a webhook.

https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from functools import lru_cache


def signature_ok(secret: str, body: bytes, header: str | None) -> bool:
    """Whether `header` (X-Line-Signature) is base64(HMAC-SHA256(channel secret, body)).

    Compared in constant time. `secret` is an opaque text, taken as UTF-8. A header that is missing, empty
    or anything else gives `False`, never an exception.
    """
    if not header or not header.isascii():
        return False
    signing = _signing(secret).copy()
    signing.update(body)
    return hmac.compare_digest(b2a_base64(signing.digest(), newline=False), header.encode("ascii"))


@lru_cache(1_024)
def _signing(secret: str) -> hmac.HMAC:
    """What has taken the key in: half of the work. Unlike `hmac.digest` it keeps the interpreter's lock."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), digestmod="sha256")
