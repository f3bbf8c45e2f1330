"""How many people are in each state of a flow, or have something that the playbook declares (a tag, an
attribute …): an edit must not strand them, nor drop that without a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Standing:
    """So many people are in this state of a flow on a channel, all with the same timers.

    `armed` and `fired` are the names of the timers of the visit; `timers_run` is whether any run at all
    meanwhile: none do while a person is held at the state's door, or staff have the conversation.
    """

    flow: str
    channel: str
    state: str
    number: int
    armed: frozenset[str] = frozenset()
    fired: frozenset[str] = frozenset()
    timers_run: bool = True


@dataclass(frozen=True, slots=True)
class FollowedLink:
    """How many people have a code of `links` as the first or the last that they came by; `last`: when one of
    them came by it last (UTC)."""

    number: int
    last: datetime


LATELY = timedelta(days=90)
"""A promotion is removed without a warning once nobody has taken part in it for so long."""


@dataclass(frozen=True, slots=True)
class CountedUsage:
    """How many people have each tag (unless it has expired), and a value in each slot of an attribute (its
    type's letter and its key: `n.points`).

    `uses`, by the key of a contact's `used`: how many have used a rule with `once_per`, however often, or
    have a place of a rule for the first so many. `links`: by code. `promotions`, by section: whatever its
    kind has made of its counts; it alone reads them.
    """

    tags: Mapping[str, int]
    slots: Mapping[str, int]
    uses: Mapping[str, int]
    links: Mapping[str, FollowedLink] = field(default_factory=dict)
    promotions: Mapping[str, Any] = field(default_factory=dict)
