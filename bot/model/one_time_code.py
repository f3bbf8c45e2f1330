"""One-time codes: how long they are good, how many may be asked for, and how fast.

The growing pause stands in place of a proof of work for the phone: it needs nothing of the page, holds in
chats as well, and costs a customer with an old phone no more than a script on a server. It applies to
newcomers (`NEWCOMER`); everybody else goes by `CALM`.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

VALID = timedelta(minutes=5)
"""How long a code may be written after it was sent."""

BETWEEN = timedelta(seconds=60)
"""How long after one code to a phone there is no other."""

TRIES = 5
"""How often one code may be guessed."""

PER_DAY = 500
"""Codes that a team sends in a day at most, where its playbook says nothing: nobody's script costs more."""

NEWCOMER = timedelta(days=1)
"""From friends newer than this a part of the team's codes is reserved for others."""

NEWCOMERS_PER_DAY = 0.8
"""Share of the team's codes of a day that newcomers may have: made-up accounts leave some."""

NEWCOMERS_PER_HOUR = 0.2
"""The same within an hour, so that there is time to see it."""

NEWCOMERS_AT_LEAST = 20
"""Codes that newcomers may have in an hour however few a team has of a day."""

BringerKind: TypeAlias = Literal["friend", "clerk"]


@dataclass(frozen=True, slots=True)
class Bringer:
    """Who has brought a newcomer: a member of longer than `NEWCOMER`, by the code of their own link; a clerk,
    by number or code."""

    kind: BringerKind
    code: str


@dataclass(frozen=True, slots=True)
class BroughtShare:
    """What newcomers whom somebody brings may have beyond the share of all: so much more `in_hour`; `per_day`
    is the share of the team's codes of a day, with all newcomers'.

    `of_one`: codes in an hour with which those of one bringer go beyond. A link may be passed on to anybody
    and a clerk's code photographed: it uses up no other's.
    """

    in_hour: float
    per_day: float
    of_one: int


BROUGHT: Mapping[BringerKind, BroughtShare] = {
    "friend": BroughtShare(0.1, 0.85, 5),
    "clerk": BroughtShare(0.3, 0.9, 10),
}
"""That of clerks reaches beyond that of friends: a crowd with links leaves codes for who stands in a shop."""

NEARLY = 0.8
"""Share of a day's codes from which on somebody should know."""


def newcomers_in_an_hour(most: int) -> int:
    """Codes that newcomers may have in an hour, where the team may have so many in the day."""
    return max(NEWCOMERS_AT_LEAST, math.ceil(most * NEWCOMERS_PER_HOUR))


def full_minute(moment: datetime) -> datetime:
    """The first full minute that is not before this moment: a time in hours and minutes is right then."""
    minute = moment.replace(second=0, microsecond=0)
    return minute if minute == moment else minute + timedelta(minutes=1)


def event_fields(result: str, left: int, again_in: int) -> Mapping[str, int]:
    """What `event.*` says of a code that was compared: tries `left` where it was wrong; `seconds` until there
    may be another where it was guessed away."""
    return {"wrong": {"left": left}, "locked": {"seconds": again_in}}.get(result, {})


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


_BITS = {4: 24, 6: 48}
"""Of an address: 256 neighbours; of IPv6 what a provider gives one site (RFC 6177)."""


def network_of(address: str) -> str:
    """The network of an address or a smaller network (`203.0.113.7`, `2001:db8::/64`); else itself."""
    try:
        found = ipaddress.ip_interface(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found.ip}/{_BITS[found.version]}", strict=False))
