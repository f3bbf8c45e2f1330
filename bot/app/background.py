"""Periodic work beside events: menu ids, tokens and checks of shops, unlinked shops, stopped flows,
promotions, counts, hours, audience sizes.

Every process runs all of it; each piece of work checks itself which parts the process owns.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.app.context import AppContext
from bot.app.shop_services import clear_unlinked
from bot.operations.audience_history import DailySizes
from bot.runtime.limits.counting import Counting
from bot.runtime.limits.hours import HourCounting
from bot.runtime.process import Runtime
from bot.runtime.sweeps.promotions import PromotionSweep
from bot.runtime.sweeps.stopped_flows import StoppedFlows
from bot.services.promotions import PromotionService


def run_in_background(serving: AppContext, runtime: Runtime, promotions: Iterable[PromotionService]) -> None:
    """Register the work with `runtime`, which starts it, in this order."""
    stores, owns = serving.begun.opened.stores, runtime.ownership.owns
    runtime.also("rich menus", serving.menus.run)
    runtime.also("shop tokens", lambda: serving.shops.keep_tokens(owns))
    runtime.also("seldom asked shops", lambda: serving.shops.ask_seldom_asked(owns))
    runtime.also("unlinked shops", lambda: clear_unlinked(serving.live, stores, owns, serving.clock))
    _empty_stopped_flows(serving, runtime)
    looks = [one.look for one in promotions if one.look is not None]
    runtime.also("promotions", PromotionSweep(looks, owns, serving.clock).run)
    counting = Counting(stores.counts, owns, serving.clock, runtime.lanes.is_rushed)
    runtime.also("counts", counting.run)
    hours = HourCounting(stores.hours, owns, serving.clock, runtime.lanes.is_rushed)
    runtime.also("hours", hours.run)
    sizes = DailySizes(
        *(stores, serving.live.playbook_now, owns, serving.clock),
        runtime.lanes.is_rushed,
    )
    runtime.also("audience sizes", sizes.run)


def _empty_stopped_flows(serving: AppContext, runtime: Runtime) -> None:
    stopped = StoppedFlows(
        serving.live.playbook_now,
        serving.begun.opened.stores.standing,
        lambda: runtime.ownership.parts,
        runtime.receiver.store,
        runtime.lanes.knows,
        serving.clock,
    )
    runtime.also("stopped flows", stopped.run)
