"""The API of the console, wired together."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from bot.app.context import AppContext
from bot.app.staff_contexts import system_source
from bot.model.clock import Clock
from bot.model.money import prices_of
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.drafts.publishing import DraftContext
from bot.operations.erasing import PersonalMenus
from bot.operations.menu_sync_work import MenuSyncWork
from bot.operations.tokens import StaffTokens
from bot.runtime.process import Runtime
from bot.store.sealing.derived_keys import LiveKeys, console_keys
from bot.web.admin.cookies import AdminCookies
from bot.web.api.context import ApiContext
from bot.web.api.endpoints import endpoints_of
from bot.web.api.gate import ApiGate
from bot.web.sealed_parts import SealedParts


def staff_api(
    serving: AppContext,
    runtime: Runtime,
    cookies: AdminCookies,
    clock: Clock,
    menu_work: MenuSyncWork,
    drafts: DraftContext,
) -> Sequence[web.AbstractRouteDef]:
    """All its addresses; `clock` is the machine's."""
    begun, live = serving.begun, serving.live
    context = ApiContext(
        begun.opened.stores,
        lambda: live.playbook,
        lambda: live.settings,
        lambda: live.served.contents,
        serving.clock.now,
        clock,
        lambda: PersonalMenus(live.settings.channels, begun.line_api, begun.line_data_api),
        serving.brake.look,
        runtime.line.trouble,
        lambda: prices_of(live.settings),
        lambda: LineNow(live.settings, begun.line_api, begun.line_data_api),
        serving.personal.in_messages,
        menu_work,
        drafts,
        system_source(serving, runtime),
        SealedParts(LiveKeys(begun.opened.seal, console_keys)),
    )
    tokens = StaffTokens(begun.opened.stores, clock)
    gate = ApiGate(context, tokens, endpoints_of(context), clock, cookies.are_in_the_open, begun.public)
    runtime.metrics.add(gate.calls)
    return gate.routes()
