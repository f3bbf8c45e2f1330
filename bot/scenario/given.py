"""What there is before the first step of a scenario: moment, people, shop, clerks (language, section 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.brake import OFF, Brake
from bot.model.decision import SmsCredit
from bot.model.place import Place
from bot.model.value import Value

ANOTHER = "another"
"""`bound_to: another`: somebody else on this channel, who takes no part but for this."""

ALL_PUSHES = "pushes"
"""What is stopped where no channel and no flow is named."""

ALL_BROADCASTS = "all"
"""`broadcasts: all`: every broadcast of the playbook goes out at its times."""

GivenBinding: TypeAlias = Literal["phone", "shop", "clerk"]


@dataclass(frozen=True, slots=True)
class GivenFlow:
    """The initial state of a person in a flow, set without its entry actions."""

    flow: str
    state: str


@dataclass(frozen=True, slots=True)
class GivenPerson:
    """A person before the first step. `values` are attributes by slot; `friend` is `None` where not given."""

    name: str
    """How the scenario calls this person; empty where there is only one."""
    place: Place
    channel: str
    shown: str | None = None
    """The name that LINE tells."""
    language: str | None = None
    friend: bool | None = None
    tags: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    bound: tuple[GivenBinding, ...] = ()
    bound_before: bool = False
    phone: str | None = None
    email: str | None = None
    member_no: str | None = None
    clerk: str | None = None
    marketing: bool | None = None
    flows: tuple[GivenFlow, ...] = ()
    places: tuple[str, ...] = ()
    """The rules with `first` of which this person has a place."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as the coupons that this person was given just before."""


@dataclass(frozen=True, slots=True)
class GivenMember:
    """A member's record at the shop. `phone` is E.164, `values` are the mapped attributes by slot."""

    place: Place
    phone: str
    member_no: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)
    consent: bool | None = None
    birthday: str | None = None
    line: str | None = None
    """The name of the person whose LINE account the shop has."""
    bound_to: str | None = None
    """Whose phone it is already: a person's name, or `another`."""


@dataclass(frozen=True, slots=True)
class GivenClerk:
    """A clerk of the shop, with the code that their QR code carries."""

    place: Place
    code: str
    name: str
    store: str
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """Everything before the first step. `split` is the group that each person has been drawn for."""

    now: datetime
    people: tuple[GivenPerson, ...]
    members: tuple[GivenMember, ...] = ()
    clerks: tuple[GivenClerk, ...] = ()
    split: Mapping[str, str] = field(default_factory=dict)
    sms_credit: SmsCredit = "fine"
    quota: int | None = None
    taken: Mapping[str, int] = field(default_factory=dict)
    """By rule with `first`: the places that are taken."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as how many are left of each coupon."""
    stopped: Brake = OFF
    """The pushes that staff have stopped."""
    broadcasts: frozenset[str] = frozenset()
    """The broadcasts that go out at their times beside those that a step names; may hold `ALL_BROADCASTS`."""
