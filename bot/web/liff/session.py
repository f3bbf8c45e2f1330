"""Our own proof of who has opened a page: made once LINE has verified the ID token, good for an hour.

It travels in the `Authorization` header only, never in a cookie or an address: so no other site can send it.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

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

    def new(self, channel: str, user: str, name: str = "") -> str:
        """A session of this LINE user on this channel; `name` as LINE calls them, where it says so."""
        now = self._clock.now()
        told = {
            "channel": channel,
            "user": user,
            "name": name,
            "issued": now.timestamp(),
            "expires": int((now + LIFE).timestamp()),
        }
        content = _text(orjson.dumps(told))
        return f"{content}.{_signature(self._keys[0], content)}"

    def user(self, session: str, channel: str) -> str | None:
        """Whose session it is; `None` if it is not ours, of another channel, or over."""
        told = self._told(session, channel)
        return None if told is None else str(told["user"])

    def name(self, session: str, channel: str) -> str:
        """What LINE calls them; empty where that is not known, or it is nobody's session."""
        told = self._told(session, channel)
        return "" if told is None else str(told.get("name", ""))  # one of an older version has none

    def since(self, session: str, channel: str) -> datetime | None:
        """When it was made; `None` as for `user`."""
        told = self._told(session, channel)
        return None if told is None else datetime.fromtimestamp(told["issued"], UTC)

    def _told(self, session: str, channel: str) -> Mapping[str, Any] | None:
        content, _, signature = session.partition(".")
        if len(session) > LONGEST or not session.isascii():
            return None
        if not any(hmac.compare_digest(signature, _signature(key, content)) for key in self._keys):
            return None
        told: Mapping[str, Any] = orjson.loads(  # what `new` wrote
            base64.urlsafe_b64decode(content + "=" * (-len(content) % 4))
        )
        good = told["channel"] == channel and told["expires"] > self._clock.now().timestamp()
        return told if good else None


def _signature(key: bytes, content: str) -> str:
    return _text(hmac.digest(key, content.encode(), "sha256"))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
