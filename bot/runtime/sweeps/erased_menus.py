"""The rich menus of erased people at LINE: each is shown the default again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.line.outcome import Accepted, Refused
from bot.runtime.ports import PersonMenus

AT_LINE = 500
"""Users in one call. https://developers.line.biz/en/reference/messaging-api/#unlink-rich-menu-from-multiple-users"""

LineUser: TypeAlias = tuple[str, str]
"""A channel, and LINE's id of somebody there."""


@dataclass(frozen=True, slots=True)
class MenuRemoval:
    """Whose menu LINE has taken off, or who is nobody there any more; whose never will be, for the channel
    is gone. Of all others it is to be tried again.
    """

    removed: frozenset[LineUser] = frozenset()
    hopeless: frozenset[LineUser] = frozenset()


RemoveMenus: TypeAlias = Callable[[Sequence[LineUser]], Awaitable[MenuRemoval]]


async def remove_menus(menus: Callable[[str], PersonMenus | None], users: Sequence[LineUser]) -> MenuRemoval:
    """Show these users the default again; `menus` gives a channel's calls, `None` where it is gone."""
    by_channel: dict[str, list[str]] = {}
    for channel, user in users:
        by_channel.setdefault(channel, []).append(user)
    removed, hopeless = set[LineUser](), set[LineUser]()
    for channel, theirs in by_channel.items():
        calls = menus(channel)
        if calls is None:
            hopeless.update((channel, user) for user in theirs)
            continue
        for start in range(0, len(theirs), AT_LINE):
            removed.update(
                (channel, user) for user in await _unlinked(calls, theirs[start : start + AT_LINE])
            )
    return MenuRemoval(frozenset(removed), frozenset(hopeless))


async def _unlinked(calls: PersonMenus, users: Sequence[str]) -> Sequence[str]:
    match await calls.bulk_unlink(users):
        case Accepted():
            return users
        case Refused(kind="bad-request" | "not-found"):  # LINE knows one of them not, or no more
            if len(users) == 1:
                return users
            half = len(users) // 2
            return [*await _unlinked(calls, users[:half]), *await _unlinked(calls, users[half:])]
        case _:
            return ()
