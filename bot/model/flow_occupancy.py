"""How many people are in each state of each flow: an edit of the playbook must not strand them."""

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
    """So many people came by a code of `links` first or last; `last`: when one of them opened it last."""

    number: int
    last: datetime


LATELY = timedelta(days=90)
"""Who took part in a promotion longer ago has forgotten it: it may go without a word."""


@dataclass(frozen=True, slots=True)
class CountedUsage:
    """How many people have each tag (that has not expired), a value in each slot (`n.points`), have used up
    each rule with a limit, or have a place of it (`uses`, by the name under which it is counted), and came by
    each code of `links`; `promotions`, by section: what their kind counts."""

    tags: Mapping[str, int]
    slots: Mapping[str, int]
    uses: Mapping[str, int]
    links: Mapping[str, FollowedLink] = field(default_factory=dict)
    promotions: Mapping[str, Any] = field(default_factory=dict)
