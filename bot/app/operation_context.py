"""What operations (`bot/operations/declared`) work with in a server; commands make their own context."""

from __future__ import annotations

from bot.app.context import AppContext
from bot.app.staff_contexts import credits, system_source
from bot.model.clock import SystemClock
from bot.operations.catalog.call import OperationContext
from bot.operations.system import SystemSource
from bot.operations.written_conditions import WrittenConditions
from bot.runtime.process import Runtime
from bot.store.stores import Stores


def operation_context(serving: AppContext, runtime: Runtime) -> OperationContext:
    """The context of this process, for the console's pages and the API."""
    begun, source = serving.begun, system_source(serving, runtime)

    async def system() -> SystemSource:
        return source

    async def everywhere() -> list[Stores]:
        return [begun.opened.stores]

    return OperationContext(
        stores=begun.opened.stores,
        served=serving.live,
        now=serving.clock.now,
        clock=SystemClock(),
        line_api=begun.line_api,
        line_data_api=begun.line_data_api,
        look=serving.brake.look,
        trouble=runtime.line.trouble,
        system=system,
        credits=credits(serving),
        conditions=WrittenConditions(),
        everywhere=everywhere,
        played=begun.simulator,
        personal=serving.personal.in_messages,
    )
