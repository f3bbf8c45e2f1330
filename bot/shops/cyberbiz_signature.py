"""Who asks CYBERBIZ? With an API secret each request is signed: HMAC over date, request line and digest.

https://www.cyberbiz.io/support/?p=40162
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from hashlib import sha256
from hmac import digest as hmac_digest

from bot.model.clock import Clock


@dataclass(frozen=True, slots=True)
class ApiSecret:
    """Signs requests. Whether CYBERBIZ wants the query string signed is not documented: `sign_query`."""

    username: str
    secret: str = field(repr=False)
    clock: Clock
    sign_query: bool = False

    def __call__(self, method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        """`X-Date` (RFC 1123), `Digest` where there is a body, `Authorization`."""
        date = format_datetime(self.clock.now().astimezone(UTC), usegmt=True)
        line = target if self.sign_query else target.partition("?")[0]
        names, lines = "x-date request-line", [f"x-date: {date}", f"{method} {line} HTTP/1.1"]
        headers = {"X-Date": date}
        if body is not None:
            digest = f"SHA-256={_base64(sha256(body).digest())}"
            names += " digest"
            lines.append(f"digest: {digest}")
            headers["Digest"] = digest
        signature = _base64(hmac_digest(self.secret.encode(), "\n".join(lines).encode(), "sha256"))
        headers["Authorization"] = (
            f'hmac username="{self.username}", algorithm="hmac-sha256", headers="{names}", '
            f'signature="{signature}"'
        )
        return headers


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
