"""Did LINE send this? The signature of a webhook.

https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64


def signature_ok(secret: str, body: bytes, header: str | None) -> bool:
    """Whether `header` (X-Line-Signature) is base64(HMAC-SHA256(channel secret, body)).

    Compared in constant time. `secret` is an opaque text, taken as UTF-8. A header that is missing, empty
    or anything else gives `False`, never an exception.
    """
    if not header or not header.isascii():
        return False
    wanted = b2a_base64(hmac.digest(secret.encode("utf-8", "surrogatepass"), body, "sha256"), newline=False)
    return hmac.compare_digest(wanted, header.encode("ascii"))
