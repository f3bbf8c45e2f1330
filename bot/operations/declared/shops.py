"""The shops whose members the bot finds: how far they are read, and what is mapped (C3, C6)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from annotated_types import MaxLen

from bot.model.answer_fields import Help
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, CommandWord
from bot.operations.shops.fields import shop_of
from bot.operations.shops.status import ShopStatus, members_counted, status_of

ShopName: TypeAlias = Annotated[
    str, MaxLen(SHORT), CommandWord(), Help("the shop (the only one, if there is one)")
]


@operation("shops.status", example="forest")
async def shop_status(call: OperationCall, shop: ShopName = "") -> ShopStatus:
    """What is mapped, how many members have it, what could not be read; polls."""
    named = shop_of(call.settings.shops, shop or None)
    counted = await members_counted(call.stores, call.playbook, named)
    settings, played = call.settings, call.context.played
    return await status_of(call.stores, call.playbook, settings, named, counted, played=played)
