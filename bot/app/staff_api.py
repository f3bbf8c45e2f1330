"""`/admin/api`, wired: for programs that hold a staff token, never by a browser's session."""

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
    """The routes of all operations for token holders.

    `cookies` says whether a request came unencrypted, which is refused where our own address is https;
    `menu_work` and `drafts` are the work of this process that some operations wait for.
    """
    begun, clock = serving.begun, operations.clock
    context = ApiContext(
        **operations.fields_by_name() | {"server": ServerWork(menu_work, drafts)},
        # encrypts the ids of people in addresses, by the same keys as in the console's pages
        parts=SealedParts(LiveKeys(begun.opened.seal, console_keys)),
    )
    tokens = StaffTokens(operations.stores, clock)
    gate = ApiGate(context, tokens, endpoints_of(context), clock, cookies.is_unencrypted, begun.public)
    runtime.metrics.add(gate.calls)
    return gate.routes()
