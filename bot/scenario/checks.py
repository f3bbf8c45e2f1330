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
NOTHING = "nothing"
"""No message, no menu, not in that flow, no SMS, bound in no way."""


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
    """What is known of the person; what is `None` or not named is not asked.

    `attributes` holds name, slot and value; a value of `None` is not known. `at_shop` holds the same of the
    shop's record, where consent is under `CONSENT`.
    """

    place: Place
    tags: tuple[str, ...] | None = None
    tags_exactly: tuple[str, ...] | None = None
    attributes: tuple[tuple[str, str, Value | None], ...] = ()
    bound: tuple[GivenBinding, ...] | None = None
    marketing: bool | None = None
    asks_marketing: bool = False
    promotions: Mapping[str, Any] = field(default_factory=dict)
    """By words of promotions, such as all coupons that are usable."""
    at_shop: tuple[tuple[str, str, Value | None], ...] = ()
    waits: bool | None = None
    """Whether staff are waited for, on some channel."""


@dataclass(frozen=True, slots=True)
class FlowIs:
    """The person's states in flows, or the ends of these; `None`: not in it.

    `held` is why it waits at the door, where that is asked.
    """

    place: Place
    states: tuple[tuple[str, str | None], ...]
    held: HeldBy | None = None


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
WHY_NOT_SENT: tuple[WhyNotSent, ...] = (
    "audience",
    *("nothing", "stopped", "no-friend", "limit", "quota", "empty"),
)
"""Why somebody did not get a broadcast; `audience`: it is not meant for them."""
SENDING_WAITS: tuple[SendingHold, ...] = ("quiet", "file", "brake")


@dataclass(frozen=True, slots=True)
class SentIs:
    """How a broadcast has last gone out since the last `user`, time or `broadcast` step; `None`: not asked.

    `to`: exactly these people got it; `not_to`: these did not, and why; `messages`, `price`: what it cost;
    `missed`: its time was missed; `waits`: why it has not gone out yet.
    """

    place: Place
    broadcast: str
    to: tuple[str, ...] | None = None
    not_to: Mapping[str, WhyNotSent] = field(default_factory=dict)
    messages: int | None = None
    price: Decimal | None = None
    missed: bool = False
    waits: SendingHold | None = None


Check: TypeAlias = BotSays | PageShows | SmsSays | ContactIs | FlowIs | MenuIs | CostIs | Explains | SentIs
