"""News of a shop: a webhook of its platform as it came, and what it means in our words (requirements C6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

MemberTopic: TypeAlias = Literal["member_registered", "member_updated", "tier_changed", "member_removed"]
"""What is told of a member; `member_removed` is heard by no rule."""
OrderTopic: TypeAlias = Literal["order_placed", "order_paid", "order_cancelled", "order_refunded"]


@dataclass(frozen=True, slots=True)
class ShopWebhook:
    """A webhook of a shop, verified. `id` is the same when it is sent again; `body` as it came."""

    id: str
    shop: str
    topic: str
    body: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderState:
    """What has become of an order, as its shop says of the order itself; a refund of a part is a refund."""

    paid: bool = False
    cancelled: bool = False
    refunded: bool = False

    def fits(self, topic: OrderTopic) -> bool:
        """Whether news of this topic may be about an order in this state."""
        match topic:
            case "order_placed":
                return True
            case "order_paid":
                return self.paid
            case "order_cancelled":
                return self.cancelled
            case "order_refunded":
                return self.refunded


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order as its webhook tells it. `id` is the platform's; `number` what people read.

    `amount` is all that is to be paid; `placed` and `updated` are moments of the shop. `state` is there where
    the topic is not signed: what the signed body says, which the shop is asked about before it is believed.
    """

    id: str
    topic: OrderTopic
    number: str | None = None
    amount: int | float | None = None
    placed: datetime | None = None
    updated: datetime | None = None
    state: OrderState | None = None


@dataclass(frozen=True, slots=True)
class ToldNews:
    """What a webhook means: of which member, and what rules may hear.

    `member` is empty where it is about nobody (an order of a guest). `topic` is `None` where nobody hears of
    it, but the member's record may have changed. `since`: of who has registered, when that was. `in_record`:
    the change is one of the record's own, so it is not older than what the record calls its last one.
    """

    member: str = field(repr=False)
    topic: MemberTopic | None = None
    order: ToldOrder | None = None
    since: datetime | None = None
    in_record: bool = False
