"""What a process does beside events, as long as it runs: each finds out by itself whether it is to do it."""

from __future__ import annotations

from bot.app.context import AppContext
from bot.app.shop_services import clear_unlinked
from bot.operations.audience_history import DailySizes
from bot.promotions.appointments.services.waiting_list import WaitingListService
from bot.runtime.limits.counting import Counting
from bot.runtime.limits.hours import HourCounting
from bot.runtime.process import Runtime
from bot.runtime.sweeps.stopped_flows import StoppedFlows
from bot.runtime.sweeps.waiting_list import WaitingListSweep


def run_in_background(serving: AppContext, runtime: Runtime) -> None:
    """Begun with the runtime, in this order."""
    stores, owns = serving.begun.opened.stores, runtime.ownership.owns
    runtime.also("rich menus", serving.menus.run)
    runtime.also("shop tokens", lambda: serving.shops.keep_tokens(owns))
    runtime.also("seldom asked shops", lambda: serving.shops.ask_seldom_asked(owns))
    runtime.also("unlinked shops", lambda: clear_unlinked(serving.live, stores, owns, serving.clock))
    _empty_stopped_flows(serving, runtime)
    _run_waiting_lists(serving, runtime)
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


def _run_waiting_lists(serving: AppContext, runtime: Runtime) -> None:
    stores = serving.begun.opened.stores
    service = WaitingListService(
        stores.appointments,
        stores.place_wishes,
        stores.contacts,
        serving.live.playbook_now,
        runtime.receiver.store,
        serving.clock,
    )
    waiting = WaitingListSweep(service, runtime.ownership.owns, serving.clock)
    runtime.also("waiting lists", waiting.run)
