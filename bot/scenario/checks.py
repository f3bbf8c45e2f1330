"""The steps of a scenario that expect something (language, section 14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from bot.model.broadcast import LeftOut, SendingHold
from bot.model.instance import HeldBy
from bot.model.place import Place
from bot.model.value import Value
from bot.scenario.given import GivenBinding

MISSED = "missed"
"""The word of a `sent` step for a broadcast whose time was missed."""
NOTHING = "nothing"
"""The word of a step that expects none: no message, menu, page, SMS or binding, no recipient, or not in that
flow."""


@dataclass(frozen=True, slots=True)
class CardNamed:
    """All messages of this card, whatever is filled in."""

    name: str


@dataclass(frozen=True, slots=True)
class ExactText:
    """A text message with exactly this text."""

    text: str


@dataclass(frozen=True, slots=True)
class Containing:
    """A message in which this text can be read."""

    text: str


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these."""

    options: tuple[Expected, ...]


Expected: TypeAlias = CardNamed | ExactText | Containing | AnyOf
"""A message that a `bot` step expects."""


@dataclass(frozen=True, slots=True)
class BotSays:
    """Exactly these messages, in this order; none of them: the bot is silent."""

    place: Place
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class PageShows:
    """The page shows this state (or page without states), or a text; neither: no page is open."""

    place: Place
    state: str | None = None
    contains: str | None = None


@dataclass(frozen=True, slots=True)
class SmsSays:
    """The last SMS; `None`: none has come since the last `user` or time step."""

    place: Place
    expected: ExactText | Containing | None


@dataclass(frozen=True, slots=True)
class ContactIs:
    """What is known of the person. A field that is `None`, and a name that no field has, is not checked."""

    place: Place
    tags: tuple[str, ...] | None = None
    """At least these are on."""
    tags_exactly: tuple[str, ...] | None = None
    """These are on, and no other."""
    attributes: tuple[tuple[str, str, Value | None], ...] = ()
    """Name, slot and expected value of each; `None`: the value is not known."""
    bound: tuple[GivenBinding, ...] | None = None
    """At least these bindings are there; empty: none is."""
    marketing: bool | None = None
    """The expected consent; `None`: nothing is known of it. Checked where `asks_marketing` is set."""
    asks_marketing: bool = False
    """Whether `marketing` is checked."""
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as all coupons that are usable."""
    at_shop: tuple[tuple[str, str, Value | None], ...] = ()
    """As `attributes`, of the shop's record; its consent is under the slot `CONSENT`."""
    waits: bool | None = None
    """Whether the person waits for staff, on some channel."""


@dataclass(frozen=True, slots=True)
class FlowIs:
    """The person's states in flows."""

    place: Place
    states: tuple[tuple[str, str | None], ...]
    """Each flow with the expected state, or the end of a flow that has ended; `None`: not in it."""
    held: HeldBy | None = None
    """Why the flow is held before its state; `None`: not checked."""


@dataclass(frozen=True, slots=True)
class MenuIs:
    """The rich menu shown (`None`: none), and its tab where that is asked."""

    place: Place
    menu: str | None
    tab: str | None = None


@dataclass(frozen=True, slots=True)
class CostIs:
    """Messages paid so far, of everybody."""

    place: Place
    messages: int


@dataclass(frozen=True, slots=True)
class Explains:
    """What decided since the last `user` or time step: a rule by name, or a file."""

    place: Place
    rule: str | None = None
    file: str | None = None


WhyNotSent: TypeAlias = Literal["audience"] | LeftOut
"""`audience`: the broadcast is not meant for the person."""
WHY_NOT_SENT: tuple[WhyNotSent, ...] = (
    "audience",
    *("nothing", "stopped", "no-friend", "limit", "quota", "empty"),
)
"""Why a person did not get a broadcast: not in its `audience`, or as `LeftOut` says."""
SENDING_WAITS: tuple[SendingHold, ...] = ("quiet", "file", "brake")
"""Why a broadcast is held in a scenario: quiet hours, `status: paused` in its file, pushes stopped by
staff."""


@dataclass(frozen=True, slots=True)
class SentIs:
    """How a broadcast has last gone out since the last `user`, time or `broadcast` step; a field that is
    `None` is not checked."""

    place: Place
    broadcast: str
    to: tuple[str, ...] | None = None
    """Exactly these people got it."""
    not_to: Mapping[str, WhyNotSent] = field(default_factory=dict)
    """These people did not, each with the reason."""
    messages: int | None = None
    """The messages that it cost."""
    price: Decimal | None = None
    """What they cost beyond the plan's, in NT$."""
    missed: bool = False
    """Whether its time was missed."""
    waits: SendingHold | None = None
    """Why it has not gone out yet."""


Check: TypeAlias = BotSays | PageShows | SmsSays | ContactIs | FlowIs | MenuIs | CostIs | Explains | SentIs
"""A step that expects something."""
