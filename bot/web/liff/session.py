"""Our own proof of who has opened a page: made once LINE has verified the ID token, good for an hour.

It travels in the `Authorization` header only, never in a cookie or an address: so no other site can send it.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import timedelta

import orjson

from bot.model.clock import Clock

LIFE = timedelta(hours=1)
LONGEST = 1000
"""Characters of a session that is looked at."""


class Sessions:
    """Makes and reads sessions; any process with the same keys reads what another has made."""

    def __init__(self, keys: Sequence[bytes], clock: Clock) -> None:
        """`keys`: the first one signs, all of them are accepted."""
        self._keys = keys
        self._clock = clock

    def new(self, channel: str, user: str) -> str:
        """A session of this LINE user on this channel."""
        now = self._clock.now()
        told = {
            "channel": channel,
            "user": user,
            "issued": int(now.timestamp()),
            "expires": int((now + LIFE).timestamp()),
        }
        content = _text(orjson.dumps(told))
        return f"{content}.{_signature(self._keys[0], content)}"

    def user(self, session: str, channel: str) -> str | None:
        """Whose session it is; `None` if it is not ours, of another channel, or over."""
        content, _, signature = session.partition(".")
        if len(session) > LONGEST or not session.isascii():
            return None
        if not any(hmac.compare_digest(signature, _signature(key, content)) for key in self._keys):
            return None
        told = orjson.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))  # what `new` wrote
        good = told["channel"] == channel and told["expires"] > self._clock.now().timestamp()
        return str(told["user"]) if good else None


def _signature(key: bytes, content: str) -> str:
    return _text(hmac.digest(key, content.encode(), "sha256"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
