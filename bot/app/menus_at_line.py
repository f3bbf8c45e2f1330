"""LINE's rich menus while `oaflow run` serves: with the simulator kept in sync, else only checked."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from bot.app.context import AppContext
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import default_menu, faces_of
from bot.model.menus import MenuMapping
from bot.model.variables import PUBLIC_URL
from bot.operations.menus import are_at_line
from bot.runtime.menus.menu_auto_sync import MenuKeeping, pictures_in
from bot.runtime.menus.menu_sync import DesiredMenus, MenuSync
from bot.runtime.process import Runtime
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.menus")


def keep_menus(serving: AppContext, runtime: Runtime) -> None:
    """With the simulator, sync the playbook's menus; else log where LINE's differ from them."""
    if serving.begun.simulator:
        keeping = _keeping(serving)
        serving.live.on_take.append(keeping.look)
        serving.menus.on_change(lambda channel: keeping.look())
        runtime.also("menus at LINE", keeping.run)
        return
    differing: set[str] = set()

    def look() -> None:
        for channel in serving.live.settings.channels:
            if serving.live.account(channel) is None:
                continue  # it is unlinked
            _compare(channel, _desired_menus(serving, channel), serving.menus.mapping(channel), differing)

    async def first() -> None:
        with suppress(DatabaseUnavailable):  # then it is logged as soon as the mappings can be read
            await serving.menus.refresh()
        look()

    serving.live.on_take.append(look)
    serving.menus.on_change(lambda channel: look())
    runtime.also("menus looked at", first)


def _keeping(serving: AppContext) -> MenuKeeping:
    live, clock = serving.live, serving.clock
    mappings = serving.begun.opened.stores.rich_menus
    picture = pictures_in(lambda: live.settings.files)

    def sync(channel: str) -> MenuSync | None:
        if (account := live.account(channel)) is None:
            return None
        known = serving.menus.refresh
        return MenuSync(
            account.rich_menus, mappings, channel, clock, picture, log.debug, until_known=known, may_bulk=True
        )

    return MenuKeeping(
        lambda: list(live.settings.channels), sync, lambda channel: _desired_menus(serving, channel), clock
    )


def _desired_menus(serving: AppContext, channel: str) -> DesiredMenus:
    playbook = playbook_at_line(serving)
    faces = faces_of(playbook, channel, serving.clock.now())
    return DesiredMenus(faces, default_menu(playbook, channel))


def playbook_at_line(serving: AppContext) -> Playbook:
    """The playbook that is served, with our own address as LINE's users reach it."""
    begun, playbook = serving.begun, serving.live.playbook
    if not (begun.simulator or begun.environment.get(PUBLIC_URL)):
        return replace(playbook, public="")  # no address is set
    return playbook


def _compare(channel: str, wanted: DesiredMenus, mapping: MenuMapping, differing: set[str]) -> None:
    """Log once that a sync is needed, and once that none is any more; `differing`: the channels logged so."""
    if are_at_line(wanted, mapping):
        if channel in differing:
            differing.discard(channel)
            log.warning("LINE's rich menus of %s are those of the playbook again", channel)
    elif channel not in differing:
        differing.add(channel)
        log.warning(
            "LINE's rich menus of %s are not those of the playbook: run  oaflow richmenu sync", channel
        )
