"""The rich menus of each channel: their pictures, aliases, the default, and who was given which one.

https://developers.line.biz/en/docs/messaging-api/rich-menus-overview/
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulator.state.pictures import PictureBytes

MENUS_AT_MOST = 1_000
"""Menus of a channel; it may have as many aliases."""
PICTURE_BYTES_AT_MOST = 256 * 1024 * 1024
"""Bytes of all menus' pictures together: the simulator's own limit, LINE documents none."""


class NoRoom(Exception):
    """`PICTURE_BYTES_AT_MOST` would be exceeded."""


@dataclass(frozen=True, slots=True)
class RichMenu:
    """A menu as the bot has created it."""

    id: str
    form: Mapping[str, Any]
    """LINE's rich menu object."""
    picture: PictureBytes | None = None
    """Set once, and cannot be replaced."""


@dataclass(slots=True)
class ChannelMenus:
    """The menus of one channel."""

    by_id: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    """By alias: the id of a menu, which may be deleted."""
    links: dict[str, str] = field(default_factory=dict)
    """By LINE user id: the person's own menu."""
    default: str | None = None
    """The id of the menu for all others."""

    def menu_of(self, person: str) -> str | None:
        """The menu that this person sees: their own before the default."""
        linked = self.links.get(person)
        shown = linked if linked in self.by_id else self.default
        return shown if shown in self.by_id else None


class Menus:
    """The menus of all channels."""

    def __init__(self) -> None:
        self._channels: dict[str, ChannelMenus] = {}

    def of(self, channel: str) -> ChannelMenus:
        """The menus of this channel; none at first."""
        return self._channels.setdefault(channel, ChannelMenus())

    def add(self, channel: str, form: Mapping[str, Any]) -> RichMenu:
        """Store a new menu, which has no picture yet."""
        menu = RichMenu("richmenu-" + secrets.token_hex(16), form)
        self.of(channel).by_id[menu.id] = menu
        return menu

    def give_picture(self, channel: str, menu: RichMenu, picture: PictureBytes) -> None:
        """Set a menu's picture. Raises `NoRoom`."""
        every = (one for menus in self._channels.values() for one in menus.by_id.values())
        kept = sum(len(one.picture.content) for one in every if one.picture is not None)
        if kept + len(picture.content) > PICTURE_BYTES_AT_MOST:
            raise NoRoom
        self.of(channel).by_id[menu.id] = replace(menu, picture=picture)

    def picture(self, menu: str) -> PictureBytes | None:
        """The picture of a menu, whichever channel has it."""
        for menus in self._channels.values():
            if menu in menus.by_id:
                return menus.by_id[menu].picture
        return None

    def delete(self, channel: str, menu: str) -> None:
        """Delete a menu: people who were linked to it see the default again; aliases of it stay and lead
        nowhere."""
        menus = self.of(channel)
        del menus.by_id[menu]
        menus.links = {person: linked for person, linked in menus.links.items() if linked != menu}
        if menus.default == menu:
            menus.default = None
