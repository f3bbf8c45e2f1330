"""What has become of an order of a CYBERBIZ shop, by the statuses of the order itself.

https://api-doc.cyberbiz.co (Orders): `statuses` and `timings`, in the API and in the bodies of webhooks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.shop import OrderState

_PAID = frozenset(
    {
        *("paid", "pending_refund", "refunding", "refund_failed", "refunded", "no_refunded"),
        *("pending_partial_refund", "partial_refunded"),
    }
)
"""Of `financial_status`: the money has come, whatever became of it. Not so `pending`, `remitted`, `cod`."""
_REFUNDED = frozenset({"refunded", "partial_refunded"})


def cyberbiz_order_state(order: Mapping[str, Any]) -> OrderState:
    """Paid, cancelled, refunded. Cash on delivery is paid once the parcel was received."""
    statuses, timings = _part(order, "statuses"), _part(order, "timings")
    financial, fulfillment = str(statuses.get("financial_status")), statuses.get("fulfillment_status")
    return OrderState(
        paid=financial in _PAID or (financial == "cod" and fulfillment == "received"),
        cancelled=statuses.get("order_status") == "cancelled" or bool(timings.get("cancelled_at")),
        refunded=financial in _REFUNDED or bool(timings.get("refund_at")),
    )


def _part(order: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = order.get(key)
    return part if isinstance(part, dict) else {}
