"""How fast one-time codes may be asked for: slower, the more of an hour's share of newcomers is used.

The pause that grows stands in place of a puzzle for the asker's phone to solve (proof of work): it needs
nothing of the page, holds in chats as well, and costs a customer with an old phone no more than a script
on a server. Newcomers are whom `one_time_code.NEWCOMER` says; everybody else goes by `CALM`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.model.one_time_code import newcomers_in_an_hour


@dataclass(frozen=True, slots=True)
class AskingSpeed:
    """So long a `pause` between two codes of one LINE account, and so many codes within a minute for pages
    at one internet address (`from_address`).

    Carriers put thousands of people behind one address, so it is slowed down and never shut.
    """

    pause: timedelta
    from_address: int


CALM = AskingSpeed(timedelta(), 10)
_FROM = (
    (0.75, AskingSpeed(timedelta(minutes=15), 2)),
    (0.50, AskingSpeed(timedelta(minutes=5), 3)),
    (0.25, AskingSpeed(timedelta(minutes=1), 5)),
)
"""From which share of the hour's codes for newcomers on."""


def pace(this_hour: int, most: int, *, newcomer: bool) -> AskingSpeed:
    """How fast somebody may ask, once newcomers were sent `this_hour` codes and the day has `most`."""
    share = this_hour / newcomers_in_an_hour(most) if newcomer else 0.0
    return next((found for least, found in _FROM if share >= least), CALM)
