"""What operations work with at a terminal, where no bot may run."""

from __future__ import annotations

from datetime import datetime

from bot.app.addresses import line_api, line_data_api
from bot.cli.order import CommandOrder, FolderOrder
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import SystemClock
from bot.model.money import prices_of
from bot.model.translatable import tr
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.catalog.call import NoPlaybook, OperationContext
from bot.operations.erasing import PersonalMenus
from bot.operations.find_contacts import ContactAmbiguous, LocatedContact, NotFound, one
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores


def context_here(order: FolderOrder, people: Stores, now: datetime) -> OperationContext:
    """For one command: its people, and the time that it is for them."""
    served = order.served if isinstance(order, CommandOrder) else None
    settings = order.loaded.settings if served is None else served.settings
    here = order.opened.environment
    api, data_api = line_api(here), line_data_api(here)
    return OperationContext(
        stores=people,
        playbook=lambda: _playbook_of(served),
        settings=lambda: settings,
        contents=lambda: None if served is None else served.contents,
        now=lambda: now,
        clock=SystemClock(),
        menus=lambda: PersonalMenus(settings.channels, api, data_api),
        look=_nothing_to_look_at,
        trouble=lambda: None,
        prices=lambda: prices_of(settings),
        line=lambda: LineNow(settings, api, data_api),
    )


def _playbook_of(served: ValidPlaybook | None) -> Playbook:
    if served is None:
        raise NoPlaybook(tr("the playbook has mistakes"))
    return served.playbook


async def _nothing_to_look_at() -> None:
    """No pushes go out of this process."""


async def contact_named(order: FolderOrder, playbook: Playbook, written: str) -> LocatedContact:
    """The contact that is meant. Raises `NotFound`."""
    everywhere, channel = await order.opened.everywhere(), order.options.channel
    try:
        return await one(everywhere, playbook, written, channel)
    except ContactAmbiguous as error:
        raise NotFound(tr("{why}, or add  --channel NAME", why=error.message)) from error
