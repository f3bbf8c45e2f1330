"""`POST /api/events`, wired: signals go to people's turns, news of shops to who tells them."""

from __future__ import annotations

from bot.app.context import AppContext
from bot.app.shop_services import ShopNewsServices
from bot.app.with_simulator import tokens_of_events
from bot.runtime.intake.outside_events import Addressees, OutsideEvents
from bot.runtime.process import Runtime
from bot.runtime.shops.shop_events import ShopEvents
from bot.web.outside_events import OutsideEventsPage


def events_from_outside(serving: AppContext, runtime: Runtime, heard: ShopNewsServices) -> OutsideEventsPage:
    """The page, and its figures among those of the runtime."""
    live, stores = serving.live, serving.begun.opened.stores
    signals = OutsideEvents(
        lambda: live.playbook,
        Addressees(stores.contacts, stores.people, runtime.turns.recent.stored),
        stores.inbox,
        runtime.receiver.store_new,
        serving.clock,
    )
    events = ShopEvents(
        signals,
        lambda: (live.settings.shops, live.playbook.zone),
        serving.shops.links,
        heard.keep,
        serving.clock,
    )
    page = OutsideEventsPage(events, tokens_of_events(live, serving.pretend))
    runtime.metrics.add(signals.taken, page.calls)
    return page
