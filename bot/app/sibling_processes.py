"""With the other processes that serve the same address: each event is stored by whoever owns its part."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack

from bot.app.context import AppContext
from bot.line.webhook import read_event
from bot.runtime.intake.handing_over import EventHandover
from bot.runtime.intake.receive import BeginStoring
from bot.runtime.intake.sibling_socket import SiblingDoor
from bot.runtime.intake.siblings import Siblings, address
from bot.runtime.process import Runtime
from bot.web.webhook import STORE_SECONDS

log = logging.getLogger("oaflow.siblings")


async def where_stored(serving: AppContext, runtime: Runtime, stack: AsyncExitStack) -> BeginStoring:
    """What stores webhooks' events: this process where it is alone, else whichever they belong to."""
    here, folder = runtime.receiver.begin, serving.begun.siblings
    if folder is None:
        return here
    door = SiblingDoor(here, read_event, STORE_SECONDS)
    stack.push_async_callback(door.close)  # before the runtime stops: what was taken is stored
    try:
        await door.open(address(folder, serving.begun.opened.process))
    except OSError as error:
        log.warning("other processes cannot hand their events over to this one: %s", error.strerror)
    siblings = Siblings(folder)
    stack.push_async_callback(siblings.close)
    return EventHandover(here, siblings, runtime.ownership.elsewhere, runtime.metrics).begin
