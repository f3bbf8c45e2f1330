"""Publishes on the feed which rich menu each friend sees, whenever that changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.feed import Feed
from bot.simulator.state.menus import Menus
from bot.simulator.state.state_json import friend_json


class MenusShown:
    """Publishes `menus` where those of a channel change, and `friend` for each friend who sees another one
    now."""

    def __init__(self, menus: Menus, chats: Chats, feed: Feed) -> None:
        self._menus = menus
        self._chats = chats
        self._feed = feed

    def to(self, friend: Friend) -> str | None:
        """The id of the menu that this friend sees now."""
        return self._menus.of(friend.channel).menu_of(friend.id)

    def changed(self, channel: str) -> None:
        """A menu, a picture or an alias of this channel is new, other or gone."""
        self._feed.publish("menus", {"channel": channel})

    @contextmanager
    def change(self, channel: str, person: str | None = None) -> Iterator[None]:
        """Around a change of what this person sees, or everybody on the channel."""
        before = {friend.id: self.to(friend) for friend in self._friends(channel, person)}
        yield
        if person is None:
            self.changed(channel)
        for friend in self._friends(channel, person):
            shown = self.to(friend)
            if shown != before[friend.id]:
                self._feed.publish("friend", friend_json(friend, shown))

    def _friends(self, channel: str, person: str | None) -> list[Friend]:
        if person is None:
            return [friend for friend in self._chats.friends.values() if friend.channel == channel]
        friend = self._chats.friends.get(person)
        return [friend] if friend is not None and friend.channel == channel else []
