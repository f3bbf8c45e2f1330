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
"""`bound_to: another`: a contact on this channel that has no other part in the scenario."""

ALL_PUSHES = "pushes"
"""The word for all pushes, where no channel and no flow is named."""

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
    """A person before the first step."""

    name: str
    """The name in the scenario; empty where there is only one person."""
    place: Place
    channel: str
    shown: str | None = None
    """The display name at LINE."""
    language: str | None = None
    friend: bool | None = None
    """Whether they are a friend of the account; `None`: not given."""
    tags: tuple[str, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    """Attributes by slot."""
    bound: tuple[GivenBinding, ...] = ()
    bound_before: bool = False
    """Whether a phone was bound once, and is not any more."""
    phone: str | None = None
    """E.164."""
    email: str | None = None
    member_no: str | None = None
    clerk: str | None = None
    """The code of the clerk to whom the person is bound."""
    marketing: bool | None = None
    """The consent given to the bot; `None`: not given."""
    flows: tuple[GivenFlow, ...] = ()
    places: tuple[str, ...] = ()
    """The rules with `first` of which this person has a place."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as the coupons that this person was given just before."""


@dataclass(frozen=True, slots=True)
class GivenMember:
    """A member's record at the shop."""

    place: Place
    phone: str
    """E.164."""
    member_no: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    """The mapped attributes by slot."""
    tags: Mapping[str, bool] = field(default_factory=dict)
    """The mapped yes/no fields."""
    consent: bool | None = None
    """To marketing; `None`: not known."""
    birthday: str | None = None
    """`YYYY-MM-DD`."""
    line: str | None = None
    """The name of the person whose LINE account the record has."""
    bound_to: str | None = None
    """The person who has bound this phone already: a name, or `another`."""


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
    """Everything before the first step."""

    now: datetime
    """The moment at which the scenario begins."""
    people: tuple[GivenPerson, ...]
    members: tuple[GivenMember, ...] = ()
    clerks: tuple[GivenClerk, ...] = ()
    split: Mapping[str, str] = field(default_factory=dict)
    """By split: the group that everybody is drawn for."""
    sms_credit: SmsCredit = "fine"
    quota: int | None = None
    """Paid messages of each month; `None`: no limit."""
    taken: Mapping[str, int] = field(default_factory=dict)
    """By rule with `first`: the places that are taken."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as how many are left of each coupon."""
    stopped: Brake = OFF
    """The pushes that staff have stopped."""
    broadcasts: frozenset[str] = frozenset()
    """The broadcasts that go out at their times beside those that a step names; may hold `ALL_BROADCASTS`."""
