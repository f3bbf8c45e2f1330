"""Alerts to people who work with the bot: kinds, recipients, content."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias, get_args

StaffReason: TypeAlias = Literal["handed_over", "notified"]
"""Alerts of a playbook's actions: `hand_over`, `notify_staff`."""
TroubleReason: TypeAlias = Literal[
    "webhook_off",
    "token_refused",
    "pages_off",
    "quota",
    "sms_low",
    "shop_failing",
    "dead_letters",
    "journey_stopped",
    "broadcast_held",
    "playbook_refused",
    "server",
    "coupon_low",
    "waiting",
]
"""Something is not as it should be. `webhook_off`: what customers write does not arrive, or soon will not.
`token_refused`: LINE does not take an account's token or secret. `pages_off`: members' pages do not open.
`sms_low`: the day's codes, or what is left at a provider of SMS. `broadcast_held`: an order that goes out
only once staff have decided, for it is not what they were shown. `coupon_low`: few of a coupon are left.
`waiting`: somebody has waited for staff for too long.
`server`: a machine's disk or clock, the database's members."""
AlertReason: TypeAlias = StaffReason | TroubleReason | Literal["digest"]
"""`digest`: yesterday in numbers; its text is `bot.runtime.alerts.digest_letter.DigestLetter` as JSON."""

STAFF_REASONS: tuple[StaffReason, ...] = get_args(StaffReason)
TROUBLE_REASONS: tuple[TroubleReason, ...] = get_args(TroubleReason)

AlertWay: TypeAlias = Literal["mail", "webhook", "line"]


@dataclass(frozen=True, slots=True)
class AlertNote:
    """One alert. `id` is its own forever: the same when it is repeated.

    Of a person: on which `channel`, their `contact` id and `name` at LINE; never a phone. `text` is what the
    playbook says; of a trouble, a line each: what is wrong, why it matters, what to do, the address of the
    page that mends it. `over`: it was sent before, and is over.
    """

    id: str
    reason: AlertReason
    at: datetime
    channel: str | None = None
    contact: str | None = None
    name: str | None = field(repr=False, default=None)
    text: str = field(repr=False, default="")
    over: bool = False
