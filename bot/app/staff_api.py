"""The API of the console, wired together."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.app.context import AppContext
from bot.operations.catalog.call import OperationContext, ServerWork
from bot.operations.drafts.publishing import DraftContext
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.tokens import StaffTokens
from bot.runtime.process import Runtime
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.web.admin.cookies import AdminCookies
from bot.web.api.context import ApiContext
from bot.web.api.declared import endpoints_of
from bot.web.api.gate import ApiGate
from bot.web.sealed_parts import SealedParts


def staff_api(
    serving: AppContext,
    runtime: Runtime,
    operations: OperationContext,
    cookies: AdminCookies,
    menu_work: MenuSyncWork,
    drafts: DraftContext,
) -> Sequence[web.AbstractRouteDef]:
    """All its addresses."""
    begun, clock = serving.begun, operations.clock
    context = ApiContext(
        **operations.inherited() | {"server": ServerWork(menu_work, drafts)},
        parts=SealedParts(LiveKeys(begun.opened.seal, console_keys)),
    )
    tokens = StaffTokens(operations.stores, clock)
    gate = ApiGate(context, tokens, endpoints_of(context), clock, cookies.are_in_the_open, begun.public)
    runtime.metrics.add(gate.calls)
    return gate.routes()
