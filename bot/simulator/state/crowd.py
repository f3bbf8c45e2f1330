"""Friends of an account who have no phone in the simulator, for tests with many: made up from their numbers,
none is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

CROWD_AT_MOST = 2_000_000
_DIGITS = 8
"""Hexadecimal digits of a user id that hold the number of the friend."""


@dataclass(frozen=True, slots=True)
class PhonelessFriends:
    """Friends numbered from 0."""

    channel_id: str
    number: int = 0
    """How many are on LINE's list."""
    gone: int = 0
    """How many of these, the last ones, have blocked the account since."""

    def users(self, start: int, end: int) -> list[str]:
        """The LINE user ids of those from number `start` to before `end`, as far as there are so many."""
        begins = self._begins()
        return [f"{begins}{number:0{_DIGITS}x}" for number in range(start, min(end, self.number))]

    def has(self, user: str) -> bool:
        """Whether this is one of them who has not blocked the account."""
        return self._number_of(user) < self.number - self.gone

    def had(self, user: str) -> bool:
        """Whether this is one of them at all."""
        return self._number_of(user) < self.number

    def name(self, user: str) -> str:
        """The display name."""
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
