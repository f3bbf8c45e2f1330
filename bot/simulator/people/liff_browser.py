"""What LINE does on a friend's phone when a LIFF page is opened there, and what the page's `liff` asks of it.

https://developers.line.biz/en/docs/liff/opening-liff-app/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from bot.model.channel import Liff
from bot.model.clock import Clock
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.state.account import Accounts
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.liff_settings import Launch, Launches, Tokens
from bot.simulator.state.logins import Logins

LIFF_ADDRESS = "https://liff.line.me/"
"""How the address of every LIFF app begins."""
SCOPES = ("openid", "profile", "chat_message.write")
"""The scopes of every LIFF app here."""
MESSAGES_AT_MOST = 5
"""Messages of one call of `liff.sendMessages`."""
WITHOUT_WEBHOOK = frozenset({"template", "flex"})
"""Types of messages of a page of which LINE sends no webhook.

https://developers.line.biz/en/reference/liff/#send-messages
"""
_EXTERNAL = ("originalContentUrl", "previewImageUrl")
"""Addresses of a picture or video, which a webhook has under `contentProvider`."""


@dataclass(eq=False, repr=False)
class LiffBrowser:
    """Opens pages, and answers what `liff` asks. Raises `CannotAct`.

    `base`: the path below which the phone's browser reaches our server.
    """

    _accounts: Accounts
    _chats: Chats
    _clock: Clock
    _acts: FriendActs
    _logins: Logins
    _base: str = ""
    _launches: Launches = field(init=False, default_factory=Launches)

    def open(self, friend: Friend, address: Any, group: Any = None) -> Launch:
        """Note that this friend opens a LIFF address, in that group or in their own chat."""
        liff_id, _ = _parts(address)
        if group is not None and group not in self._chats.groups:
            raise CannotAct("unknown", "no such group")
        for account in self._accounts.by_name.values():
            liff = account.channel.liff
            if liff is not None and liff.liff_id == liff_id:
                tokens = self._tokens(friend, liff)
                return self._launches.begin(friend.id, account.channel.name, liff, tokens, group)
        raise CannotAct("unknown", "no channel has this LIFF id")

    def address_of(self, channel: str, page: Any) -> str:
        """The LIFF address of a page of that channel."""
        liff = self._accounts.by_name[channel].channel.liff
        if liff is None:
            raise CannotAct("standing", "the channel has no LIFF")
        if not isinstance(page, str):
            raise CannotAct("invalid", "page must be a text")
        return f"{LIFF_ADDRESS}{liff.liff_id}/{quote(page)}"

    def redirect(self, launch: Launch, address: Any) -> str:
        """Where LINE's primary redirect leads, on our own server. The fragment tells whose phone it is.

        LINE puts its credentials there, too; `liff.init()` takes them away.
        """
        _, state = _parts(address)
        friend = self._friend(launch)
        query = f"?liff.state={quote(state, safe='')}" if state else ""
        client = {
            "launch": launch.id,
            "in_client": "1" if friend.liff.in_client else "0",
            "os": friend.liff.os,
            "language": friend.language,
        }
        return f"{self._endpoint(launch)}{query}#{urlencode(client)}"

    def sign_in(self, launch: Launch) -> Tokens:
        """New tokens, where the old ones have expired or the person has signed out."""
        launch.tokens = self._tokens(self._friend(launch), launch.liff, again=True)
        return launch.tokens

    def _tokens(self, friend: Friend, liff: Liff, *, again: bool = False) -> Tokens:
        """Tokens of the kind that is set; who signs in again gets none that has expired."""
        now, kind = self._clock.now(), friend.liff.token
        if again and kind == "expired":
            kind = "good"
        id_token = self._logins.id_token(friend.id, friend.name, liff.login_channel_id, now, kind)
        return Tokens(id_token, self._logins.access_token(friend.id, liff.login_channel_id, now))

    def context(self, launch: Launch) -> dict[str, Any]:
        """What `liff` knows after `init`: tokens, context, profile, friendship, what was granted."""
        friend = self._friend(launch)
        settings = friend.liff
        granted = [scope for scope in SCOPES if scope != "chat_message.write" or settings.permission]
        return {
            **asdict(launch.tokens),
            "liff_id": launch.liff.liff_id,
            "address": LIFF_ADDRESS + launch.liff.liff_id,
            "endpoint": self._endpoint(launch),
            "profile": {"userId": friend.id, "displayName": friend.name},
            "friendship": settings.friend and friend.standing == "friend",
            "scope": list(SCOPES),
            "granted": granted,
            "context": self._context(launch, friend),
            "may_say": self._may_send(launch, friend),
        }

    def send_messages(self, launch: Launch, messages: Any) -> list[dict[str, str]]:
        """Messages in the person's name, into the chat that the page was opened from. The ids of each."""
        friend = self._friend(launch)
        if not self._may_send(launch, friend):
            raise CannotAct("standing", "user doesn't grant required permissions yet")
        return [self._send_message(friend, message, launch.group) for message in _checked(messages)]

    def find(self, id: str) -> Launch:
        """The opening with this id."""
        launch = self._launches.find(id)
        if launch is None:
            raise CannotAct("unknown", "no such opening of a page, or no longer kept")
        return launch

    def _send_message(self, friend: Friend, message: Mapping[str, Any], group: str | None) -> dict[str, str]:
        kind = message["type"]
        content = {key: value for key, value in message.items() if key != "type"}
        if kind in WITHOUT_WEBHOOK:
            return self._acts.show(friend, kind, content, group)
        if "originalContentUrl" in content:
            at_other_host = {key: content[key] for key in _EXTERNAL if key in content}
            content["contentProvider"] = {"type": "external", **at_other_host}
        return self._acts.send(friend, kind, content, group)

    def _context(self, launch: Launch, friend: Friend) -> dict[str, Any]:
        settings = friend.liff
        kind = "external" if not settings.in_client else "none" if not settings.launched_from_chat else "utou"
        if kind == "utou" and launch.group is not None:
            kind = self._chats.groups[launch.group].kind
        return {
            "type": kind,
            "userId": friend.id,
            "liffId": launch.liff.liff_id,
            "scope": list(SCOPES),
            **({} if kind == "external" else {"viewType": "full"}),
        }

    def _may_send(self, launch: Launch, friend: Friend) -> bool:
        settings = friend.liff
        return settings.in_client and settings.launched_from_chat and settings.permission

    def _friend(self, launch: Launch) -> Friend:
        return self._chats.friends[launch.friend]

    def _endpoint(self, launch: Launch) -> str:
        """The endpoint of a channel's LIFF app, on our own server."""
        return f"{self._base}/liff/{quote(launch.channel, safe='')}"


def _parts(address: Any) -> tuple[str, str]:
    """The LIFF id of an address, and what comes behind it: a path, a query, a fragment."""
    if not isinstance(address, str) or not address.startswith(LIFF_ADDRESS):
        raise CannotAct("invalid", f"a LIFF address begins with {LIFF_ADDRESS}")
    rest = address.removeprefix(LIFF_ADDRESS)
    end = min((rest.index(sign) for sign in "/?#" if sign in rest), default=len(rest))
    return rest[:end], "" if rest[end:] == "/" else rest[end:]


def _checked(messages: Any) -> Sequence[Mapping[str, Any]]:
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES_AT_MOST:
        raise CannotAct("invalid", f"messages must be a list of 1 to {MESSAGES_AT_MOST}")
    if not all(isinstance(one, dict) and isinstance(one.get("type"), str) for one in messages):
        raise CannotAct("invalid", "each message must be one of LINE's message objects")
    return messages
