"""What happens today, beside the same weekday a week before; who waits, what nobody answered."""

from __future__ import annotations

from bot.model.admin import TEAM
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import ChannelName
from bot.operations.today import TodayView, today_of


@operation("today", roles=TEAM, example="my-shop")
async def today(call: OperationCall, channel: ChannelName | None = None) -> TodayView:
    """What happens today, beside the same weekday a week before; who waits, what nobody answered."""
    return await today_of(
        *(call.stores, call.playbook, call.settings, call.now),
        channel=channel,
        trouble=call.context.trouble(),
    )
