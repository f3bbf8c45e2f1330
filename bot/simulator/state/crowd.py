"""Friends of an account without a phone here: as many as a test asks for, made up from their number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

CROWD_AT_MOST = 2_000_000
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class PhonelessFriends:
    """The first `number` of them are friends on LINE's list; the last `gone` of these have blocked since."""

    channel_id: str
    number: int = 0
    gone: int = 0

    def users(self, start: int, end: int) -> list[str]:
        """The LINE user ids of those from one number to before another, of who is there."""
        begins = self._begins()
        return [f"{begins}{number:0{_DIGITS}x}" for number in range(start, min(end, self.number))]

    def has(self, user: str) -> bool:
        """Whether this is one of them who has not blocked the account."""
        return self._number_of(user) < self.number - self.gone

    def had(self, user: str) -> bool:
        """Whether this is one of them at all."""
        return self._number_of(user) < self.number

    def name(self, user: str) -> str:
        """What this one is called."""
        return f"好友 {self._number_of(user) + 1}"

    def _number_of(self, user: str) -> int:
        begins = self._begins()
        if not user.startswith(begins) or len(user) != len(begins) + _DIGITS:
            return CROWD_AT_MOST
        try:
            return int(user[-_DIGITS:], 16)
        except ValueError:
            return CROWD_AT_MOST

    def _begins(self) -> str:
        return "U" + hashlib.sha256(b"crowd" + self.channel_id.encode()).hexdigest()[: 32 - _DIGITS]
