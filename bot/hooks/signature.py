"""How a call is signed: as Standard Webhooks says, for which receivers have libraries in most languages.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime

_PREFIX = "whsec_"
"""The beginning of a secret in base64, as the standard has it."""
OUR_HEADERS = frozenset(
    (
        *("webhook-id", "webhook-timestamp", "webhook-signature", "idempotency-key", "content-type"),
        *("content-length", "accept-encoding", "transfer-encoding", "connection", "host"),
    )
)
"""Headers that a playbook's hook may not set, in lower case: we or HTTP set them."""


def signed(id_: str, at: datetime, body: bytes, secret: str | None) -> Mapping[str, str]:
    """The headers of a call: its id, the same at every try, when it was sent, and its signature."""
    sent = str(int(at.timestamp()))
    headers = {"webhook-id": id_, "webhook-timestamp": sent, "Idempotency-Key": id_}
    if secret is not None:
        content = b".".join((id_.encode(), sent.encode(), body))
        mac = hmac.digest(_key(secret), content, "sha256")
        headers["webhook-signature"] = f"v1,{base64.b64encode(mac).decode()}"
    return headers


def _key(secret: str) -> bytes:
    """`whsec_` and base64 as the standard has it; any other text is the key itself."""
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
