"""Web hooks, wired together: who calls them, or plays them."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.app.context import AppContext
from bot.hooks.call import HookCaller
from bot.runtime.effects.effects import EffectDesk
from bot.runtime.effects.hooks import HookDesk, HookFigures


async def hook_desk(serving: AppContext, figures: HookFigures, stack: AsyncExitStack) -> EffectDesk:
    """The desk of the hooks of what is live. With the simulator nothing is called: there they are played."""
    if serving.pretend is not None:
        return serving.pretend.hooks
    live, clock = serving.live, serving.clock
    calling = HookCaller(clock, lambda: live.settings.private_hosts, figures.seconds.took)
    caller = await stack.enter_async_context(calling)
    desk = HookDesk(caller, lambda: live.playbook, lambda: live.settings.hooks, figures, clock)
    stack.push_async_callback(desk.watch.stop)
    return desk
