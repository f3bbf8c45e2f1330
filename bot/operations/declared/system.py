"""How the installation stands: what is wrong, channels, shops, servers, keys, the database (K1, K3)."""

from __future__ import annotations

from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.system import SystemView, system_of


@operation("system", example="my-shop")
async def system(call: OperationCall) -> SystemView:
    """How the installation stands: what is wrong, channels, servers, keys, the database."""
    return await system_of(await call.context.system(), machines=call.role == "admin")
